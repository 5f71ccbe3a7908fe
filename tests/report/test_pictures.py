"""Pictures say in words and in a table what they show, and nothing in them can run."""

import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.report.audit_results import AcwResult, LimitResult, TrendPoint
from harness.report.pictures import Picture, acw_picture, trend_picture
from harness.report.pictures_matrix import matrix_picture
from tests.report.samples import HOSTILE, a_case, a_rule, a_run

SVG = "{http://www.w3.org/2000/svg}"


def parsed(picture: Picture) -> ET.Element:
    return ET.fromstring(picture.svg)  # noqa: S314 - ours


def check(picture: Picture) -> ET.Element:
    """Assert what holds for every picture."""
    root = parsed(picture)
    assert root.get("role") == "img"
    named = (root.get("aria-labelledby") or "").split()
    ids = {it.get("id"): (it.text or "").strip() for it in root.iter() if it.get("id")}
    assert all(ids[name] for name in named)
    assert len(named) == 2
    tags = {it.tag.removeprefix(SVG) for it in root.iter()}
    assert tags <= {"svg", "title", "desc", "line", "rect", "circle", "polyline", "text"}
    assert not [name for it in root.iter() for name in it.keys() if name.startswith("on") or "href" in name]  # noqa: SIM118
    width, height = (float(part) for part in (root.get("viewBox") or "").split()[2:])
    for it in root.iter():
        for name, most in (("x", width), ("x1", width), ("x2", width), ("cx", width), ("y", height), ("cy", height)):
            assert 0 <= float(it.get(name) or 0) <= most, ET.tostring(it)
    assert all(len(row) == len(picture.head) for row in picture.rows)
    return root


def texts(root: ET.Element) -> list[str]:
    return [it.text or "" for it in root.iter(f"{SVG}text")]


def point(day: str, **findings: int) -> TrendPoint:
    return TrendPoint(started_at=f"2026-{day}T00:00:00Z", findings=findings)  # type: ignore[arg-type]  # severities


def test_a_trend_has_a_line_for_each_severity_and_a_number_at_its_end() -> None:
    picture = trend_picture([point("09-01", critical=2, minor=10), point("10-01", minor=7), point("11-01", minor=3)])
    root = check(picture)
    assert len(root.findall(f"{SVG}polyline")) == 2
    assert {"critical 0", "minor 3"} <= set(texts(root))
    assert "Open findings went from 12 to 3." in picture.svg
    assert picture.head == ["run", "critical", "major", "minor", "advice", "could not be judged"]
    assert picture.rows[0] == ["2026-09-01", "2", "0", "10", "0", "0"]


def test_one_run_is_a_dot_and_no_trend() -> None:
    picture = trend_picture([point("11-01", major=1)])
    assert "One run, with 1 open finding." in picture.svg
    check(picture)


def test_no_finding_at_all_is_an_empty_picture_that_says_so() -> None:
    picture = trend_picture([point("10-01"), point("11-01")])
    assert check(picture).find(f"{SVG}polyline") is None
    assert "went from 0 to 0" in picture.svg


@given(
    st.lists(
        st.builds(
            TrendPoint,
            started_at=st.dates().map(lambda it: f"{it.isoformat()}T00:00:00Z") | st.just("once upon a time"),
            findings=st.dictionaries(st.sampled_from(["critical", "major", "minor", "advice"]), st.integers(0, 10**7)),
        ),
        min_size=1,
        max_size=40,
    ).map(lambda points: sorted(points, key=lambda it: it.started_at if it.started_at[0].isdigit() else ""))
)
def test_any_history_stays_inside_the_picture(points: list[TrendPoint]) -> None:
    check(trend_picture(points))


