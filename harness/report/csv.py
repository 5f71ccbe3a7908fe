"""Findings and open cases as CSV, for spreadsheets: one row a case, nothing that a spreadsheet would run."""

import csv
import io
from collections.abc import Iterator
from typing import Final

from harness.model.verdict import SEVERITIES, VERDICTS
from harness.report.results import CaseResult, Results
from harness.report.text import plain

__all__ = ["BYTE_ORDER_MARK", "COLUMNS", "neutral", "render_csv"]

COLUMNS: Final = (
    "verdict",
    "severity",
    "counts",
    "rule",
    "title",
    "kind",
    "subject",
    "queue",
    "division",
    "observed",
    "expected",
    "reason",
    "waived_until",
    "waived_by",
    "known_since",
    "change",
    "owner",
    "controls",
    "fix",
    "policy",
    "line",
    "id",
    "address",
    "source",
)

BYTE_ORDER_MARK: Final = "\ufeff"

# What makes a spreadsheet take a text for a formula, also in its full width forms, which some locales read alike.
_STARTS_A_FORMULA: Final = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")


def render_csv(results: Results) -> str:
    """Return a table of the cases that failed, were waived or could not be judged; the gravest first.

    It begins with a byte order mark: without one, Excel reads UTF-8 as something else. Cells that a spreadsheet would
    take for a formula get an apostrophe in front.

    Source:
        RFC 4180; OWASP, "CSV Injection".
    """
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    shown = [case for case in results.cases if case.verdict in ("failed", "waived", "unknown")]
    shown.sort(key=lambda it: (VERDICTS.index(it.verdict), -SEVERITIES.index(results.rules[it.rule].severity), it.rule))
    for case in shown:
        writer.writerow([neutral(plain(cell)) for cell in _row(results, case)])
    return BYTE_ORDER_MARK + table.getvalue()


def _row(results: Results, case: CaseResult) -> Iterator[str]:
    rule = results.rules[case.rule]
    waiver = None if case.waiver is None else results.waivers[case.waiver]
    identity = case.identity
    yield case.verdict
    yield rule.severity
    yield "yes" if results.counts(case) else "no"
    yield rule.id
    yield rule.title
    yield rule.kind
    yield case.subject
    yield case.queue or ""
    yield case.division or ""
    yield "; ".join(finding.observed for finding in case.findings)
    yield "; ".join(finding.expected for finding in case.findings)
    yield case.reason or ""
    yield waiver.until if waiver else ""
    yield waiver.by if waiver else ""
    yield case.known_since or ""
    yield case.change or ""
    yield rule.owner or ""
    yield "; ".join(rule.controls)
    yield rule.fix or ""
    yield rule.position.path
    yield str(rule.position.line or "")
    yield (identity.id or "") if identity else ""
    yield case.resource or ((identity.address or "") if identity else "")
    yield "" if case.source is None else str(case.source)


def neutral(cell: str) -> str:
    """Return a cell that a spreadsheet takes for a text: what it would take for a formula gets an apostrophe in front.

    Source:
        OWASP, "CSV Injection".
    """
    return f"'{cell}" if cell.lstrip(" ").startswith(_STARTS_A_FORMULA) else cell
