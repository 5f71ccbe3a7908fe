"""Waivers lift findings until a day, and never in silence."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from harness.checking import RuleRun, waiver_uses
from harness.model import unknown
from harness.testing import a_queue, an_org

Judge = Callable[..., list[RuleRun]]

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
RULE = "- {id: R-1, check: prompt.offers_codes, with: {when: always}, severity: major}"
ORG = an_org(queues={"Billing": a_queue(id="q-1"), "Billing FR": a_queue(id="q-2"), "Sales": a_queue("Sale", id="q-3")})


def waiver(subject: str = "queue Billing", until: str = "2026-12-31", more: str = "") -> str:
    return (
        f"waivers:\n- {{rule: R-1, subject: '{subject}', until: {until}, by: operations, reason: being mended{more}}}"
    )


def verdicts(run: RuleRun) -> dict[str, str]:
    return {case.label: case.verdict for case in run.cases}


def test_a_waiver_lifts_its_finding_and_no_other(judged: Judge) -> None:
    (run,) = judged(RULE, ORG, waiver())
    assert verdicts(run) == {"queue Billing": "waived", "queue Billing FR": "failed", "queue Sales": "passed"}
    case = run.cases[0]
    assert case.reason == "waived until 2026-12-31 by operations: being mended"
    assert case.findings, "what was waived is still said"


def test_a_wildcard_lists_what_it_covers(judged: Judge) -> None:
    runs = judged(RULE, ORG, waiver("queue Billing*"))
    (use,) = waiver_uses(runs, NOW)
    assert (use.state, use.covers) == ("active", ("queue Billing", "queue Billing FR"))


def test_brackets_are_no_wildcards(judged: Judge) -> None:
    org = an_org(queues={"[A]": [], "A": []})
    (run,) = judged(RULE, org, waiver("queue [A]"))
    assert verdicts(run) == {"queue [A]": "waived", "queue A": "failed"}


def test_an_id_survives_a_rename_and_does_not_spread(judged: Judge) -> None:
    (run,) = judged(RULE, ORG, waiver("queue Old name", more=", id: q-2"))
    assert verdicts(run) == {"queue Billing": "failed", "queue Billing FR": "waived", "queue Sales": "passed"}


@pytest.mark.parametrize(
    ("now", "verdict", "state", "days_left"),
    [
        (NOW, "waived", "active", 40),
        (datetime(2026, 12, 16, 23, tzinfo=UTC), "waived", "active", 15),
        (datetime(2026, 12, 17, 0, tzinfo=UTC), "waived", "ending", 14),
        (datetime(2026, 12, 31, 23, 59, tzinfo=UTC), "waived", "ending", 0),
        (datetime(2027, 1, 1, 0, 0, tzinfo=UTC), "failed", "expired", -1),
    ],
)
def test_it_holds_through_its_last_day(judged: Judge, now: datetime, verdict: str, state: str, days_left: int) -> None:
    runs = judged(RULE, ORG, waiver(), now=now)
    (use,) = waiver_uses(runs, now)
    assert (runs[0].cases[0].verdict, use.state, use.days_left) == (verdict, state, days_left)


def test_the_last_day_is_that_of_the_policys_time_zone(judged: Judge) -> None:
    (run,) = judged(RULE, ORG, f"timezone: America/New_York\n{waiver()}", now=datetime(2027, 1, 1, 4, tzinfo=UTC))
    assert run.cases[0].verdict == "waived"


def test_an_expired_waiver_leaves_a_finding_that_says_so(judged: Judge) -> None:
    (run,) = judged(RULE, ORG, waiver(until="2026-11-20"))
    case = run.cases[0]
    assert (case.verdict, case.reason) == ("failed", "its waiver by operations expired on 2026-11-20")


def test_of_several_waivers_the_longest_counts(judged: Judge) -> None:
    short, long = waiver(until="2026-11-01"), waiver("queue B*", until="2026-12-01").partition("\n")[2]
    (run,) = judged(RULE, ORG, f"{short}\n{long}")
    assert run.cases[0].verdict == "waived"


def test_a_waiver_that_meets_no_finding_is_stale(judged: Judge) -> None:
    (use,) = waiver_uses(judged(RULE, ORG, waiver("queue Sales")), NOW)
    assert (use.state, use.covers) == ("stale", ())


def test_a_waiver_whose_subject_could_not_be_judged_is_not_called_stale(judged: Judge) -> None:
    """Whoever removed it on our word would get the finding back."""
    org = an_org(queues={"Billing": a_queue(unseen_codes=True)})
    (use,) = waiver_uses(judged(RULE, org, waiver()), NOW)
    assert use.state == "active"


def test_unknown_is_never_waived(judged: Judge) -> None:
    org = an_org(queues={"Billing": a_queue(acw=unknown("the ACW settings", "hidden"))})
    rule = "- {id: R-1, check: prompt.mandatory, with: {allowed: [MANDATORY]}, severity: major}"
    (run,) = judged(rule, org, waiver())
    assert verdicts(run) == {"queue Billing": "unknown"}


def test_days_are_counted_from_the_run(judged: Judge) -> None:
    later = NOW + timedelta(days=10)
    (use,) = waiver_uses(judged(RULE, ORG, waiver(), now=later), later)
    assert use.days_left == 30
