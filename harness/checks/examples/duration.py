"""Examples of the family duration."""

from collections.abc import Mapping

from harness.checks.example import Example, fails, not_applicable, passes, unclear
from harness.checks.parameters import DurationMs
from harness.model import Org
from harness.model.tiny import a_definition, a_queue, an_org

__all__ = ["EXAMPLES"]


def _timed(timeout_s: float | None, prompt: str = "MANDATORY_TIMEOUT") -> Org:
    return an_org(queues={"Billing": a_queue("Sale", prompt=prompt, timeout_s=timeout_s)})


def _agreed(duration_s: float | None, timeout_s: float | None, prompt: str = "MANDATORY_TIMEOUT") -> Org:
    return an_org(
        queues={"Billing": a_queue("Sale", prompt=prompt, timeout_s=timeout_s)},
        definitions=[a_definition("Sale", identifier="SALE", duration_s=duration_s)],
    )


_2M, _2H = DurationMs(120_000), DurationMs(7_200_000)

EXAMPLES: Mapping[str, tuple[Example, ...]] = {
    "duration.limit": (
        passes(
            "Billing allows exactly the 120 s of the rule.", _timed(120), "queue Billing", max=_2M, untimed="forbid"
        ),
        passes(
            "Billing has no time limit, and the rule allows that; the stored timeout means nothing.",
            _timed(30, "MANDATORY"),
            "queue Billing",
            "the stored timeout of 30 s is ignored: prompt MANDATORY has no time limit",
            max=_2M,
            untimed="allow",
        ),
        fails(
            "Billing allows one second more than the rule.",
            _timed(121),
            "queue Billing",
            "timeout is 121 s; at most 120 s",
            max=_2M,
            untimed="forbid",
        ),
        fails(
            "Billing cuts agents off sooner than the rule allows.",
            _timed(5, "AGENT_REQUESTED"),
            "queue Billing",
            "timeout is 5 s; at least 10 s",
            max=_2M,
            min=DurationMs(10_000),
            untimed="forbid",
        ),
        fails(
            "Billing has no time limit, and the rule forbids that.",
            _timed(None, "MANDATORY"),
            "queue Billing",
            "prompt MANDATORY has no time limit; a timed prompt of at most 120 s",
            max=_2M,
            untimed="forbid",
        ),
        fails(
            "A plan wants 90 minutes, which the rule allows and the platform does not.",
            _timed(5_400),
            "queue Billing",
            "timeout is 5400 s; at most 3600 s, the platform's maximum",
            max=_2H,
            untimed="forbid",
        ),
        not_applicable(
            "Nobody must wrap up on Billing.",
            _timed(30, "OPTIONAL"),
            "queue Billing",
            "prompt OPTIONAL demands no wrap-up",
            max=_2M,
            untimed="forbid",
        ),
        unclear(
            "Billing is timed, and no timeout was delivered.",
            _timed(None),
            "queue Billing",
            "the queue's ACW timeout is unknown: prompt MANDATORY_TIMEOUT has one, and none was delivered",
            max=_2M,
            untimed="forbid",
        ),
    ),
    "duration.definition": (
        passes("Exactly the 300 s of the guides were agreed for *Sale*.", _agreed(300, 60), "definition SALE"),
        passes("Nothing was agreed to take 0 s.", _agreed(0, 60), "definition SALE", max=_2M),
        fails(
            "One second too many was agreed for *Sale*.",
            _agreed(301, 60),
            "definition SALE",
            "duration is 301 s; at most 300 s",
        ),
        fails(
            "The catalogue holds a slip of the pen.",
            _agreed(-45, 60),
            "definition SALE",
            "duration is -45 s; at least 0 s",
            max=_2M,
        ),
        not_applicable(
            "No duration was agreed for *Sale*.", _agreed(None, 60), "definition SALE", "no duration was agreed"
        ),
    ),
    "duration.agrees": (
        passes("*Sale* needs 60 s, and Billing allows 60 s.", _agreed(60, 60), "assignment Sale @ Billing"),
        passes(
            "*Sale* needs 60 s, Billing allows 55 s, and the rule tolerates 5 s.",
            _agreed(60, 55),
            "assignment Sale @ Billing",
            tolerance=DurationMs(5_000),
        ),
        fails(
            "*Sale* needs 90 s, and Billing cuts agents off after 30 s.",
            _agreed(90, 30),
            "assignment Sale @ Billing",
            "the queue's timeout is 30 s; at least the 90 s agreed for the code",
        ),
        fails(
            "*Sale* needs 60 s, and Billing allows less than the rule tolerates.",
            _agreed(60, 54),
            "assignment Sale @ Billing",
            "the queue's timeout is 54 s; at least the 60 s agreed for the code, less 5 s",
            tolerance=DurationMs(5_000),
        ),
        not_applicable(
            "Billing has no time limit.",
            _agreed(90, None, "MANDATORY"),
            "assignment Sale @ Billing",
            "prompt MANDATORY has no time limit",
        ),
        not_applicable(
            "No duration was agreed for *Sale*.",
            _agreed(None, 30),
            "assignment Sale @ Billing",
            "no duration was agreed for the code",
        ),
        not_applicable(
            "*Sale* is in no catalogue; `catalogue.known` says so.",
            an_org(queues={"Billing": a_queue("Sale", prompt="MANDATORY_TIMEOUT", timeout_s=30)}, definitions=[]),
            "assignment Sale @ Billing",
            "the code has no definition",
        ),
        unclear(
            "Billing is timed, and no timeout was delivered.",
            _agreed(90, None),
            "assignment Sale @ Billing",
            "the queue's ACW timeout is unknown: prompt MANDATORY_TIMEOUT has one, and none was delivered",
        ),
    ),
}
