"""The panels: what a reader finds in them, and that nothing from an org is more than text."""

import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.model import Position
from harness.policy.model import UsedFile
from harness.report.headline import headline
from harness.report.html import SECTIONS, SHOWN, render_panels, script, stylesheet
from harness.report.results import BaselineResult, FindingResult, OrgResult, PolicyResult, Results
from tests.report.page import Page
from tests.report.samples import HOSTILE, a_believable_run, a_case, a_rule, a_run, a_waiver

GOLDEN = Path(__file__).parent / "golden.html"


def page(run: Results) -> Page:
    return Page(render_panels(run))


def a_small_run() -> Results:
    return a_run(
        a_case(
            "failed",
            "queue Billing <b>",
            queue="Billing <b>",
            division="Care",
            evidence={"queue.acw.prompt": "OPTIONAL"},
        ),
        a_case("passed", "queue Sales"),
        a_case("unknown", "queue Night", reason="the queue's ACW settings are unknown: the source did not deliver it"),
        rules=(
            a_rule(why="Finance reconciles.", fix="Admin > Queues", controls=("CC-4",), owner="ops@retail.example"),
        ),
        waivers=(a_waiver(state="stale"),),
    )


def test_one_small_report_is_as_it_was_looked_at() -> None:
    """Markup changes are seen in a diff; after looking at the page, write the file anew from `render_panels`."""
    assert render_panels(a_small_run()).replace(script(), "") == GOLDEN.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "run",
    [
        a_run(),
        a_run(rules=(), policies=()),
        a_run(a_case("passed")),
        a_run(a_case("unknown"), partial="interrupted by the user", selected="-k x"),
        a_run(a_case("failed"), rules=(a_rule(counts=False),), fail_on="never", environment="dev", exit_code=9),
        a_small_run(),
        a_believable_run(),
    ],
    ids=["empty", "no rules", "passed", "partial", "never", "small", "believable"],
)
def test_every_report_is_well_formed(run: Results) -> None:
    """Elements closed, ids unique, every link inside the page leads somewhere, headings without a jump."""
    read = page(run)
    assert read.open == []
    ids = read.values("id")
    assert len(ids) == len(set(ids))
    assert {href.removeprefix("#") for href in read.values("href")} <= set(ids)
    assert set(read.values("aria-labelledby")) <= set(ids)
    levels = [level for level, _ in read.headings]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(next_ <= level + 1 for level, next_ in pairwise(levels))
    assert {section.anchor for section in SECTIONS} <= set(ids)
    assert headline(run).sentence in read.text


def test_tables_say_what_they_are() -> None:
    read = page(a_believable_run())
    tables = [at for at, (tag, _) in enumerate(read.elements) if tag == "table"]
    assert tables
    assert all(read.elements[at + 1][0] == "caption" for at in tables)
    assert all("scope" in attributes for tag, attributes in read.elements if tag == "th")
    regions = [attributes for _, attributes in read.elements if attributes.get("role") == "region"]
    assert all(attributes["aria-label"] and attributes["tabindex"] == "0" for attributes in regions)


def test_nothing_is_loaded_and_only_our_script_runs() -> None:
    """One file, offline: one script that is ours, no image, no address but those inside the page."""
    markup = render_panels(a_believable_run())
    read = Page(markup)
    assert not read.tags() & {"img", "link", "iframe", "object", "svg"}
    assert [attributes for tag, attributes in read.elements if tag == "script"] == [
        {"type": "application/json", "id": "w-data"},
        {},
    ]
    assert f"<script>{script()}</script>" in markup
    assert all(href.startswith("#") for href in read.values("href"))
    assert not [name for _, attributes in read.elements for name in attributes if name.startswith("on")]
    assert not re.search(r"url\(|@import|https?:", stylesheet())
    assert not re.search(
        r"https?:|fetch\(|XMLHttp|WebSocket|import\(|eval\(|innerHTML|outerHTML|insertAdjacent", script()
    )


