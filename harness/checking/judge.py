"""Rules and an org → cases with verdicts. Pure: the same input gives the same cases in the same order.

The rules of the language that decide between *unknown*, *not applicable* and a verdict live here, so that no check
has to know them.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec

from harness.checking.cases import NO_SUBJECT, Case, Finding, RuleRun
from harness.checking.evidence import observed, value_text
from harness.checking.measuring import ask, reads_evidence
from harness.checking.subjects import Subjects, SubjectsByKind
from harness.checking.waiving import waive
from harness.checks.registry import Breach, Check, Measurement, NotApplicable, Note
from harness.errors import CheckError, UnknownValueError, did_you_mean
from harness.model import Identity, Org, Unknown
from harness.model.change import Past, Trail
from harness.model.garbage import paused_collection
from harness.model.names import printable
from harness.policy.expressions import Expression
from harness.policy.model import Policy, Rule

if TYPE_CHECKING:
    from harness.evidence.measurer import Measurer

__all__ = ["judge", "judge_rule"]

_Judge: TypeAlias = Callable[[int], Case]


def judge(
    policies: Sequence[Policy],
    org: Org,
    *,
    evidence: "Measurer | Unknown | None" = None,
    trail: Trail | Unknown | None = None,
    past: Past | None = None,
    environment: str | None = None,
    now: datetime | None = None,
) -> list[RuleRun]:
    """Judge every rule of some policies on an org.

    Args:
        policies: Each is judged with its own catalogue and CRM list.
        org: The org, without a catalogue.
        evidence: What agents did; None when no evidence was given, unknown when it was not to be had.
        trail: Who changed codes and queues; None when no trail was given, unknown when it was not to be had.
        past: How the org was recorded earlier, or None when that was not given.
        environment: Chooses the severities that a policy gives by environment.
        now: The moment that waivers and effective dates are held against; the present when None.

    Returns:
        One run per rule, in the order of the policies and of their rules.

    Raises:
        SourceError: If evidence that is there, or a CRM export, cannot be read.
    """
    moment = now or datetime.now(UTC)
    followed = org.following(trail, past)
    with paused_collection():
        return [run for policy in policies for run in _judge_policy(policy, followed, evidence, environment, moment)]


def _judge_policy(
    policy: Policy, org: Org, evidence: "Measurer | Unknown | None", environment: str | None, now: datetime
) -> list[RuleRun]:
    answers = ask(evidence, policy, org.agreeing(policy.catalogue, policy.crm, policy.timezone))
    subjects = SubjectsByKind(answers.org, policy.rules, answers.usage)
    today = now.astimezone(policy.timezone).date()
    runs = [judge_rule(policy, rule, subjects, environment=environment, today=today) for rule in policy.rules]
    return answers.with_conversations(runs)


def judge_rule(
    policy: Policy, rule: Rule, subjects: SubjectsByKind, *, environment: str | None, today: date
) -> RuleRun:
    """Judge one rule on all subjects of its kind.

    Args:
        policy: The policy that the rule is in force in.
        rule: The rule.
        subjects: The subjects of the org, with the policy's catalogue and CRM list.
        environment: Chooses the severities that the policy gives by environment.
        today: The day that waivers and effective dates are held against, in the policy's time zone.
    """
    cases: list[Case]
    identities: list[Identity | None]
    if alone := _without_subjects(rule, subjects.org, today):
        cases, identities = [alone], [None]
    else:
        listed = subjects.of(rule)
        cases, identities = _cases(rule, listed)
        if not cases:
            cases, identities = [_empty_scope(rule, listed)], [None]
        elif unseen := _unseen(rule, subjects.org):
            cases.append(unseen)
            identities.append(None)
    severity = policy.severity_of(rule, environment)
    return RuleRun(policy, rule, severity, waive(policy, rule, cases, identities, today), identities)


def _without_subjects(rule: Rule, org: Org, today: date) -> Case | None:
    """Return the rule's only case when no subject can be looked at."""
    since, until = rule.effective.since, rule.effective.until
    if since is not None and today < since:
        return Case(NO_SUBJECT, "not applicable", reason=f"the rule takes effect on {since}")
    if until is not None and today > until:
        return Case(NO_SUBJECT, "not applicable", reason=f"the rule was in effect until {until}")
    for resource in rule.kind.reads:
        if why := org.not_carried.get(resource):
            return Case(NO_SUBJECT, "not applicable", reason=printable(why))
    if reads_evidence(rule):
        if why := org.not_carried.get("evidence"):
            return Case(NO_SUBJECT, "not applicable", reason=printable(why))
        if why := org.hidden.get("evidence"):
            return Case(NO_SUBJECT, "unknown", reason=printable(why))
    return None


