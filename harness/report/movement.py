"""What became of findings from one run to the next: new, still open, fixed, and what cannot be told.

A finding is recognised by its rule and its subject's identity: by the platform's id, else by the resource's address,
else by kind and exact name. So a rename is no new finding.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence

from harness.model import Identity
from harness.model.verdict import SEVERITIES
from harness.report.audit_results import Moved, Movement
from harness.report.results import CaseResult, Results, RuleResult

__all__ = ["finding_keys", "identity_keys", "movement"]

_BROKEN = ("failed", "waived")


def movement(before: Results, after: Results, since: Callable[[str, Identity], str | None]) -> Movement:
    """Return what became of findings between two whole runs on one org.

    Args:
        before: The earlier run.
        after: The later run.
        since: Tells when the first of the runs in a row started that have a finding, by rule id and identity.
    """
    earlier, later = _by_rule(before), _by_rule(after)
    kept: dict[str, list[Moved]] = defaultdict(list)
    for rule_id, (rule, cases) in later.items():
        was_rule, was_cases = earlier.get(rule_id, (None, ()))
        partners = _partners(was_cases, cases)
        blind_before = was_rule is None or _is_blind(was_cases)
        for case, partner in zip(cases, partners, strict=True):
            if case.verdict == "failed":
                how = _how(rule, partner, blind_before=blind_before)
                started = None if case.identity is None else since(rule_id, case.identity)
                kept[how].append(_moved(rule, case, partner, since=started or after.started_at))
    for rule_id, (rule, cases) in earlier.items():
        for how, moved in _gone(rule, cases, later.get(rule_id), after):
            kept[how].append(moved)
    parts = {how: tuple(sorted(found, key=_gravest_first)) for how, found in kept.items()}
    return Movement(against=before.started_at, **parts)


def _gravest_first(moved: Moved) -> int:
    return -SEVERITIES.index(moved.severity)


def finding_keys(results: Results) -> frozenset[tuple[str, str, str]]:
    """Return what the findings of a run are found by: rule, `id` or `name`, and the value."""
    return frozenset(
        key
        for case in results.cases
        if case.verdict in _BROKEN and case.identity is not None
        for key in identity_keys(results.rules[case.rule].id, case.identity)
    )


def identity_keys(rule_id: str, identity: Identity) -> Iterator[tuple[str, str, str]]:
    """Yield what a subject is found by, strongest first; the name only where there is nothing stronger."""
    if identity.id is not None:
        yield rule_id, f"{identity.kind} id", identity.id
    if identity.address is not None:
        yield rule_id, f"{identity.kind} address", identity.address
    if identity.id is None and identity.address is None:
        yield rule_id, f"{identity.kind} name", identity.name


def _by_rule(results: Results) -> dict[str, tuple[RuleResult, list[CaseResult]]]:
    found: dict[str, tuple[RuleResult, list[CaseResult]]] = {rule.id: (rule, []) for rule in results.rules}
    for case in results.cases:
        found[results.rules[case.rule].id][1].append(case)
    return found


def _is_blind(cases: Sequence[CaseResult]) -> bool:
    """Tell whether a rule could not look at all its subjects."""
    return not cases or any(case.identity is None for case in cases)


def _how(rule: RuleResult, partner: CaseResult | None, *, blind_before: bool) -> str:
    if partner is None:
        # An entry of the trail is new in itself, whatever was not seen then.
        return "first" if blind_before and rule.kind != "change" else "new"
    if partner.verdict in _BROKEN:
        return "open"
    return "first" if partner.verdict == "unknown" else "new"


def _gone(
    rule: RuleResult,
    cases: Sequence[CaseResult],
    now: tuple[RuleResult, Sequence[CaseResult]] | None,
    after: Results,
) -> Iterator[tuple[str, Moved]]:
    """Yield what became of findings that are no finding any more."""
    wrong = [case for case in cases if case.verdict == "failed"]
    if now is None:
        for case in wrong:
            yield "undecided", _moved(rule, case, None, why="the rule is not applied any more")
        return
    partners = _partners(now[1], wrong)
    unseen = _unseen(now[1], after)
    for case, partner in zip(wrong, partners, strict=True):
        if partner is None:
            # What was changed once stays changed; it is only not of this period.
            if rule.kind != "change":
                yield ("undecided" if unseen else "fixed"), _moved(rule, case, None, why=unseen)
        elif partner.verdict == "waived":
            yield "waived", _moved(rule, partner, case)
        elif partner.verdict == "unknown" or (partner.verdict == "not applicable" and rule.kind == "usage"):
            yield "undecided", _moved(rule, case, None, why=partner.reason)
        elif partner.verdict != "failed":
            yield "fixed", _moved(rule, case, None)


def _unseen(cases: Sequence[CaseResult], after: Results) -> str | None:
    """Return why a subject that is missing may be there all the same, or None."""
    if after.org.kind in ("plan", "export"):
        return f"the {after.org.kind} does not show everything"
    blind = [case.reason or "the rule judged nothing" for case in cases if case.identity is None]
    if blind or not cases:
        return blind[0] if blind else "the rule judged nothing"
    unknown = any(case.verdict == "unknown" for case in cases)
    return "some subjects could not be judged" if unknown else None


def _moved(
    rule: RuleResult,
    case: CaseResult,
    partner: CaseResult | None,
    *,
    since: str | None = None,
    why: str | None = None,
) -> Moved:
    renamed = partner is not None and partner.subject != case.subject
    return Moved(
        rule=rule.id,
        title=rule.title,
        severity=rule.severity,
        subject=case.subject,
        was=partner.subject if partner is not None and renamed else None,
        observed=case.findings[0].observed if case.findings else None,
        since=since,
        why=why,
    )


def _partners(among: Sequence[CaseResult], cases: Sequence[CaseResult]) -> list[CaseResult | None]:
    """Return for each case the one of others that is about the same subject; each at most once, surest first."""
    found: list[CaseResult | None] = [None] * len(cases)
    taken: set[int] = set()
    for key in (_by_id, _by_address, _by_name):
        places: Mapping[object, list[int]] = defaultdict(list)
        for number, case in enumerate(among):
            if number not in taken and case.identity is not None and (value := key(case.identity)) is not None:
                places[value].append(number)
        for number, case in enumerate(cases):
            if found[number] is not None or case.identity is None or (value := key(case.identity)) is None:
                continue
            open_places = places.get(value, [])
            place = next((it for it in open_places if not _differ(among[it].identity, case.identity)), None)
            if place is not None:
                open_places.remove(place)
                taken.add(place)
                found[number] = among[place]
    return found


def _by_id(identity: Identity) -> object:
    return None if identity.id is None else (identity.kind, identity.id)


def _by_address(identity: Identity) -> object:
    return None if identity.address is None else (identity.kind, identity.address)


def _by_name(identity: Identity) -> object:
    return (identity.kind, identity.name)


def _differ(one: Identity | None, other: Identity) -> bool:
    """Tell whether the strongest that both identities have says that they are of two subjects."""
    if one is None:
        return True
    if one.id is not None and other.id is not None:
        return one.id != other.id
    return one.address is not None and other.address is not None and one.address != other.address