def hostile_run(text: str) -> Results:
    """A run with a text wherever a file or an org can put one."""
    return a_run(
        a_case(
            "failed",
            f"queue {text}",
            queue=text,
            division=text,
            findings=(FindingResult(observed=text, expected=text),),
            evidence={text: text},
            notes=(text,),
            reason=text,
        ),
        a_case("unknown", f"queue {text}", reason=text),
        a_case("not applicable", "no subject", identity=None, reason=text),
        a_case("waived", f"code {text}", waiver=0),
        rules=(
            a_rule(
                text,
                title=text,
                applies=text,
                where=text,
                why=text,
                fix=text,
                owner=text,
                controls=(text,),
                source=text,
                position=Position(text, 1),
            ),
        ),
        waivers=(a_waiver(rule=text, subject=text, by=text, reason=text, approved_by=text, ticket=text, id=text, until=text, covers=(text,)),),
        org=OrgResult(name=text, kind=text, location=text, id=text, region=text, recorded_at=text, recorded_by=text, sha256=text, counts={text: 1}, gaps={text: text}),
        policies=(PolicyResult(name=text, path=text, sha256=text, owner=text, version=text, files=(UsedFile("crm", text, text),)),),
        run_by=text,
        environment=text,
        partial=text,
        selected=text,
        started_at=text,
        tool_version=text,
    )  # fmt: skip


@settings(max_examples=40)  # each renders two reports
@given(st.sampled_from(HOSTILE) | st.text(alphabet="<>\"'&{}%#=/ a-\u202e\x00", min_size=1, max_size=12))
def test_a_text_from_outside_adds_no_element(text: str) -> None:
    """Whatever a name holds, the page has the elements that it has for a harmless name."""
    harmless = page(hostile_run("x"))
    read = page(hostile_run(text))
    assert [tag for tag, _ in read.elements] == [tag for tag, _ in harmless.elements]
    assert [set(attributes) for _, attributes in read.elements] == [set(it) for _, it in harmless.elements]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_shown_as_it_is(name: str) -> None:
    assert " ".join(name.split()) in page(hostile_run(name)).text


def test_anchors_of_rules_are_the_same_in_every_run() -> None:
    """A ticket links to a rule; the link must survive other findings and other rules."""
    for verdict in ("passed", "failed", "waived", "unknown"):
        run = a_run(a_case(verdict, rule=1), rules=(a_rule("A-1"), a_rule("RTL 7/b")))
        assert "rule-RTL%207%2Fb" in page(run).values("id")


def test_a_finding_has_all_that_is_known_about_it() -> None:
    text = page(a_small_run()).text
    for part in (
        "queue Billing <b>", "division Care", "prompt is OPTIONAL", "MANDATORY", "queue.acw.prompt = OPTIONAL",
        "Finance reconciles.", "Admin > Queues", "ops@retail.example", "CC-4", "suites/gate/retail.policy.yaml:14",
        "prompt.mandatory (allowed: [MANDATORY])",
    ):  # fmt: skip
        assert part in text


def test_many_findings_wait_behind_one_click() -> None:
    """Thousands of findings must not be thousands of open lines; none is left out."""
    few = render_panels(a_run(*(a_case("failed", f"queue {n}") for n in range(SHOWN))))
    assert "Show the other" not in few
    many = render_panels(a_run(*(a_case("failed", f"queue {n}") for n in range(SHOWN + 2))))
    assert "Show the other 2 findings" in many
    assert many.count('class="w-finding"') == SHOWN + 2


def test_a_finding_that_does_not_count_says_so() -> None:
    text = page(a_run(a_case("failed"), rules=(a_rule(severity="advice", counts=False),))).text
    assert "does not count in this run" in text
    assert "does not count in this run" not in page(a_run(a_case("failed"))).text


def test_gravest_rules_come_first_then_those_with_most_findings() -> None:
    rules = (a_rule("A", severity="minor"), a_rule("B", severity="critical"), a_rule("C", severity="minor"))
    run = a_run(
        a_case("failed", rule=0), a_case("failed", rule=1), *(a_case("failed", f"queue {n}", rule=2) for n in "ab"), rules=rules
    )  # fmt: skip
    found = [text.split()[0] for level, text in page(run).headings if level == 3]
    assert [text for text in found if text in "ABC"] == ["B", "C", "A"]


def test_worst_queues_by_counting_findings_then_by_severity() -> None:
    rules = (
        a_rule("GRAVE", severity="critical"),
        a_rule("MILD", severity="minor"),
        a_rule("ADVICE", severity="advice", counts=False),
    )
    found = [
        ("One grave", 0),
        ("Two mild", 1),
        ("Two mild", 1),
        ("One mild", 1),
        ("Advice", 2),
        ("Advice", 2),
        ("Advice", 2),
    ]
    run = a_run(*(a_case("failed", f"queue {name}", rule=rule, queue=name) for name, rule in found), rules=rules)
    text = page(run).text
    section = text[text.index("4 queues have findings") :]
    order = sorted(("One grave", "Two mild", "One mild", "Advice"), key=section.index)
    assert order == ["Two mild", "One grave", "One mild", "Advice"]
    assert "MILD A queue demands a wrap-up code (2 findings)" in section


