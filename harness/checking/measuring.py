"""From the rules of a policy to what evidence is asked, and from its answers to the rules' subjects."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import msgspec

from harness.checking.cases import Case, RuleRun
from harness.evidence.questions import Key, Question, question_of
from harness.model import Org, Unknown
from harness.model.names import printable
from harness.model.usage import CrmExport, Measured, Usage
from harness.policy.model import Policy, Rule

if TYPE_CHECKING:
    from harness.evidence.measurer import Measurer

__all__ = ["Answers", "ask", "reads_evidence"]

_RECONCILED: Final = "usage.reconciled"
_MOST: Final = 10


def reads_evidence(rule: Rule) -> bool:
    """Tell whether a rule cannot be judged without evidence."""
    return rule.kind.name == "usage" or (rule.check is not None and "evidence" in rule.check.needs)


def ask(evidence: "Measurer | Unknown | None", policy: Policy, org: Org) -> "Answers":
    """Ask evidence what the rules of a policy need: one pass for all questions of a grain.

    Args:
        evidence: None when none was given, unknown when it was asked for and is not to be had.
        policy: Whose rules ask.
        org: The org with the policy's catalogue and CRM list.

    Raises:
        SourceError: If the evidence, or the CRM export, cannot be read.
    """
    if evidence is None or isinstance(evidence, Unknown):
        return Answers(org.observing(evidence), None)
    read = {rule.id: _variables(rule) for rule in policy.rules}
    families = {rule.check.family for rule in policy.rules if rule.check}
    checks = {rule.check.id for rule in policy.rules if rule.check}
    channels = "channels" in families or any("queue.channels" in names for names in read.values())
    measured = Measured(
        evidence.covered,
        codes=evidence.codes() if "usage.unused" in checks else None,
        channels=evidence.channels() if channels else None,
    )
    agreed = org.observing(measured)
    questions = {
        rule.id: question_of(rule.check.id if rule.check else None, rule.parameters, read[rule.id])
        for rule in policy.rules
        if rule.kind.name == "usage" and not _reconciles(rule)
    }
    rows = evidence.usage(questions.values(), agreed) if questions else {}
    usage = {rule: rows[question] for rule, question in questions.items()}
    if policy.crm_export is not None and any(map(_reconciles, policy.rules)):
        records = evidence.reconciled(policy.crm_export, agreed)
        usage |= {rule.id: records for rule in policy.rules if _reconciles(rule)}
    return Answers(agreed, evidence, policy.crm_export, questions, usage)


def _variables(rule: Rule) -> frozenset[str]:
    return frozenset(name for it in (rule.where, rule.expect) if it is not None for name in it.variables)


def _reconciles(rule: Rule) -> bool:
    return rule.check is not None and rule.check.id == _RECONCILED


class Answers:
    """What evidence said to the rules of a policy.

    Attributes:
        org: The org, with what was measured.
        usage: Rule id → the subjects of a rule about usage.
    """

    def __init__(
        self,
        org: Org,
        evidence: "Measurer | None",
        export: CrmExport | None = None,
        questions: Mapping[str, Question] | None = None,
        usage: Mapping[str, Sequence[Usage]] | None = None,
    ) -> None:
        self.org = org
        self.usage = usage or {}
        self._evidence = evidence
        self._export = export
        self._questions = questions or {}

    def with_conversations(self, runs: Sequence[RuleRun]) -> list[RuleRun]:
        """Put the conversations to every number that breaks its rule or warns: one more pass for all of a grain.

        Raises:
            SourceError: If the evidence cannot be read.
        """
        if self._evidence is None:
            return list(runs)
        wanted: defaultdict[Question, set[Key]] = defaultdict(set)
        for run in runs:
            question = self._questions.get(run.rule.id)
            if question is not None and question.behind is not None:
                wanted[question].update(_key(case.subject) for case in run.cases if _is_telling(case))
        found = self._evidence.conversations(wanted) if any(wanted.values()) else {}
        return [self._told(run, found) for run in runs]

    def _told(self, run: RuleRun, found: Mapping[tuple[Question, Key], tuple[str, ...]]) -> RuleRun:
        question = self._questions.get(run.rule.id)
        ids: dict[Key, tuple[str, ...]] = {}
        if question is not None:
            ids = {key: them for (asked, key), them in found.items() if asked == question}
        elif _reconciles(run.rule) and self._export is not None and self._evidence is not None:
            ids = self._of_records(run, self._export, self._evidence)
        if not ids:
            return run
        return replace(run, cases=[_with_ids(case, ids) for case in run.cases])

    def _of_records(self, run: RuleRun, export: CrmExport, evidence: "Measurer") -> dict[Key, tuple[str, ...]]:
        telling = [case.subject for case in run.cases if _is_telling(case)]
        mapped = {it.code.id: right for it in telling if it.code and (right := self.org.disposition_of(it.code))}
        keys = [_key(it) for it in telling if it.code_id in mapped]
        ids = dict(evidence.disagreeing(export, mapped, keys))
        if any(it.unmatched for it in telling):
            ids[_UNMATCHED] = evidence.unmatched(export)
        return ids


_UNMATCHED: Final[Key] = ()


def _key(usage: Usage) -> Key:
    if usage.unmatched is not None:
        return _UNMATCHED
    code_id = usage.code_id or usage.top_code_id
    return (usage.queue_id,) if code_id is None else (usage.queue_id, code_id)


def _is_telling(case: Case) -> bool:
    """Tell whether somebody will want to look at the conversations behind a case."""
    if not isinstance(case.subject, Usage) or case.figure is None:
        return False
    return bool(case.findings) or case.figure.warned or bool(case.subject.unmatched)


def _with_ids(case: Case, ids: Mapping[Key, Collection[str]]) -> Case:
    them = ids.get(_key(case.subject)) if _is_telling(case) else None
    if not them or case.figure is None:
        return case
    figure = msgspec.structs.replace(case.figure, conversations=tuple(them))
    first = f"conversations, the first {_MOST}" if len(them) >= _MOST else "conversations"
    return msgspec.structs.replace(case, figure=figure, notes=(*case.notes, printable(f"{first}: {', '.join(them)}")))
