"""What an audit adds to a run, its line for chat, and its sections of the page."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from harness.model import Identity, unknown
from harness.model.access import AccessReview, Holder, ReviewedRole
from harness.model.change import Change, Past, Trail
from harness.report.audit import audited, summary_line, trail_result
from harness.report.audit_page import audit_sections
from harness.report.audit_results import (
    AcwResult,
    EvidenceResult,
    LimitResult,
    Moved,
    Movement,
    Skipped,
    TrailResult,
    WhatIfQueue,
    WhatIfResult,
)
from harness.report.files import load_results, save_results
from harness.report.history import History
from harness.report.html import render_page
from harness.report.results import Results
from tests.report.samples import HOSTILE, a_case, a_rule, a_run, a_waiver

UNREAD = AccessReview(unread="roles are not recorded")
SINCE, UNTIL = datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)


def case(verdict: Any, name: str = "Billing", **fields: Any) -> Any:
    return a_case(verdict, f"queue {name}", identity=Identity("queue", name, name), queue=name, **fields)


def a_history(*runs: Results, skipped: tuple[Skipped, ...] = ()) -> History:
    return History(runs, skipped)


OCTOBER = a_run(case("failed", "Old"), case("passed"), started_at="2026-10-21T09:30:00Z")
NOVEMBER = a_run(case("failed"), case("passed", "Old"), case("unknown", "Dark", reason="hidden"))


def page(results: Results) -> dict[str, str]:
    return {section.anchor: str(section.markup) for section in audit_sections(results)}


def text(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<style>.*?</style>|<[^>]+>", " ", html, flags=re.DOTALL)).strip()


def test_a_run_that_was_no_audit_has_no_sections() -> None:
    assert page(NOVEMBER) == {}


def test_the_first_audit_says_that_it_is_the_first() -> None:
    results = audited(NOVEMBER, a_history(), access=UNREAD)
    assert results.audit is not None
    assert results.audit.movement is None
    assert [it.findings for it in results.audit.trend] == [{"major": 1}]
    shown = page(results)
    assert list(shown) == ["since-last", "trend", "matrix", "access"]
    assert "There is no earlier audit of this org to compare with: no history was given." in text(shown["since-last"])
    assert "A trend needs a second audit." in text(shown["trend"])
    assert text(shown["access"]) == ("It was not reviewed who may change codes and queues: roles are not recorded .")


def test_a_later_audit_says_what_is_new_and_what_was_fixed() -> None:
    skipped = (Skipped(file="z.json", why="is of format 9"),)
    results = audited(NOVEMBER, a_history(OCTOBER, skipped=skipped), access=UNREAD, folder="history")
    shown = text(page(results)["since-last"])
    assert "Compared with the audit of 21 October 2026, 09:30 UTC" in shown
    assert "new 1 fixed 1 still open 0" in shown
    assert "New 1 Not wrong at the last audit, or not there. RTL-001 major queue Billing prompt is OPTIONAL" in shown
    assert "Fixed 1" in shown
    assert "z.json is of format 9" in shown


def everything(name: str = "Billing") -> Results:
    """Return an audit that has something in every section."""
    rules = (
        a_rule("U-1", kind="usage", title=name),
        a_rule("C-1", kind="change"),
        a_rule("Q-1"),
    )
    cases = (
        a_case("failed", f"usage {name}", queue=name),
        a_case("passed", "usage Fine", notes=("98 of 100 handlings coded",)),
        a_case("not applicable", "usage Small", reason="12 to judge by"),
        a_case("failed", "change c1", rule=1),
        a_case("unknown", "unseen change", rule=1, identity=None, reason="a gap"),
        case("failed", name, rule=2),
    )
    moved = tuple(
        Moved(
            rule="Q-1",
            title=name,
            severity="minor",
            subject=f"queue {name}",
            was=name,
            observed=name,
            why=name,
            since="x",
        )
        for _ in range(30)
    )
    results = audited(
        a_run(*cases, rules=rules),
        a_history(),
        access=AccessReview(
            examined=9,
            roles=(
                ReviewedRole(
                    id="r1",
                    name=name,
                    permissions=("routing:queue:edit",),
                    everything=True,
                    conditional=True,
                    holders=(
                        Holder(kind="client", id="c", name=name, divisions=("*",)),
                        Holder(kind="user", id="u", name="a"),
                    ),
                ),
                ReviewedRole(id="r2", name="Nobody's", permissions=("routing:queue:edit",)),
            ),
        ),
        trail=TrailResult(
            location=name, since="2026-10-01T00:00:00Z", until="2026-11-01T00:00:00Z", changes=3, gap=name
        ),
        past=Past(location=name, recorded_at=None, until=None, differences=()),
        evidence=EvidenceResult(
            location=name, periods=("2026-10-01/2026-11-01",), complete_until="2026-11-01T00:00:00Z", handlings=1_200
        ),
        acw=AcwResult(width_ms=10_000, counts=(5, 3), limits=(LimitResult(label=name, limit_ms=10_000),)),
        what_if=(
            WhatIfResult(
                rule="U-1",
                parameter="max",
                candidate_ms=60_000,
                now_ms=120_000,
                queues=tuple(WhatIfQueue(queue=f"{name} {n}", judged=10, over=4, over_now=1) for n in range(30)),
            ),
        ),
    )
    assert results.audit is not None
    movement = Movement(
        against="2026-10-21T09:30:00Z", new=moved, first=moved, open=moved, fixed=moved, waived=moved, undecided=moved
    )
    audit = type(results.audit)(
        **{f: getattr(results.audit, f) for f in results.audit.__struct_fields__} | {"movement": movement}
    )
    return type(results)(**{f: getattr(results, f) for f in results.__struct_fields__} | {"audit": audit})


def test_every_usage_figure_has_data_complete_until_beside_it() -> None:
    shown = text(page(everything())["usage"])
    assert "Data complete until 1 November 2026, 00:00 UTC" in shown
    assert "U-1 usage Billing failed prompt is OPTIONAL 2026-11-01 00:00 UTC" in shown
    assert "usage Fine passed 98 of 100 handlings coded 2026-11-01 00:00 UTC" in shown
    assert "1 usage case did not apply" in shown
    assert (
        "It would have cut 120 of 300 past wrap-ups (40.0%). Today's limit of 120 s is shorter than 30 of them."
        in shown
    )
    assert "Another 5 queues would have lost fewer." in shown


def test_changes_and_access_are_told() -> None:
    shown = page(everything())
    assert "Tells about 1 October 2026, 00:00 UTC to 1 November 2026, 00:00 UTC Changes 3" in text(shown["changes"])
    assert "C-1 failed change c1 prompt is OPTIONAL ; expected MANDATORY" in text(shown["changes"])
    assert "C-1 unknown unseen change a gap" in text(shown["changes"])
    access = text(shown["access"])
    assert "2 roles of 9 roles allow to change" in access
    assert "by a wildcard, so that it allows more than it names" in access
    assert "some under conditions that were not looked at" in access
    assert "Nobody holds it." in access
    assert "Billing OAuth client all" in access


def test_what_was_not_given_is_said_where_rules_ask_for_it() -> None:
    rules = (a_rule("U-1", kind="usage"), a_rule("C-1", kind="change"))
    cases = (
        a_case("not applicable", "no subject", identity=None, reason="no evidence was given"),
        a_case("not applicable", "no subject", rule=1, identity=None, reason="no audit trail was given"),
    )
    shown = page(audited(a_run(*cases, rules=rules), a_history(), access=UNREAD))
    assert text(shown["usage"]) == "No evidence was given, so nothing is known of what agents really did."
    assert text(shown["changes"]) == "No audit trail was given, so nothing is known of who changed what."


def test_a_month_of_good_changes_is_said() -> None:
    run = a_run(a_case("passed", "change c1"), rules=(a_rule(kind="change"),))
    shown = page(audited(run, a_history(), access=UNREAD, trail=TrailResult(location="audits.ndjson", changes=1)))
    assert "Every change was made by whom, and when, the rules allow." in text(shown["changes"])


@pytest.mark.parametrize("name", HOSTILE)
def test_names_cannot_break_out_of_the_page(name: str) -> None:
    for html in page(everything(name.replace("\n", "\\n"))).values():
        assert "<script" not in html
        assert "<img" not in html
        assert "</style><svg onload" not in html


def test_the_page_is_the_same_from_the_document_alone(tmp_path: Path) -> None:
    """Every report can be written again from the results."""
    results = everything()
    save_results(results, tmp_path / "results.json")
    again = load_results(tmp_path / "results.json")
    assert page(again) == page(results)
    assert "Since the last audit" in render_page(again, audit_sections(again))


def test_odd_moments_are_shown_as_they_are() -> None:
    run = a_run(case("failed"), started_at="once")
    results = audited(run, a_history(a_run(case("failed"), started_at="long ago")), access=UNREAD)
    shown = text(page(results)["since-last"])
    assert "Compared with the audit of long ago" in shown
    assert "since long ago" in shown
    odd = EvidenceResult(location="e", complete_until="soon")
    usage = a_run(a_case("failed", "usage X"), rules=(a_rule(kind="usage"),))
    assert "soon" in text(page(audited(usage, a_history(), access=UNREAD, evidence=odd))["usage"])


# -- one line -----------------------------------------------------------------------------------------------------------


def test_the_line_for_chat_is_one_sentence_after_the_other() -> None:
    waivers = (a_waiver(state="ending", days_left=3), a_waiver(state="expired", days_left=-1))
    run = a_run(*NOVEMBER.cases, waivers=waivers)
    assert summary_line(audited(run, a_history(OCTOBER), access=UNREAD), "text") == (
        "harbor, 2026-11-21: 1 finding that counts; 1 case could not be judged. Since 2026-10-21: 1 new, 1 fixed, "
        "0 still open. 1 waiver ends within 14 days. 1 waiver has expired."
    )
    assert summary_line(audited(NOVEMBER, a_history(), access=UNREAD), "text") == (
        "harbor, 2026-11-21: 1 finding that counts; 1 case could not be judged."
    )


def test_the_line_for_machines_is_json() -> None:
    evidence = EvidenceResult(location="e", complete_until="2026-11-01T00:00:00Z")
    line = summary_line(audited(NOVEMBER, a_history(OCTOBER), access=UNREAD, evidence=evidence), "json")
    assert "\n" not in line
    assert json.loads(line) == {
        "org": "harbor",
        "startedAt": "2026-11-21T09:30:00Z",
        "standing": "findings",
        "headline": "1 finding that counts; 1 case could not be judged.",
        "findings": 1,
        "counting": 1,
        "new": 1,
        "fixed": 1,
        "stillOpen": 0,
        "notJudged": 1,
        "waiversEnding": 0,
        "waiversExpired": 0,
        "completeUntil": "2026-11-01T00:00:00Z",
        "exitCode": 0,
    }
    first = json.loads(summary_line(audited(NOVEMBER, a_history(), access=UNREAD), "json"))
    assert (first["new"], first["fixed"], first["stillOpen"], first["completeUntil"]) == (None, None, None, None)


def test_a_trail_is_told_with_its_period_and_its_gap() -> None:
    entries = (Change(id="c1", at=SINCE), Change(id="c2", at=SINCE, status="FAILURE"))
    trail = Trail(entries=entries, since=SINCE, until=UNTIL, location="audits.ndjson")
    assert trail_result(None, None) is None
    assert trail_result(unknown("the audit trail", "403"), None) == TrailResult(gap="403")
    found = trail_result(trail, None)
    assert found is not None
    assert (found.location, found.changes, found.gap) == ("audits.ndjson", 1, None)
    past = Past(location="old", recorded_at=datetime(2026, 9, 1, tzinfo=UTC), until=UNTIL, differences=())
    short = trail_result(trail, past)
    assert short is not None
    assert short.gap is not None
    assert "2026-09-01" in short.gap