def test_queues_of_one_name_in_two_divisions_are_two_queues() -> None:
    run = a_run(*(a_case("failed", queue="Sales", division=division) for division in ("UK", "France")))
    assert "2 queues have findings" in page(run).text


def test_only_the_worst_queues_are_listed() -> None:
    run = a_run(*(a_case("failed", f"queue {n}", queue=f"q{n}") for n in range(12)))
    assert "12 queues have findings, of the queue itself or of what it offers. These are the 10 worst" in page(run).text


def test_a_control_shows_its_rules_verdicts_and_waivers() -> None:
    run = a_run(
        a_case("failed"),
        a_case("passed", "queue B"),
        a_case("passed", rule=1),
        rules=(a_rule(controls=("SOX-12",)), a_rule("RTL-002", controls=("SOX-12", "CC-4"))),
        waivers=(a_waiver(state="expired", days_left=-3),),
    )
    text = page(run).text
    section = text[text.index("Controls, their rules") : text.index("Queues with the most findings", 900)]
    assert section.index("CC-4") < section.index("SOX-12")
    assert "1 failed 1 passed" in section
    assert "queue Legacy* expired 31 December 2026" in section


@pytest.mark.parametrize(
    ("state", "days_left", "shown"),
    [
        ("active", 40, "active"),
        ("ending", 1, "ending soon"),
        ("ending", 0, "ending soon"),
        ("expired", -1, "expired"),
        ("stale", 30, "stale"),
    ],
)
def test_a_waiver_shows_its_state_in_words(state: str, days_left: int, shown: str) -> None:
    text = page(a_run(a_case(), waivers=(a_waiver(state=state, days_left=days_left),))).text
    left = {40: "40 days left", 1: "1 day left", 0: "last day", -1: "ended 1 day ago", 30: "30 days left"}[days_left]
    assert f"{shown} RTL-001 queue Legacy* covers nothing 31 December 2026 {left} by claims-operations" in text


def test_a_waiver_without_approver_says_so() -> None:
    """An auditor asks for the approver first; silence would read as approval."""
    assert "no approver named" in page(a_run(waivers=(a_waiver(),))).text
    text = page(a_run(waivers=(a_waiver(approved_by="compliance", ticket="CHG-1"),))).text
    assert "no approver named" not in text
    assert "approved by compliance ticket CHG-1" in text


def test_a_waiver_links_to_the_findings_that_it_covers() -> None:
    run = a_run(
        a_case("waived", "queue Legacy A", waiver=0),
        waivers=(a_waiver(covers=("queue Legacy A", "queue Legacy B")),),
    )
    markup = render_panels(run)
    assert '<a href="#case-0" data-case="0"><bdi>queue Legacy A</bdi></a>' in markup
    assert "<li><bdi>queue Legacy B</bdi></li>" in markup


def test_what_was_not_judged_is_listed_with_its_reason() -> None:
    rules = (a_rule("R-1"), a_rule("R-2"), a_rule("R-3"))
    run = a_run(
        a_case("unknown", "queue A", reason="no permission"),
        a_case("unknown", "queue B", rule=1, reason="no permission"),
        a_case("unknown", "queue C"),
        a_case("not applicable", "queue D", reason="the prompt is OPTIONAL"),
        a_case("unknown", "no subject", rule=1, identity=None, reason="`where` matches no queue"),
        rules=rules,
        org=OrgResult(name="harbor", kind="live", location="live", gaps={"users": "403"}),
    )
    text = page(run).text
    section = text[text.index("Cases that could not be judged") :]
    assert "2 cases : no permission R-1 , R-2 Show them R-1: queue A R-2: queue B" in section
    assert "1 case : no reason was recorded" in section
    assert "R-2 A queue demands a wrap-up code unknown `where` matches no queue" in section
    assert "R-3 A queue demands a wrap-up code has no case in this run" in section
    assert "users 403" in section
    assert "1 case : the prompt is OPTIONAL" in section
    assert "3 rules judged nothing" in text
    assert "1 resource was not fully seen" in text


