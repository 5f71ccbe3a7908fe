"""Plans with a realistic mistake, or a near miss, each with the verdicts that are right."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.plans.builder import CODE, DIVISION, MAPPINGS, QUEUE, SKILL, USER, Later, Set, code, other, plan, queue, ref

__all__ = ["SAMPLES", "Sample"]

WIN = "c0de0000-0000-4000-8000-000000000001"
LOSE = "c0de0000-0000-4000-8000-000000000002"
GONE = "c0de0000-0000-4000-8000-000000000009"
SALES = "d1d1d1d1-0000-4000-8000-000000000001"
HOME = "d1d1d1d1-0000-4000-8000-000000000002"
BILLING = "a0e0e0e0-0000-4000-8000-000000000001"


@dataclass(frozen=True)
class Sample:
    """One plan.

    Attributes:
        name: What it is about.
        plan: The document.
        expected: Rule and subject → verdict; a subject that is not there is a mistake, and so is one that passes
            although nothing was looked at.
    """

    name: str
    plan: Mapping[str, Any]
    expected: Mapping[str, str] = field(default_factory=dict)


def _codes() -> Iterator[Sample]:
    """Which codes a queue offers: the three-valued truth."""
    yield Sample(
        "codes are not written on a new queue: unmanaged, neither none nor some",
        plan(code("win", "Win"), queue("q", "Billing")),
        {"OFFERS queue Billing": "unknown", "ORPHAN code Win": "unknown"},
    )
    yield Sample(
        "codes are written as null: as if they were not",
        plan(queue("q", "Billing", writes={"wrapup_codes": None}, changes=_unknown(wrapup_codes=True))),
        {"OFFERS queue Billing": "unknown"},
    )
    yield Sample("an empty list of codes", plan(queue("q", "Billing", codes=Set())), {"OFFERS queue Billing": "failed"})
    yield Sample(
        "an empty list that an expression makes",
        plan(queue("q", "Billing", codes=Set(references=("var.codes",)))),
        {"OFFERS queue Billing": "failed"},
    )
    yield Sample(
        "all codes are known only after apply",
        plan(queue("q", "Billing", codes=Later(("data.external.codes.result", "data.external.codes")))),
        {"OFFERS queue Billing": "unknown", "PROMPT queue Billing": "passed"},
    )
    yield Sample(
        "a code of the same plan",
        plan(code("win", "Win"), queue("q", "Billing", codes=["win"])),
        {"OFFERS queue Billing": "passed", "KNOWN code Win": "passed", "ORPHAN code Win": "passed"},
    )
    yield Sample(
        "a code of the same plan whose name is wrong",
        plan(code("win", "Winn"), queue("q", "Billing", codes=["win"])),
        {"OFFERS queue Billing": "passed", "KNOWN code Winn": "failed"},
    )
    yield Sample(
        "a code that is made and offered nowhere",
        plan(code("win", "Win"), code("lose", "Lose"), queue("q", "Billing", codes=["win"])),
        {"ORPHAN code Lose": "failed", "ORPHAN code Win": "passed"},
    )
    yield Sample(
        "a code that exists, by its id",
        plan(code("win", "Win", id=WIN), queue("q", "Billing", codes=[WIN])),
        {"OFFERS queue Billing": "passed", "ORPHAN code Win": "passed"},
    )
    yield Sample(
        "a known and a new code: the new one may stand first in the configuration",
        plan(
            code("win", "Win", id=WIN),
            code("lose", "Lose"),
            queue("q", "Sales", codes=Set((WIN,), 1, (*ref(CODE, "lose"), *ref(CODE, "win")))),
        ),
        {"OFFERS queue Sales": "passed", "NEEDS queue Sales": "passed", "ORPHAN code Lose": "passed"},
    )
    yield Sample(
        "the required code is not among those of the plan",
        plan(code("lose", "Lose"), queue("q", "Sales", codes=["lose"])),
        {"NEEDS queue Sales": "failed", "OFFERS queue Sales": "passed"},
    )
    yield Sample(
        "a code that the plan does not hold: its name is not known",
        plan(queue("q", "Sales", codes=[GONE])),
        {"OFFERS queue Sales": "passed", "NEEDS queue Sales": "unknown"},
    )
    yield Sample(
        "two references to one code are one code",
        plan(
            code("win", "Win"),
            queue("q", "Billing", codes=Set((), 2, (*ref(CODE, "win"), *ref(CODE, "win")))),
        ),
        {"OFFERS queue Billing": "passed", "ORPHAN code Win": "passed"},
    )
    yield Sample(
        "one of two codes, by a condition: how many is known, not which",
        plan(
            code("win", "Win"),
            code("lose", "Lose"),
            queue("q", "Sales", codes=Set((), 1, ("var.winning", *ref(CODE, "win"), *ref(CODE, "lose")))),
        ),
        {
            "OFFERS queue Sales": "passed",
            "NEEDS queue Sales": "unknown",
            "ORPHAN code Win": "unknown",
            "ORPHAN code Lose": "unknown",
        },
    )
    yield Sample(
        "codes by way of a local: it may be any of the new ones",
        plan(code("win", "Win"), code("lose", "Lose"), queue("q", "Sales", codes=Set((), 1, ("local.codes",)))),
        {"OFFERS queue Sales": "passed", "NEEDS queue Sales": "unknown", "ORPHAN code Win": "unknown"},
    )
    yield Sample(
        "codes by way of a local that can only be all of the new ones",
        plan(code("win", "Win"), code("lose", "Lose"), queue("q", "Sales", codes=Set((), 2, ("local.codes",)))),
        {"NEEDS queue Sales": "passed", "ORPHAN code Lose": "passed"},
    )
    yield Sample(
        "a code that is looked up when the plan is applied",
        plan(
            other(CODE, "win", {"name": "Win"}, mode="data", actions=("read",), changes={}, is_now=None),
            queue("q", "Sales", codes=Set((), 1, (f"data.{CODE}.win.id", f"data.{CODE}.win"))),
        ),
        {"OFFERS queue Sales": "passed", "NEEDS queue Sales": "passed"},
    )
    yield Sample(
        "a code that was looked up when the plan was made",
        plan(queue("q", "Sales", codes=Set((WIN,), 0, (f"data.{CODE}.win.id",))), prior_state=_looked_up("Win", WIN)),
        {"NEEDS queue Sales": "passed"},
    )
    yield Sample(
        "a document without the configuration: what is not known may be set",
        plan(code("win", "Win"), queue("q", "Billing", codes=["win"]), configuration=None),
        {"OFFERS queue Billing": "passed", "ORPHAN code Win": "unknown"},
    )


def _instances() -> Iterator[Sample]:
    """`for_each`, `count` and modules."""
    both = (
        code("all", "Win", index="win", each=("var.names",)),
        code("all", "Lose", index="lose", each=("var.names",)),
    )
    yield Sample(
        "for_each: all instances by a for expression",
        plan(*both, queue("q", "Sales", codes=Set((), 2, (f"{CODE}.all",)))),
        {"NEEDS queue Sales": "passed", "ORPHAN code Lose": "passed"},
    )
    yield Sample(
        "for_each: one instance by its key",
        plan(*both, queue("q", "Sales", codes=Set((), 1, ref(CODE, 'all["lose"]')))),
        {"NEEDS queue Sales": "failed", "ORPHAN code Lose": "passed", "ORPHAN code Win": "failed"},
    )
    yield Sample(
        "for_each: some instances by a filter",
        plan(*both, queue("q", "Sales", codes=Set((), 1, (f"{CODE}.all",)))),
        {"OFFERS queue Sales": "passed", "NEEDS queue Sales": "unknown"},
    )
    yield Sample(
        "count: an instance by its number",
        plan(
            code("all", "Win", index=0),
            code("all", "Lose", index=1),
            queue("q", "Sales", codes=Set((), 1, ref(CODE, "all[0]"))),
        ),
        {"NEEDS queue Sales": "passed", "ORPHAN code Lose": "failed"},
    )
    yield Sample(
        "for_each of queues: each value holds the ids",
        plan(
            code("win", "Win"),
            queue("q", "Sales", codes=Set((), 1, ("each.value",)), index="a", each=ref(CODE, "win")),
            queue("q", "Billing", codes=Set((), 1, ("each.value",)), index="b", each=ref(CODE, "win")),
        ),
        {"NEEDS queue Sales": "passed", "OFFERS queue Billing": "passed", "ORPHAN code Win": "passed"},
    )
    yield Sample(
        "for_each of queues: one of them has no codes",
        plan(
            code("win", "Win"),
            queue("q", "Sales", codes=Set((), 1, ("each.value",)), index="a", each=ref(CODE, "win")),
            queue("q", "Billing", codes=Set((), 0, ("each.value",)), index="b", each=ref(CODE, "win")),
        ),
        {"OFFERS queue Sales": "passed", "OFFERS queue Billing": "failed"},
    )
    yield Sample(
        "a queue in a child module, with codes by a variable",
        plan(
            code("win", "Win"),
            queue("q", "Sales", codes=Set((), 1, ("var.codes",))).within("module.sales"),
            calls={"sales": {"codes": ref(CODE, "win")}},
        ),
        {"NEEDS queue Sales": "passed", "ORPHAN code Win": "passed"},
    )
    yield Sample(
        "a queue in a child module without any codes",
        plan(queue("q", "Sales", codes=Set()).within("module.sales")),
        {"OFFERS queue Sales": "failed"},
    )
    yield Sample(
        "a queue in a child module whose variable has its default, which is no code",
        plan(code("win", "Win"), queue("q", "Sales", codes=Set(references=("var.codes",))).within("module.sales")),
        {"OFFERS queue Sales": "failed", "ORPHAN code Win": "failed"},
    )
    yield Sample(
        "a queue in a module of a module, two variables deep",
        plan(
            code("win", "Win"),
            queue("q", "Sales", codes=Set((), 1, ("var.inner",))).within("module.outer.module.inner"),
            calls={"outer": {"codes": ref(CODE, "win")}, "outer.inner": {"inner": ("var.codes",)}},
        ),
        {"NEEDS queue Sales": "passed"},
    )
    yield Sample(
        "a code of one module on a queue of another, by an output",
        plan(
            code("win", "Win").within("module.codes"),
            queue("q", "Sales", codes=Set((), 1, ("module.codes.win_id", "module.codes"))),
            calls={"codes": {"outputs": {"win_id": ref(CODE, "win")}}},
        ),
        {"NEEDS queue Sales": "passed", "ORPHAN code Win": "passed"},
    )
    yield Sample(
        "an output that is not written: nothing is known",
        plan(
            code("win", "Win").within("module.codes"),
            code("lose", "Lose"),
            queue("q", "Sales", codes=Set((), 1, ("module.codes.other", "module.codes"))),
        ),
        {"OFFERS queue Sales": "passed", "NEEDS queue Sales": "unknown"},
    )
    yield Sample(
        "for_each of modules: each instance has its own code",
        plan(
            code("own", "Win").within('module.m["x"]'),
            code("own", "Lose").within('module.m["y"]'),
            queue("q", "Sales", codes=Set((), 1, ref(CODE, "own"))).within('module.m["x"]'),
            queue("q", "Billing", codes=Set((), 1, ref(CODE, "own"))).within('module.m["y"]'),
            calls={"m": {"each": ("var.regions",)}},
        ),
        {"NEEDS queue Sales": "passed", "ORPHAN code Lose": "passed", "OFFERS queue Billing": "passed"},
    )
    yield Sample(
        "for_each of modules: the code of one instance, by an output",
        plan(
            code("own", "Win").within('module.m["x"]'),
            code("own", "Lose").within('module.m["y"]'),
            queue("q", "Sales", codes=Set((), 1, ('module.m["y"].id', 'module.m["y"]', "module.m"))),
            calls={"m": {"outputs": {"id": ref(CODE, "own")}}},
        ),
        {"NEEDS queue Sales": "failed", "ORPHAN code Lose": "passed", "ORPHAN code Win": "failed"},
    )
    yield Sample(
        "a key with dots, brackets and quotes",
        plan(
            code("all", "Win", index='a.b["c"]'),
            queue("q", "Sales", codes=Set((), 1, ref(CODE, 'all["a.b[\\"c\\"]"]')[:2])),
        ),
        {"NEEDS queue Sales": "passed"},
    )


def _actions() -> Iterator[Sample]:
    """What is done to a resource."""
    yield Sample(
        "a queue that stays as it is, with codes that the configuration does not write",
        plan(queue("q", "Billing", id=BILLING, is_now={"wrapup_codes": [WIN]}), code("win", "Win", id=WIN)),
        {"OFFERS queue Billing": "passed", "ORPHAN code Win": "passed"},
    )
    yield Sample(
        "an update that takes all codes away",
        plan(queue("q", "Billing", id=BILLING, codes=Set(), is_now={"wrapup_codes": [WIN]}, actions=("update",))),
        {"OFFERS queue Billing": "failed"},
    )
    yield Sample(
        "a rename of a code keeps its id, so that the queue keeps it",
        plan(
            code("win", "Winning", id=WIN, is_now={"name": "Win"}, actions=("update",)),
            queue("q", "Billing", codes=[WIN], id=BILLING),
        ),
        {"KNOWN code Winning": "failed", "ORPHAN code Winning": "passed", "OFFERS queue Billing": "passed"},
    )
    yield Sample(
        "a code is made anew: the queue refers to the new one",
        plan(
            code("win", "Win", id=WIN, actions=("delete", "create")),
            queue("q", "Sales", id=BILLING, codes=["win"], actions=("update",)),
        ),
        {"NEEDS queue Sales": "passed", "ORPHAN code Win": "passed"},
    )
    yield Sample(
        "a code is made anew, the new one first",
        plan(
            code("win", "Win", id=WIN, actions=("create", "delete")),
            queue("q", "Sales", id=BILLING, codes=["win"], actions=("update",)),
        ),
        {"NEEDS queue Sales": "passed"},
    )
    yield Sample(
        "a queue is deleted: it is not judged",
        plan(queue("q", "Billing", id=BILLING, codes=Set(), actions=("delete",)), queue("r", "Sales", codes=Set())),
        {"OFFERS queue Sales": "failed"},
    )
    yield Sample(
        "an imported queue is judged like any other",
        plan(queue("q", "Billing", id=BILLING, codes=Set(), changes=_importing(BILLING))),
        {"OFFERS queue Billing": "failed"},
    )
    yield Sample(
        "a moved queue is the same queue",
        plan(queue("q", "Billing", id=BILLING, codes=[WIN], changes={"previous_address": f"{QUEUE}.old"})),
        {"OFFERS queue Billing": "passed"},
    )
    yield Sample(
        "what is left of an earlier replacement is no queue of its own",
        plan(
            queue("q", "Billing", id=BILLING, codes=[WIN]),
            queue("q", "Billing", id=GONE, codes=Set(), actions=("delete",), changes={"deposed": "c0ffee00"}),
        ),
        {"OFFERS queue Billing": "passed"},
    )
    yield Sample(
        "resources of other providers beside ours",
        plan(other("aws_instance", "a", {"name": "x"}), queue("q", "Billing", codes=Set())),
        {"OFFERS queue Billing": "failed"},
    )
    yield Sample(
        "an older Terraform that does not say whether the plan is complete",
        plan(queue("q", "Billing", codes=Set()), complete=None, errored=None, applyable=None, format_version="1.1"),
        {"OFFERS queue Billing": "failed"},
    )


def _acw() -> Iterator[Sample]:
    """Prompt and timeout: the provider's defaults, and what it lets through."""

    def acw(**writes: Any) -> Mapping[str, Any]:
        given = {f"acw_{key}": value for key, value in writes.items()}
        return plan(queue("q", "Billing", codes=[WIN], writes=given))

    yield Sample(
        "no prompt is written: the provider's default",
        plan(queue("q", "Billing", codes=[WIN], writes={"acw_timeout_ms": 60_000})),
        {"PROMPT queue Billing": "passed", "LIMIT queue Billing": "passed"},
    )
    yield Sample("the prompt is optional", acw(wrapup_prompt="OPTIONAL"), {"PROMPT queue Billing": "failed"})
    yield Sample("the agent asks for time", acw(wrapup_prompt="AGENT_REQUESTED"), {"PROMPT queue Billing": "failed"})
    yield Sample(
        "the prompt is known only after apply",
        acw(wrapup_prompt=Later(("data.external.prompt.result",))),
        {"PROMPT queue Billing": "unknown", "OFFERS queue Billing": "unknown"},
    )
    yield Sample("a prompt that nobody knows", acw(wrapup_prompt="PSYCHIC"), {"PROMPT queue Billing": "unknown"})
    yield Sample(
        "no timeout is written: the platform sets one",
        acw(wrapup_prompt="MANDATORY_TIMEOUT"),
        {"LIMIT queue Billing": "unknown", "PROMPT queue Billing": "passed"},
    )
    yield Sample(
        "a timeout of zero is not sent",
        acw(wrapup_prompt="MANDATORY_TIMEOUT", timeout_ms=0),
        {"LIMIT queue Billing": "unknown"},
    )
    yield Sample(
        "a timeout that is too long",
        acw(wrapup_prompt="MANDATORY_TIMEOUT", timeout_ms=300_000),
        {"LIMIT queue Billing": "failed"},
    )
    yield Sample(
        "a timeout at the limit",
        acw(wrapup_prompt="MANDATORY_TIMEOUT", timeout_ms=120_000),
        {"LIMIT queue Billing": "passed"},
    )
    yield Sample(
        "a timeout that the provider accepts and the platform does not",
        acw(wrapup_prompt="MANDATORY_TIMEOUT", timeout_ms=500),
        {"LIMIT queue Billing": "failed"},
    )
    yield Sample(
        "a mandatory prompt has no time limit, whatever is written",
        acw(wrapup_prompt="MANDATORY", timeout_ms=300_000),
        {"LIMIT queue Billing": "passed"},
    )
    yield Sample(
        "an optional prompt has no limit to judge",
        acw(wrapup_prompt="OPTIONAL", timeout_ms=300_000),
        {"LIMIT queue Billing": "not applicable"},
    )
    yield Sample(
        "a timeout known only after apply",
        acw(wrapup_prompt="MANDATORY_TIMEOUT", timeout_ms=Later(("data.external.t.result",))),
        {"LIMIT queue Billing": "unknown"},
    )