def test_after_call_work_has_its_limits_drawn_in() -> None:
    acw = AcwResult(
        width_ms=10_000,
        counts=(5, 9, 4, 0, 2),
        limits=(
            LimitResult(label="AUD-1 tried: 20 s", limit_ms=20_000, kind="candidate"),
            LimitResult(label="AUD-1: 35 s", limit_ms=35_000),
            LimitResult(label="AUD-2: 2 h", limit_ms=7_200_000),
        ),
    )
    picture = acw_picture(acw)
    root = check(picture)
    lines = [it for it in root.iter(f"{SVG}line") if "a-limit" in (it.get("class") or "")]
    assert len(lines) == 3
    assert "After-call work of 20 handlings" in picture.svg
    # 20 s is the edge of a bin, 35 s lies within one: only the first number is exact.
    assert "AUD-1 tried: 20 s: 6 took longer; AUD-1: 35 s: about 2 took longer" in picture.svg
    assert picture.rows == [["0 to 10 s", "5"], ["10 to 20 s", "9"], ["20 to 30 s", "4"], ["40 s and longer", "2"]]


@given(st.lists(st.integers(0, 10**8), min_size=1, max_size=50), st.integers(1, 600_000))
def test_any_distribution_stays_inside_the_picture(counts: list[int], limit_ms: int) -> None:
    limits = (LimitResult(label="R: x", limit_ms=limit_ms),)
    check(acw_picture(AcwResult(width_ms=10_000, counts=tuple(counts), limits=limits)))


def test_a_matrix_shows_the_worst_queues_first_and_only_rules_that_tell() -> None:
    rules = (a_rule("A", severity="minor"), a_rule("B", severity="critical"), a_rule("C"))
    run = a_run(
        a_case("passed", "queue Good", queue="Good"),
        a_case("failed", "queue Bad", queue="Bad"),
        a_case("failed", "queue Worse", queue="Worse", rule=1),
        a_case("unknown", "queue Dark", queue="Dark"),
        a_case("waived", "queue Bad", queue="Bad", rule=1),
        a_case("passed", "queue Bad", queue="Bad", rule=2),
        a_case("failed", "code X"),
        rules=rules,
    )
    picture = matrix_picture(run)
    assert picture is not None
    root = check(picture)
    assert picture.head == ["queue", "B", "A"]
    assert picture.rows == [
        ["Worse", "failed", "not asked"],
        ["Bad", "waived", "failed"],
        ["Dark", "not asked", "unknown"],
    ]
    assert [it for it in texts(root) if it in "✕?w·"] == ["✕", "w", "✕", "?"]


def test_several_cases_of_a_rule_on_a_queue_are_one_square_with_their_number() -> None:
    run = a_run(*(a_case("failed", f"assignment {n} @ Bad", queue="Bad") for n in range(3)), a_case(queue="Bad"))
    picture = matrix_picture(run)
    assert picture is not None
    assert picture.rows == [["Bad", "failed (3)"]]


def test_a_matrix_of_compliant_queues_is_none() -> None:
    assert matrix_picture(a_run(a_case(queue="Good"))) is None


def test_findings_that_do_not_count_weigh_less() -> None:
    rules = (a_rule("A", severity="critical", counts=False), a_rule("B", severity="minor"))
    run = a_run(a_case("failed", queue="Quiet"), a_case("failed", queue="Loud", rule=1), rules=rules)
    picture = matrix_picture(run)
    assert picture is not None
    assert [row[0] for row in picture.rows] == ["Loud", "Quiet"]


@pytest.mark.parametrize("name", HOSTILE)
def test_names_cannot_break_out_of_a_picture(name: str) -> None:
    picture = matrix_picture(a_run(a_case("failed", queue=name.replace("\n", "\\n"))))
    assert picture is not None
    check(picture)
    assert not re.search(r"<(script|img|style)", picture.svg)


def test_a_large_org_has_a_picture_of_bounded_size() -> None:
    rules = tuple(a_rule(f"R-{number}") for number in range(60))
    cases = [a_case("failed", queue=f"Q{q}", rule=r) for q in range(50) for r in range(60)]
    picture = matrix_picture(a_run(*cases, rules=rules))
    assert picture is not None
    check(picture)
    assert (len(picture.rows), len(picture.head)) == (20, 31)