def test_very_many_cases_that_were_not_judged_are_bounded() -> None:
    run = a_run(*(a_case("unknown", f"queue {n}", reason="no permission") for n in range(203)))
    text = page(run).text
    assert "queue 199 and 3 more cases: see them among the cases" in text
    assert "queue 200" not in text


def test_every_rule_is_listed_with_what_it_judged() -> None:
    """A pass must be seen to have looked."""
    run = a_run(
        *(a_case(verdict, f"queue {verdict}") for verdict in ("passed", "failed", "waived", "unknown")),
        a_case("unknown", rule=1),
        rules=(a_rule("R-1"), a_rule("R-2", title="Silent", where="sales")),
    )
    text = page(run).text
    section = text[text.rindex("Every rule, with the cases that it judged") :]
    assert "R-1 major A queue demands a wrap-up code 3 1 failed 1 unknown 1 waived 1 passed" in section
    assert "R-2 major Silent nothing 1 unknown" in section
    assert "each queue where sales" in section


def test_provenance_and_sign_off() -> None:
    text = page(a_believable_run()).text
    for part in (
        "Run by ci job 4711", "wrapup-harness 0.1.0", "Environment production", "minor and graver (fail-on: minor)",
        "Complete yes", "Exit code 1: at least one finding counts", "recording fixtures/harbor",
        "18 November 2026, 22:05 UTC, 2 days before this run", "0123456789abcdef" * 4, "queues: 40",
        "Version 3", "Owner cx-platform@retail.example", "Europe/London", "suites/gate/retail.catalogue.yaml",
        "Prepared by Name Date Signature Reviewed by Name Date Signature Approved by Name Date Signature",
        "It says nothing about what no rule asks.",
    ):  # fmt: skip
        assert part in text


def test_a_partial_or_selected_run_says_so_everywhere() -> None:
    text = page(a_run(a_case(), partial="stopped by SIGTERM", selected="-k Billing")).text
    assert text.startswith("Wrap-up compliance report")
    assert "The run did not finish: stopped by SIGTERM . What is missing here was not judged." in text
    assert "Not all cases were run: -k Billing . What" in text
    assert "Complete no: stopped by SIGTERM" in text
    assert "The run did not finish. Only selected cases were run." in text[text.index("Scope.") :]
    assert "Complete no: 2 of 9 were selected" in page(a_run(selected="2 of 9 were selected")).text


@pytest.mark.parametrize(
    ("recorded_at", "shown"),
    [
        (None, "the source does not say when"),
        ("2026-11-21T09:00:00Z", "21 November 2026, 09:00 UTC, less than a day before this run"),
        ("2026-11-20T08:00:00+01:00", "20 November 2026, 07:00 UTC, 1 day before this run"),
        ("2026-12-01T00:00:00", "1 December 2026, 00:00 UTC"),
        ("last week", "last week"),
    ],
)
def test_when_the_org_was_recorded(recorded_at: str | None, shown: str) -> None:
    org = OrgResult(name="harbor", kind="recording", location="x", recorded_at=recorded_at)
    assert f"Recorded {shown} Policy:" in page(a_run(org=org)).text


def test_fail_on_never_is_explained() -> None:
    text = page(a_run(a_case("failed"), rules=(a_rule(counts=False),), fail_on="never")).text
    assert "0 findings count in this run: it was told to let none count (fail-on: never)." in text
    assert "Findings that count none (fail-on: never)" in text


def test_known_findings_are_marked_and_the_baseline_is_told() -> None:
    """An auditor sees that a finding does not count, since when, and by which file."""
    baseline = BaselineResult(path="b.json", sha256="ab" * 32, entries=3, stale=("RTL-001 queue <Gone>",), other=1)
    read = page(a_run(a_case("failed", queue="Billing", known_since="2026-01-02"), baseline=baseline))
    assert (
        "0 findings count in this run: those of severity minor or graver (fail-on: minor) that are not in the"
        in read.text
    )
    assert "in the baseline since 2 January 2026 , does not count" in read.text
    assert "1 entry of the baseline is stale" in read.text
    for told in ("b.json", "3 known findings", "1 known finding", "ab" * 32, "RTL-001 queue <Gone>"):
        assert told in read.text
    assert "baseline" not in page(a_run(a_case("failed"))).text
    empty = page(a_run(a_case("passed"), baseline=BaselineResult(path="b.json")))
    assert "0 known findings" in empty.text
