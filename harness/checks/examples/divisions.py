"""Examples of the family divisions."""

from collections.abc import Mapping

from harness.checks.example import Example, fails, passes, unclear
from harness.model import Org
from harness.model.entities import WrapUpCode
from harness.model.tiny import a_code, a_queue, an_org

__all__ = ["EXAMPLES"]


def _in(code_division: str, queue_division: str) -> Org:
    return an_org(
        codes=[a_code("Sale", division=code_division)],
        queues={"Billing": a_queue("Sale", division=queue_division)},
    )


EXAMPLES: Mapping[str, tuple[Example, ...]] = {
    "divisions.aligned": (
        passes(
            "*Sale* and Billing belong to the same division.",
            _in("Retail", "Retail"),
            "assignment Sale @ Billing",
            all_divisions="forbid",
        ),
        passes(
            "*Sale* belongs to all divisions, and the rule allows that.",
            _in("*", "Retail"),
            "assignment Sale @ Billing",
            all_divisions="allow",
        ),
        fails(
            "*Sale* belongs to another division.",
            _in("Claims", "Retail"),
            "assignment Sale @ Billing",
            "the code belongs to division 'Claims'; the queue's division 'Retail'",
            all_divisions="allow",
        ),
        fails(
            "*Sale* belongs to all divisions, and the rule forbids that.",
            _in("*", "Retail"),
            "assignment Sale @ Billing",
            "the code belongs to all divisions; the queue's division 'Retail'",
            all_divisions="forbid",
        ),
        unclear(
            "The source did not deliver the division of *Sale*.",
            an_org(codes=[WrapUpCode(id="code-1", name="Sale")], queues={"Billing": ["Sale"]}),
            "assignment Sale @ Billing",
            "the code's division is unknown: the source did not deliver it",
            all_divisions="allow",
        ),
    ),
}