def _unseen(rule: Rule, org: Org) -> Case | None:
    """Return the case that stands for subjects which a missing permission or division hid."""
    hidden = [org.hidden[resource] for resource in rule.kind.reads if resource in org.hidden]
    if not hidden:
        return None
    return Case(f"unseen {rule.kind.name}", "unknown", reason=printable("; ".join(hidden)))


def _cases(rule: Rule, subjects: Subjects) -> tuple[list[Case], list[Identity | None]]:
    judged: list[Case] = []
    identities: list[Identity | None] = []
    judge_one = _judge_check(rule, rule.check, subjects) if rule.check else _judge_expect(rule, subjects)
    where, facts, unseen = rule.where, subjects.facts, subjects.unseen
    if where is None and not unseen:
        return list(map(judge_one, range(len(subjects.entities)))), list(subjects.identities)
    for index, identity in enumerate(subjects.identities):
        if where is not None:
            try:
                if not where.judge(facts(index)):
                    continue
            except UnknownValueError as error:
                judged.append(_unknown(subjects, index, f"its scope could not be judged: {error}"))
                identities.append(identity)
                continue
        gap = unseen.get(index)
        judged.append(
            judge_one(index) if gap is None else _unknown(subjects, index, f"{gap.what} is unknown: {gap.why}")
        )
        identities.append(identity)
    return judged, identities


def _unknown(subjects: Subjects, index: int, reason: str) -> Case:
    return Case(subjects.labels[index], "unknown", subjects.entities[index], reason=printable(reason))


# -- one check on one subject ---------------------------------------------------------------------------------------


def _judge_check(rule: Rule, check: Check, subjects: Subjects) -> _Judge:
    function, parameters, org = check.function, rule.parameters, subjects.org
    entities, labels = subjects.entities, subjects.labels

    def judge_one(index: int) -> Case:
        entity, label = entities[index], labels[index]
        messages: list[Any] = []  # a check of somebody's own may yield anything
        stopped: UnknownValueError | NotApplicable | CheckError | None = None
        try:
            # What was yielded before a check stopped is kept.
            messages.extend(function(entity, org, **parameters))
        except (UnknownValueError, NotApplicable) as outcome:
            stopped = outcome
        except Exception as error:  # a check of somebody's own may raise anything; that is no verdict
            stopped = CheckError(check.id, label)
            stopped.__cause__ = error
        if not messages and stopped is None:
            return Case(label, "passed", entity)
        if strange := [message for message in messages if not isinstance(message, str)]:
            messages = []
            stopped = CheckError(check.id, label)
            stopped.__cause__ = TypeError(f"a check yields texts, not {strange[0]}")
        case = _from_messages(check, label, entity, messages, stopped)
        if rule.warning and case.verdict == "passed":
            # The stricter threshold, judged by the very same check: a finding there is a warning here.
            return _warned(case, function(entity, org, **{**parameters, **rule.warning}))
        return case

    return judge_one


def _warned(case: Case, messages: Iterable[str]) -> Case:
    """Return a passed case with what it warns of."""
    try:
        found = [it for it in messages if not isinstance(it, Note)]
    except UnknownValueError as error:
        return msgspec.structs.replace(case, notes=(*case.notes, printable(f"whether to warn: {error}")))
    if not found or case.figure is None:
        return case
    notes = tuple(printable(f"warning: {message}") for message in found)
    figure = msgspec.structs.replace(case.figure, warned=True)
    return msgspec.structs.replace(case, notes=(*case.notes, *notes), figure=figure)


