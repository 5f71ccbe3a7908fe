"""Examples of the family skills."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from harness.checks.example import Example, fails, not_applicable, passes, unclear
from harness.checks.parameters import Share
from harness.model import Agent, Org, Skill
from harness.model.tiny import a_definition, a_queue, a_skill, an_agent, an_org

__all__ = ["EXAMPLES"]

_ALL = Share(Fraction(1))
_MOST = Share(Fraction(4, 5))


def _required(*skills: str, agents: tuple[Agent, ...] | None, **fields: Any) -> Org:
    return an_org(
        queues={"Billing": a_queue("Sale", agents=agents)},
        definitions=[a_definition("Sale", identifier="SALE", skills=skills)],
        **fields,
    )


_TWO_OF_THREE = (an_agent("french", "sales"), an_agent("french", "sales"), an_agent("french"))

EXAMPLES: Mapping[str, tuple[Example, ...]] = {
    "skills.covered": (
        passes(
            "Both agents of Billing hold what *Sale* requires; one holds a skill more, which does no harm.",
            _required("sales", agents=(an_agent("sales"), an_agent("sales", "french"))),
            "assignment Sale @ Billing",
            at_least=_ALL,
        ),
        passes(
            "Four of five agents are enough.",
            _required("sales", agents=(*(an_agent("sales") for _ in range(4)), an_agent())),
            "assignment Sale @ Billing",
            at_least=_MOST,
        ),
        fails(
            "Two of three agents hold both skills that *Sale* requires.",
            _required("sales", "french", agents=_TWO_OF_THREE),
            "assignment Sale @ Billing",
            "2 of 3 agents hold 'french', 'sales'; at least 80%",
            at_least=_MOST,
        ),
        fails(
            "The agent holds the skill, at a lower proficiency than the rule wants.",
            _required("sales", agents=(an_agent(a_skill("sales", proficiency=2)),)),
            "assignment Sale @ Billing",
            "0 of 1 agents hold 'sales' with a proficiency of 3 or more; at least 100%",
            at_least=_ALL,
            proficiency=3,
        ),
        fails(
            "The skill is switched off for the agent who holds it.",
            _required("sales", agents=(an_agent(a_skill("sales", state="inactive")), an_agent("sales"))),
            "assignment Sale @ Billing",
            "1 of 2 agents hold 'sales'; at least 100%",
            at_least=_ALL,
        ),
        not_applicable(
            "*Sale* requires no skills.",
            _required(agents=(an_agent(),)),
            "assignment Sale @ Billing",
            "the code requires no skills",
            at_least=_ALL,
        ),
        not_applicable(
            "Nobody works on Billing; `skills.staffed` says so.",
            _required("sales", agents=()),
            "assignment Sale @ Billing",
            "the queue has no agents",
            at_least=_ALL,
        ),
        unclear(
            "A missing permission hides who works on Billing.",
            _required(
                "sales", agents=None, hidden={"queue_members": "the permission routing:queueMember:view is missing"}
            ),
            "assignment Sale @ Billing",
            "which agents the queue has is unknown: the permission routing:queueMember:view is missing",
            at_least=_ALL,
        ),
    ),
    "skills.exist": (
        passes(
            "The skill that *Sale* requires exists.",
            _required("sales", agents=(), skills=["sales"]),
            "definition SALE",
        ),
        fails(
            "The catalogue spells a skill in its own way.",
            _required("sales_enterprize", agents=(), skills=["sales_enterprise"]),
            "definition SALE",
            "skill 'sales_enterprize' does not exist; an active skill; did you mean 'sales_enterprise'?",
        ),
        fails(
            "The skill that *Sale* requires was switched off.",
            _required("sales", agents=(), skills=[Skill("skill sales", "sales", "inactive")]),
            "definition SALE",
            "skill 'sales' is inactive; an active skill",
        ),
        not_applicable(
            "*Sale* requires no skills.", _required(agents=()), "definition SALE", "the definition requires no skills"
        ),
        unclear(
            "The source does not carry skills.",
            _required("sales", agents=(), not_carried={"skills": "the export does not carry skills"}),
            "definition SALE",
            "whether the skill 'sales' exists is unknown: the export does not carry skills",
        ),
    ),
    "skills.staffed": (
        passes(
            "One agent works on Billing.", an_org(queues={"Billing": a_queue(agents=[an_agent()])}), "queue Billing"
        ),
        fails(
            "Nobody works on Billing.",
            an_org(queues={"Billing": a_queue()}),
            "queue Billing",
            "has no agents; at least 1",
        ),
        fails(
            "Of two members of Billing one has left the company.",
            an_org(queues={"Billing": a_queue(agents=[an_agent(), an_agent(state="inactive")])}),
            "queue Billing",
            "has 1 agent; at least 2",
            at_least=2,
        ),
        unclear(
            "Billing counts three members, and one is listed.",
            an_org(queues={"Billing": a_queue(agents=[an_agent()], member_count=3)}),
            "queue Billing",
            "which agents the queue has is unknown: the queue counts 3 members, the listing holds 1",
        ),
    ),
}
