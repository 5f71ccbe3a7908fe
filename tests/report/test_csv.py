"""CSV: reads back, and runs nothing in a spreadsheet."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.model import Identity, Position
from harness.report.csv import COLUMNS, render_csv
from harness.report.results import FindingResult, Results
from tests.report.samples import a_believable_run, a_case, a_rule, a_run, a_waiver


def rows_of(results: Results) -> list[dict[str, str]]:
    text = render_csv(results)
    assert text.startswith("\ufeff"), "Excel reads UTF-8 without a byte order mark as something else"
    return list(csv.DictReader(io.StringIO(text[1:], newline=""), strict=True))


def test_passed_cases_are_no_rows() -> None:
    text = render_csv(a_run(a_case("passed"), a_case("not applicable")))
    assert text == "\ufeff" + ",".join(COLUMNS) + "\r\n"


def test_one_row_a_case_the_gravest_first() -> None:
    rows = rows_of(a_believable_run())
    run = a_believable_run()
    assert len(rows) == sum(case.verdict in ("failed", "waived", "unknown") for case in run.cases)
    assert [row["verdict"] for row in rows] == sorted(
        (row["verdict"] for row in rows), key=("failed", "unknown", "waived").index
    )
    assert rows[0]["severity"] == "critical"
    assert render_csv(run).count("\r\n") == len(rows) + 1, "RFC 4180: lines end with CRLF"


def test_a_row_holds_what_its_reader_needs() -> None:
    case = a_case(
        "waived",
        "queue Billing",
        identity=Identity("queue", "Billing", id="q-1", address="m.q"),
        queue="Billing",
        division="Care",
        findings=(FindingResult(observed="a, b", expected='"c"'), FindingResult(observed="d", expected="e")),
        reason="waived",
        waiver=0,
        change="introduced",
        source=Position("queues.tf", 7),
    )
    (row,) = rows_of(a_run(case, rules=(a_rule(owner="ops", fix="Admin", controls=("A", "B")),), waivers=(a_waiver(),)))
    assert row == {
        "verdict": "waived", "severity": "major", "counts": "no", "rule": "RTL-001",
        "title": "A queue demands a wrap-up code", "kind": "queue", "subject": "queue Billing", "queue": "Billing",
        "division": "Care", "observed": "a, b; d", "expected": '"c"; e', "reason": "waived",
        "waived_until": "2026-12-31", "waived_by": "claims-operations", "known_since": "", "change": "introduced",
        "owner": "ops",
        "controls": "A; B", "fix": "Admin", "policy": "suites/gate/retail.policy.yaml", "line": "14", "id": "q-1",
        "address": "m.q", "source": "queues.tf:7",
    }  # fmt: skip


def test_known_findings_say_that_they_do_not_count() -> None:
    known, new = rows_of(a_run(a_case("failed", known_since="2026-01-02"), a_case("failed", "queue New")))
    assert (known["counts"], known["known_since"], new["counts"]) == ("no", "2026-01-02", "yes")


@pytest.mark.parametrize(
    "start", ["=", "+", "-", "@", "\t=", "\r=", "\n=", " =", "\uff1d", "\uff0b", "\uff0d", "\uff20"]
)
def test_no_cell_is_a_formula(start: str) -> None:
    case = a_case("failed", queue=f"{start}1+1", identity=Identity("queue", "x", id=f"{start}cmd"))
    (row,) = rows_of(a_run(case))
    assert row["queue"].startswith("'")
    assert row["id"].startswith("'")


@given(st.text(), st.text())
def test_any_text_stays_in_its_cell(name: str, observed: str) -> None:
    """Quotes, commas and line breaks of a name must not open a cell or a row of their own."""
    case = a_case("failed", queue=name, findings=(FindingResult(observed=observed, expected="x"),))
    (row,) = rows_of(a_run(case))
    assert len(row) == len(COLUMNS)
    assert not any(cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row.values())
    assert row["rule"] == "RTL-001"