def _names_and_divisions() -> Iterator[Sample]:
    division = other(DIVISION, "sales", {"name": "Sales"}, id=SALES)
    yield Sample("a long name", plan(code("c", "W" * 21)), {f"LENGTH code {'W' * 21}": "failed"})
    yield Sample("a name at the limit", plan(code("c", "W" * 20)), {f"LENGTH code {'W' * 20}": "passed"})
    yield Sample(
        "a name known only after apply",
        plan(code("c", Later(("random_pet.name.id",)))),
        {f"LENGTH code {CODE}.c": "unknown", f"UNIQUE code {CODE}.c": "unknown"},
    )
    yield Sample(
        "two codes that read alike",
        plan(code("a", "Refund"), code("b", "REFUND ")),
        {"UNIQUE code Refund": "failed", "UNIQUE code REFUND ": "failed"},
    )
    yield Sample(
        "a name that looks like a template is a name",
        plan(code("c", "${var.name} %{x}")),
        {"LENGTH code ${var.name} %{x}": "passed"},
    )
    yield Sample(
        "a sensitive name is not read",
        plan(code("c", "Secret", sensitive={"name": True})),
        {f"LENGTH code {CODE}.c": "unknown"},
    )
    yield Sample(
        "a code of another division than the queue",
        plan(
            division,
            other(DIVISION, "home", {"name": "Home"}, id=HOME),
            code("win", "Win", writes={"division_id": HOME}),
            queue("q", "Billing", codes=["win"], writes={"division_id": SALES}),
        ),
        {"DIVISION assignment Win @ Billing": "failed"},
    )
    yield Sample(
        "a code of all divisions, because none is written",
        plan(division, code("win", "Win"), queue("q", "Billing", codes=["win"], writes={"division_id": SALES})),
        {"DIVISION assignment Win @ Billing": "passed"},
    )
    yield Sample(
        "a queue without a division is in the home division, which the plan does not hold",
        plan(division, code("win", "Win", writes={"division_id": SALES}), queue("q", "Billing", codes=["win"])),
        {"DIVISION assignment Win @ Billing": "unknown"},
    )
    yield Sample(
        "a division of the same plan",
        plan(
            other(DIVISION, "new", {"name": "New"}),
            code("win", "Win", writes={"division_id": Later(ref(DIVISION, "new"))}),
            queue("q", "Billing", codes=["win"], writes={"division_id": Later(ref(DIVISION, "new"))}),
        ),
        {"DIVISION assignment Win @ Billing": "passed"},
    )
    yield Sample(
        "one of two new divisions: not known which",
        plan(
            other(DIVISION, "a", {"name": "A"}),
            other(DIVISION, "b", {"name": "B"}),
            code("win", "Win", writes={"division_id": Later((*ref(DIVISION, "a"), *ref(DIVISION, "b")))}),
            queue("q", "Billing", codes=["win"], writes={"division_id": Later(ref(DIVISION, "b"))}),
        ),
        {"DIVISION assignment Win @ Billing": "unknown"},
    )