def _from_messages(
    check: Check,
    label: str,
    entity: object,
    messages: Sequence[str],
    stopped: UnknownValueError | NotApplicable | CheckError | None,
) -> Case:
    notes = tuple(printable(str(message)) for message in messages if isinstance(message, Note))
    findings = tuple(_finding(message, check.title) for message in messages if not isinstance(message, Note))
    figure = next((message.figure for message in messages if isinstance(message, Measurement)), None)
    if isinstance(stopped, CheckError):
        return Case(label, "unknown", entity, findings, notes, printable(str(stopped)))
    if findings:
        # What was found stays found, whatever could not be seen after it.
        more = () if stopped is None else (printable(str(stopped)),)
        return Case(label, "failed", entity, findings, notes + more, figure=figure)
    if isinstance(stopped, UnknownValueError):
        return Case(label, "unknown", entity, (), notes, printable(str(stopped)), figure=figure)
    if stopped is not None:
        return Case(label, "not applicable", entity, (), notes, printable(str(stopped)), figure=figure)
    return Case(label, "passed", entity, (), notes, figure=figure)


def _finding(message: str, title: str) -> Finding:
    if isinstance(message, Breach):
        return Finding(printable(message.observed), printable(message.expected))
    return Finding(printable(message), title)


# -- one expression on one subject ----------------------------------------------------------------------------------


def _judge_expect(rule: Rule, subjects: Subjects) -> _Judge:
    expect = rule.expect
    if expect is None:
        raise ValueError(f"rule {rule.id} has neither a check nor an expression")
    entities, labels, facts_about = subjects.entities, subjects.labels, subjects.facts

    def judge_one(index: int) -> Case:
        entity, label = entities[index], labels[index]
        facts = facts_about(index)
        try:
            if expect.judge(facts):
                return Case(label, "passed", entity)
        except UnknownValueError as error:
            return Case(label, "unknown", entity, reason=printable(str(error)))
        evidence = {name: value_text(facts, name) for name in expect.variables}
        finding = Finding(observed(facts, evidence), printable(expect.text))
        return Case(label, "failed", entity, (finding,), evidence=evidence)

    return judge_one


# -- a rule that met no subject -------------------------------------------------------------------------------------


def _empty_scope(rule: Rule, subjects: Subjects) -> Case:
    """Return the only case of a rule whose scope is empty: zero examined is not compliant."""
    org, kind = subjects.org, rule.kind.name
    hidden = [org.hidden[resource] for resource in rule.kind.reads if resource in org.hidden]
    if hidden:
        return Case(NO_SUBJECT, "unknown", reason=printable("; ".join(hidden)))
    if not subjects.entities and kind == "change":
        # A month in which nobody touched anything is no gap: the trail tells all of its period.
        return Case(NO_SUBJECT, "not applicable", reason=_nothing_changed(org))
    if not subjects.entities:
        reason = "the evidence holds no handlings" if kind == "usage" else f"the {org.origin.kind} holds no {kind}"
    else:
        reason = f"no {kind} of {len(subjects.entities)} matches the scope '{rule.where.text if rule.where else ''}'"
        if rule.where is not None and (hint := _scope_hint(rule.where, subjects)):
            reason = f"{reason}; {hint}"
    if org.partial or not rule.must_match:
        return Case(NO_SUBJECT, "not applicable", reason=printable(reason))
    return Case(NO_SUBJECT, "unknown", reason=printable(f"{reason}; if that is right, set `must_match: false`"))


def _nothing_changed(org: Org) -> str:
    period = "" if org.trail is None else f" from {org.trail.since:%Y-%m-%d} to {org.trail.until:%Y-%m-%d}"
    return f"the audit trail{period} holds no change of a code or queue"


def _scope_hint(where: Expression, subjects: Subjects) -> str | None:
    """Return a did-you-mean for a literal that no subject has."""
    for variable, literal in where.comparisons:
        values = _values(variable, subjects)
        if literal not in values and (near := did_you_mean(literal, sorted(values))):
            return f"{variable} is never '{literal}', {near}"
    return None


def _values(variable: str, subjects: Subjects) -> set[str]:
    values: set[str] = set()
    for index in range(len(subjects.entities)):
        match subjects.facts(index).values.get(variable):
            case str() as text:
                values.add(text)
            case list() as texts:
                values.update(texts)
    return values
