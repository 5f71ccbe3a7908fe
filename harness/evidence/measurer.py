"""From questions to rows: one pass over the evidence for all questions of a grain, and the org's names put to ids."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from harness.evidence.crm_export import disagreeing, reconciled, records, shown, unmatched
from harness.evidence.engines import Engine, connect
from harness.evidence.measures import aggregated, behind
from harness.evidence.measures_apart import channels_in_use, p95, uses_of_codes
from harness.evidence.questions import GRAINS, Grain, Key, Question
from harness.evidence.reading import Evidence, open_evidence
from harness.model import Org
from harness.model.usage import CodeUse, Covered, CrmExport, Usage

__all__ = ["Measurer", "measurer"]


def measurer(path: Path, engine_url: str | None = None) -> "Measurer":
    """Return what measures a folder of evidence; of Spark, one session serves all.

    Raises:
        SourceError: If the folder is no evidence, or not whole.
        UsageError: If the engine is not to be had.
    """
    return Measurer(open_evidence(path), connect(engine_url))


class Measurer:
    """Measures one folder of evidence on one engine.

    Args:
        evidence: The folder.
        engine: Where its files are read.
    """

    def __init__(self, evidence: Evidence, engine: Engine) -> None:
        self._evidence = evidence
        self._engine = engine
        self._crms: dict[CrmExport, Any] = {}

    @property
    def path(self) -> Path:
        """The folder."""
        return self._evidence.path

    @cached_property
    def covered(self) -> Covered:
        """What the evidence covers."""
        periods = tuple((it.start, it.end) for it in self._evidence.periods)
        until = self._evidence.complete_until
        last = max((end for _, end in periods), default=None)
        return Covered(periods, until if until is None or last is None else min(until, last))

    @cached_property
    def _table(self) -> Any:
        return self._engine.handlings(self._evidence)

    def _crm(self, export: CrmExport) -> Any:
        """Return the CRM's records; they are read and brought together once, however often they are asked."""
        if export not in self._crms:
            self._crms[export] = self._engine.kept(records(export, self._engine), Path(export.path))
        return self._crms[export]

    def _rows(self, expression: Any) -> list[dict[str, Any]]:
        return self._engine.rows(expression, self.path)

    # -- the rows of usage rules ----------------------------------------------------------------------------

    def usage(self, questions: Collection[Question], org: Org) -> Mapping[Question, tuple[Usage, ...]]:
        """Return the rows that answer each question, sorted by queue and code; those without a queue come first.

        Raises:
            SourceError: If the evidence cannot be read.
        """
        found: dict[Question, tuple[Usage, ...]] = {}
        for grain in GRAINS:
            asked = [it for it in dict.fromkeys(questions) if it.grain == grain]
            if not asked:
                continue
            expression, places = aggregated(self._table, grain, asked)
            rows = sorted(self._rows(expression), key=lambda row: [row[name] or "" for name in GRAINS[grain]])
            for question, place in zip(asked, places, strict=True):
                numbers = [{field: int(row[column] or 0) for field, column in place.items()} for row in rows]
                found[question] = self._usage(question, rows, numbers, org)
        return found

    def _usage(
        self, question: Question, rows: Sequence[Mapping[str, Any]], numbers: Sequence[Mapping[str, Any]], org: Org
    ) -> tuple[Usage, ...]:
        percentiles = self._percentiles(question) if question.percentile else {}
        made = [
            Usage(
                queue_id=row["queue_id"],
                code_id=row.get("final_code_id"),
                queue=org.queue_by_id.get(row["queue_id"] or ""),
                code=org.code_by_id.get(row.get("final_code_id") or ""),
                covered=self.covered,
                acw_p95_ms=percentiles.get(_key(row, question.grain)),
                **number,
            )
            for row, number in zip(rows, numbers, strict=True)
        ]
        if question.grain == "queue":
            return tuple(made)
        by_queue = [list(group) for _, group in groupby(made, key=attrgetter("queue_id"))]
        return tuple(it for group in by_queue for it in (_top(group) if question.top else _of_whole(group)))

    def _percentiles(self, question: Question) -> dict[Key, int]:
        rows = self._rows(p95(self._table, question.grain, question))
        return {_key(row, question.grain): int(row["acw_p95_ms"]) for row in rows}

    def conversations(
        self, wanted: Mapping[Question, Collection[Key]]
    ) -> Mapping[tuple[Question, Key], tuple[str, ...]]:
        """Return the first few conversations behind a question's number, for some of its rows.

        Raises:
            SourceError: If the evidence cannot be read.
        """
        found: dict[tuple[Question, Key], tuple[str, ...]] = {}
        for grain in GRAINS:
            asked = [(question, keys) for question, keys in wanted.items() if question.grain == grain and keys]
            if not asked:
                continue
            rows = {_key(row, grain): row for row in self._rows(behind(self._table, grain, asked, self._engine.first))}
            for number, (question, keys) in enumerate(asked):
                for key in keys:
                    ids = rows[key][f"c{number}"] if key in rows else None
                    # Two handlings of one conversation are one conversation.
                    found[question, key] = tuple(dict.fromkeys(ids or ()))
        return found

    # -- besides --------------------------------------------------------------------------------------------

    def codes(self) -> Mapping[str, CodeUse]:
        """Return how each code was used, by id.

        Raises:
            SourceError: If the evidence cannot be read.
        """
        rows = self._rows(uses_of_codes(self._table))
        return {
            row["code_id"]: CodeUse(int(row["used"] or 0), _moment(row["last_s"]), int(row["untold"] or 0))
            for row in rows
        }

    def channels(self) -> Mapping[str, tuple[str, ...]]:
        """Return the channels that handlings of each queue came through, sorted.

        Raises:
            SourceError: If the evidence cannot be read.
        """
        channels: defaultdict[str, set[str]] = defaultdict(set)
        for row in self._rows(channels_in_use(self._table)):
            channels[row["queue_id"]].add(row["channel"])
        return {queue: tuple(sorted(words)) for queue, words in sorted(channels.items())}

    def reconciled(self, export: CrmExport, org: Org) -> tuple[Usage, ...]:
        """Return, for each code on each queue, what the CRM shows for its conversations; and what matches nothing.

        Raises:
            SourceError: If the evidence or the export cannot be read, or the export has other columns.
        """
        crm = self._crm(export)
        rows = self._engine.rows(shown(self._table, crm), self.path)
        about_crm = self._rows(unmatched(self._table, crm, self._engine))[0]
        return tuple(reconciled(rows, about_crm, self.covered, org))

    def disagreeing(
        self, export: CrmExport, mapped: Mapping[str, str], keys: Collection[Key]
    ) -> Mapping[Key, tuple[str, ...]]:
        """Return the first few conversations of which the CRM does not show what some codes on queues map to.

        Args:
            export: The CRM's records.
            mapped: Code id → the disposition that it maps to.
            keys: Queue's and code's ids.

        Raises:
            SourceError: If the evidence or the export cannot be read.
        """
        if not keys:
            return {}
        crm = self._crm(export)
        rows = self._rows(disagreeing(self._table, crm, mapped, keys, self._engine))
        found = {_key(row, "code"): tuple(dict.fromkeys(row["ids"] or ())) for row in rows}
        return {key: found.get(key, ()) for key in keys}

    def unmatched(self, export: CrmExport) -> tuple[str, ...]:
        """Return the first few conversations that only the CRM knows.

        Raises:
            SourceError: If the evidence or the export cannot be read.
        """
        rows = self._rows(unmatched(self._table, self._crm(export), self._engine))
        return tuple(rows[0]["ids"] or ())


def _key(row: Mapping[str, Any], grain: Grain) -> Key:
    return tuple(row[name] for name in GRAINS[grain])


def _moment(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def _of_whole(codes: Sequence[Usage]) -> Sequence[Usage]:
    whole = sum(it.coded or 0 for it in codes)
    return [replace(it, queue_coded=whole) for it in codes]


def _top(codes: Sequence[Usage]) -> Sequence[Usage]:
    """Return one row for a queue out of those of its codes, which are sorted by id."""
    top = max(codes, key=lambda it: it.coded or 0)
    numbers = {name: sum(getattr(it, name) or 0 for it in codes) for name in ("coded", "left_out", "untold")}
    return [replace(top, code_id=None, code=None, top_code_id=top.code_id, top_coded=top.coded, **numbers)]