def _mappings_and_people() -> Iterator[Sample]:
    def entry(target: Any, *flags: str) -> dict[str, Any]:
        return {"wrapup_code_id": target, "flags": list(flags)}

    win, lose = Later(ref(CODE, "win")), Later(ref(CODE, "lose"))
    yield Sample(
        "an outbound mapping of new codes, told apart by their flags",
        plan(
            code("win", "Win"),
            code("lose", "Lose"),
            other(MAPPINGS, "m", {"default_set": [], "mappings": [entry(lose, "A"), entry(win, "B", "C")]}),
        ),
        {"FLAGS flags Win": "passed", "FLAGS flags Lose": "passed"},
    )
    yield Sample(
        "an outbound mapping of a code that the plan does not hold",
        plan(code("win", "Win"), other(MAPPINGS, "m", {"default_set": [], "mappings": [entry(GONE, "A")]})),
        {f"FLAGS flags {GONE}": "unknown"},
    )
    yield Sample(
        "an outbound mapping whose entries are known only after apply",
        plan(code("win", "Win"), other(MAPPINGS, "m", {"default_set": [], "mappings": Later(("local.m",))})),
        {"FLAGS no subject": "unknown"},
    )
    skill = other(SKILL, "s", {"name": "negotiation"})

    def people(skills: Any) -> Mapping[str, Any]:
        writes = {"name": "somebody"} | ({} if skills is None else {"routing_skills": skills})
        agent = other(USER, "u", writes)
        members = [{"user_id": Later(ref(USER, "u")), "ring_num": 1}]
        nobody = {"groups": None, "teams": None, "skill_groups": None}
        return plan(
            skill,
            agent,
            code("win", "Win"),
            queue("q", "Billing", codes=["win"], writes={"members": members} | nobody),
        )

    yield Sample(
        "a new agent with a new skill: a plan does not say whether a skill is active",
        people([{"skill_id": Later(ref(SKILL, "s")), "proficiency": 3}]),
        {"SKILLS assignment Win @ Billing": "unknown"},
    )
    yield Sample("a new agent without the skill", people([]), {"SKILLS assignment Win @ Billing": "failed"})
    yield Sample("an agent whose skills are not managed", people(None), {"SKILLS assignment Win @ Billing": "unknown"})


def _unknown(**marks: Any) -> dict[str, Any]:
    """Return the entry of a queue that is made, with marks of what is known only after apply."""
    change = {
        "actions": ["create"],
        "before": None,
        "after": {"name": "Billing"},
        "after_unknown": {"id": True} | marks,
    }
    return {"change": change}


def _importing(entity_id: str) -> dict[str, Any]:
    before = {"id": entity_id, "name": "Billing", "wrapup_codes": []}
    return {"change": {"actions": ["no-op"], "before": before, "after": before, "importing": {"id": entity_id}}}


def _looked_up(name: str, entity_id: str) -> dict[str, Any]:
    resource = {
        "address": f"data.{CODE}.win",
        "mode": "data",
        "type": CODE,
        "name": "win",
        "values": {"id": entity_id, "name": name},
    }
    return {"format_version": "1.0", "values": {"root_module": {"resources": [resource]}}}


SAMPLES = (
    *_codes(),
    *_instances(),
    *_actions(),
    *_acw(),
    *_names_and_divisions(),
    *_mappings_and_people(),
)
