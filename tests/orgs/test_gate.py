"""Where the subjects of a plan come from, and expressions that lead nowhere."""

import json
from pathlib import Path
from typing import Any

import pytest

from harness.model import Assignment, Flags, Membership, Position
from harness.orgs import load_plan
from harness.orgs.gate import Gate
from harness.testing import a_definition, an_agent, an_org
from tests.plans.builder import CODE, MAPPINGS, QUEUE, Later, Set, code, other, plan, queue, ref


def a_gate(tmp_path: Path, document: dict[str, Any], terraform: Path | None = None) -> Gate:
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(document))
    return Gate(load_plan(path), None, terraform)


def test_subjects_come_from_the_resource_that_says_it(tmp_path: Path) -> None:
    """A queue's codes and members are said in the queue's resource; people's addresses are personal."""
    entries = [{"wrapup_code_id": Later(ref(CODE, "w")), "flags": []}]
    document = plan(
        code("w", "Win"),
        queue("q", "Billing", codes=["w"]),
        other(MAPPINGS, "m", {"default_set": [], "mappings": entries}),
    )
    (tmp_path / "main.tf").write_text(f'resource "{CODE}" "w" {{}}\nresource "{QUEUE}" "q" {{}}\n')
    gate = a_gate(tmp_path, document, tmp_path)
    (win,), (billing,) = gate.org.codes, gate.org.queues
    main = str(tmp_path / "main.tf")
    of_queue = (f"{QUEUE}.q", Position(main, 2))
    assert gate.place_of(win) == (f"{CODE}.w", Position(main, 1))
    assert gate.place_of(billing) == of_queue
    assert gate.place_of(Assignment(win, billing)) == of_queue
    assert gate.place_of(Membership(an_agent(), billing)) == of_queue
    assert gate.place_of(Flags(win.id, ())) == (f"{MAPPINGS}.m", None)
    for subject in (a_definition("Win"), an_org(), None, an_org(codes=["Other"]).codes[0]):
        assert gate.place_of(subject) == (None, None)


@pytest.mark.parametrize(
    "calls",
    [
        {"m": {"codes": ("module.m.out", "module.m"), "outputs": {"out": ("var.codes",)}}},
        {"m": {"codes": ("module.n.out", "module.n")}},
        {"m": {"codes": ("module.m", "local.x")}},
        {"m": {"codes": (f"{QUEUE}.other.wrapup_codes", f"{QUEUE}.other")}},
    ],
    ids=["a circle", "a module that is not there", "a whole module", "the codes of another queue"],
)
def test_expressions_that_cannot_be_followed_resolve_nothing(tmp_path: Path, calls: dict[str, Any]) -> None:
    document = plan(
        code("a", "A"),
        code("b", "B"),
        queue("q", "Billing", codes=Set((), 1, ("var.codes",))).within("module.m"),
        calls=calls,
    )
    org = a_gate(tmp_path, document).org
    (placeholder,) = org.offered[f"module.m.{QUEUE}.q"]
    assert placeholder == f"module.m.{QUEUE}.q.wrapup_codes[0]"
    assert org.queues_without_codes == {f"module.m.{QUEUE}.q"}


def test_the_id_of_something_else_is_no_code(tmp_path: Path) -> None:
    """Objects of variables hold ids of several kinds."""
    references = (*ref(CODE, "a"), "genesyscloud_flow.f.id", "genesyscloud_flow.f")
    document = plan(code("a", "A"), code("b", "B"), queue("q", "Billing", codes=Set((), 1, references)))
    assert a_gate(tmp_path, document).org.offered == {f"{QUEUE}.q": (f"{CODE}.a",)}
