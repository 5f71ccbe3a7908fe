"""All cases as columns, for the page's script: small enough that a hundred thousand travel in one file.

Texts are held once and named by number, subjects too; a column of numbers holds each number's distance from the one
before it (subjects come in the same order under every rule, so most distances are one digit). `templates/script/data.js`
reads it.
"""

import json
from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import sub
from typing import Any, Final
from urllib.parse import quote

from harness.errors import UsageError
from harness.model.verdict import VERDICTS
from harness.report.results import CaseResult, Results, RuleResult, WaiverResult

__all__ = ["LETTERS", "encode_cases"]

LETTERS: Final = {"failed": "f", "unknown": "u", "waived": "w", "passed": "p", "not applicable": "n"}
"""One letter a verdict."""

_PARTS = ("kind", "left", "right", "queue", "division", "id", "at", "resource", "source")


def encode_cases(results: Results) -> str:
    r"""Return all cases as JSON that may stand in a `<script>` element: no `<` is in it.

    Example:
        The members: `texts`; `rules` and `waivers` as objects; `subjects`, columns of numbers of texts (-1: none);
        `details`, what cases have to say, one object for all that say the same; `cases`: `rule` as runs, `subject`,
        `verdict` as letters, `detail` for those that have one, `at` their places.
    """
    texts = _Texts()
    subjects, columns = _subjects(results.cases, texts)
    places, numbers, details = _details(results.cases, texts)
    document = {
        "org": results.org.name,
        "started": results.started_at,
        "admin": _admin(results),
        "onlyNew": results.plan is not None and results.plan.only_new,
        "verdicts": VERDICTS,
        "letters": "".join(LETTERS[verdict] for verdict in VERDICTS),
        "rules": [_rule(rule) for rule in results.rules],
        "waivers": [_waiver(waiver) for waiver in results.waivers],
        "texts": texts.all,
        "subjects": {name: _distances(column) for name, column in zip(_PARTS, columns, strict=True)},
        "details": details,
        "cases": {
            "rule": _runs(case.rule for case in results.cases),
            "subject": _distances(subjects),
            "verdict": "".join([LETTERS[case.verdict] for case in results.cases]),
            "at": _distances(places),
            "detail": _distances(numbers),
        },
    }
    # json, and not msgspec: a path may hold what UTF-8 cannot, which is escaped when the page is written.
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c")


class _Texts:
    """Every text once, in the order in which it was met."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    @property
    def all(self) -> list[str]:
        return list(self._numbers)

    def number(self, text: str | None) -> int:
        """Return a text's number; -1 for None."""
        return -1 if text is None else self._numbers.setdefault(text, len(self._numbers))


def _subjects(cases: Sequence[CaseResult], texts: _Texts) -> tuple[list[int], Iterable[Sequence[int]]]:
    """Return each case's subject by number, and the columns `_PARTS` of all subjects."""
    numbers: dict[tuple[Any, ...], int] = {}
    subjects = [
        numbers.setdefault(
            (case.subject, case.queue, case.division, case.identity, case.resource, case.source), len(numbers)
        )
        for case in cases
    ]
    rows = []
    for label, queue, division, identity, resource, source in numbers:
        kind = identity.kind if identity is not None and label.startswith(f"{identity.kind} ") else None
        name = label if kind is None else label[len(kind) + 1 :]
        left, joint, right = name.rpartition(" @ ")
        # An assignment's id is made of two; a person's is left out.
        first, at, second = ("", "", "") if identity is None or not identity.id else identity.id.partition("@")
        address = resource or (identity.address if identity is not None else None)
        row = (kind, left if joint else name, right if joint else None, queue, division)
        own = None if kind == "membership" else first or None
        more = (own, second if at else None, address, None if source is None else str(source))
        rows.append([texts.number(text) for text in (*row, *more)])
    return subjects, list(zip(*rows, strict=True)) if rows else [()] * len(_PARTS)


def _details(cases: Sequence[CaseResult], texts: _Texts) -> tuple[list[int], list[int], list[dict[str, Any]]]:
    """Return which cases have something to say, which detail says it, and the details."""
    places, numbers = [], []
    known: dict[tuple[Any, ...], int] = {}
    for place, case in enumerate(cases):
        if case.findings or case.reason is not None or case.notes or case.evidence or case.waiver is not None:
            evidence = tuple(case.evidence.items()) if case.evidence else ()
            said = (case.findings, case.reason, case.notes, evidence, case.waiver, case.known_since, case.change)
            places.append(place)
            numbers.append(known.setdefault(said, len(known)))
    return places, numbers, [_detail(said, texts) for said in known]


def _detail(said: tuple[Any, ...], texts: _Texts) -> dict[str, Any]:
    findings, reason, notes, evidence, waiver, known_since, change = said
    values = {
        "findings": [texts.number(text) for it in findings for text in (it.observed, it.expected)],
        "reason": None if reason is None else texts.number(reason),
        "notes": [texts.number(note) for note in notes],
        "evidence": [texts.number(text) for pair in evidence for text in pair],
        "waiver": waiver,
        "known": known_since,
        "change": change,
    }
    return {name: value for name, value in values.items() if value not in (None, [])}


def _rule(rule: RuleResult) -> dict[str, Any]:
    return {
        "id": rule.id,
        "title": rule.title,
        "kind": rule.kind,
        "severity": rule.severity,
        "counts": rule.counts,
        "applies": rule.applies,
        "where": rule.where,
        "why": rule.why,
        "fix": rule.fix,
        "owner": rule.owner,
        "controls": rule.controls,
        "source": rule.source,
        "path": rule.position.path,
        "line": rule.position.line,
        "file": _relative(rule.position.path),
    }


def _waiver(waiver: WaiverResult) -> dict[str, Any]:
    return {
        "until": waiver.until,
        "by": waiver.by,
        "approvedBy": waiver.approved_by,
        "ticket": waiver.ticket,
        "reason": waiver.reason,
    }


def _relative(path: str) -> str | None:
    """Return a link to a file in or below the folder of the run, or None: a report is sent to other machines."""
    parts = path.replace("\\", "/").split("/")
    if path.startswith(("/", "\\", "~")) or ":" in parts[0] or ".." in parts or not path.isprintable():
        return None
    return f"./{quote(path)}"


def _admin(results: Results) -> str | None:
    """Return the address that a queue's page in the platform begins with, or None when the region is not known.

    Source:
        `platform.md` section 1.1 (`apps.<domain>`); guides that have readers copy a queue's id from its page's address.
    """
    if results.org.region is None:
        return None
    # Loaded here: it brings an HTTP client along, which most reports do without.
    from harness.client.regions import region_of

    try:
        region = region_of(results.org.region)
    except UsageError:
        return None
    # A server that is none of the platform's has no such pages.
    return None if region.name == region.apps else f"{region.apps}/directory/#/admin/organization/queues/"


def _distances(column: Sequence[int]) -> list[int]:
    return list(map(sub, column, (0, *column[:-1])))


def _runs(values: Iterable[int]) -> list[int]:
    """Return each value with how often it comes in a row."""
    return [number for value, group in groupby(values) for number in (value, sum(1 for _ in group))]
