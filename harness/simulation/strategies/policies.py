"""Strategies for policies: rules of any checks, their own and installed ones included, with whatever `with:` takes."""

import re
import types
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any, Literal, Union, get_args, get_origin

from hypothesis import strategies as st

from harness.checks import registered
from harness.checks.parameters import DurationMs, Regex, Share
from harness.checks.registry import Check, Parameter
from harness.model import KINDS, Catalogue, Crm, DeclaredQueue, Disposition, KindName, Position
from harness.model.verdict import Severity
from harness.policy import Policy, Rule
from harness.policy.expressions import Expression, compile_expression
from harness.simulation.strategies.entities import CATALOGUE_PATH, definitions
from harness.simulation.strategies.words import Vocabulary, few, some

__all__ = ["parameter_values", "policies"]

_PATH = "generated.policy.yaml"
_OF_THE_ORG_ALONE = ("code", "queue", "assignment", "definition", "mapping", "disposition", "flags")
_SEVERITIES: tuple[Severity, ...] = ("minor", "advice", "major", "critical")

_WHERE: Mapping[KindName, Sequence[str]] = {
    "code": ('code.category == "sales"', "code.defined"),
    "queue": ('queue.division == "Retail"', "queue.acw.timed", "queue.demands"),
    "assignment": ('queue.division == "Retail"', "code.defined"),
    "definition": ("definition.mandatory", "definition.timed"),
}
_EXPECT: Mapping[KindName, Sequence[str]] = {
    "queue": ("size(queue.codes) <= 3", "queue.members > 0", "queue.demands"),
    "code": ("code.mapped", "size(code.name) < 12"),
    "definition": ("definition.mapped", "definition.timed"),
}


def policies(
    *, checks: Collection[Check] | None = None, vocabulary: Vocabulary | None = None, adversarial: bool = False
) -> st.SearchStrategy[Policy]:
    """Return policies with a catalogue and a CRM list of their own; they shrink to one rule of one check.

    Args:
        checks: What rules may apply; when None, every registered check that an org alone answers.
        vocabulary: What they speak of.
        adversarial: Whether numbers may be extreme, lists empty, and scopes such that nothing is in them.
    """
    words = vocabulary or Vocabulary()
    chosen = _answerable() if checks is None else list(checks)
    rules = st.one_of(
        [
            *(_applied(check, words, adversarial=adversarial) for check in chosen),
            *(_expected(kind, text, adversarial=adversarial) for kind, texts in _EXPECT.items() for text in texts),
        ]
    )
    declared = st.builds(
        DeclaredQueue,
        name=st.sampled_from(("*", *words.queues)),
        channels=some(words.channels),
        position=st.just(Position(CATALOGUE_PATH, 90)),
    )
    return st.builds(
        _policy,
        first=rules,
        more=few(rules),
        agreed=few(definitions(vocabulary=words, adversarial=adversarial)),
        declared=few(declared),
        dispositions=some(words.dispositions),
    )


def _answerable() -> list[Check]:
    return [it for it in registered().values() if it.kind.name in _OF_THE_ORG_ALONE and it.family != "usage"]


def _policy(
    first: Rule, more: list[Rule], agreed: list[Any], declared: list[DeclaredQueue], dispositions: tuple[str, ...]
) -> Policy:
    rules = tuple(_numbered(rule, number) for number, rule in enumerate((first, *more), 1))
    return Policy(
        name="Generated policy",
        path=_PATH,
        sha256="0" * 64,
        rules=rules,
        catalogue=Catalogue(name="generated", path=CATALOGUE_PATH, definitions=tuple(agreed), queues=tuple(declared)),
        crm=Crm(tuple(map(Disposition, dispositions))),
        checks={rule.check.id: rule.check for rule in rules if rule.check is not None},
    )


def _numbered(rule: Rule, number: int) -> Rule:
    return replace(rule, id=f"GEN-{number:03}", position=Position(_PATH, number))


def _applied(check: Check, words: Vocabulary, *, adversarial: bool) -> st.SearchStrategy[Rule]:
    required = {it.name: parameter_values(it, words, adversarial=adversarial) for it in check.parameters if it.required}
    optional = {
        it.name: parameter_values(it, words, adversarial=adversarial) for it in check.parameters if not it.required
    }
    return st.builds(
        lambda parameters, where, severity, must_match: Rule(
            id="",
            title=check.title,
            kind=check.kind,
            severity=severity,
            position=Position(_PATH),
            check=check,
            parameters=parameters,
            parameters_text={name: _text(value) for name, value in parameters.items()},
            where=where,
            must_match=must_match,
        ),
        st.fixed_dictionaries(required, optional=optional),
        _where(check.kind.name, adversarial=adversarial),
        st.sampled_from(_SEVERITIES),
        st.sampled_from((True, False)),
    )


def _expected(kind: KindName, expect: str, *, adversarial: bool) -> st.SearchStrategy[Rule]:
    return st.builds(
        lambda where, severity: Rule(
            id="",
            title=expect,
            kind=KINDS[kind],
            severity=severity,
            position=Position(_PATH),
            expect=compile_expression(expect, kind, {}),
            where=where,
        ),
        _where(kind, adversarial=adversarial),
        st.sampled_from(_SEVERITIES),
    )


def _where(kind: KindName, *, adversarial: bool) -> st.SearchStrategy[Expression | None]:
    texts = list(_WHERE.get(kind, ()))
    if adversarial and texts:
        texts.append(f'{kind if kind != "assignment" else "queue"}.name == "There is no such name"')
    compiled = [compile_expression(text, kind, {}) for text in texts]
    # Compiled expressions are not compared, and most rules have no scope.
    return st.integers(0, 2 * len(compiled)).map(
        lambda number: compiled[number - 1] if 0 < number <= len(compiled) else None
    )


# -- values of parameters ---------------------------------------------------------------------------------------------


def parameter_values(parameter: Parameter, words: Vocabulary, *, adversarial: bool = False) -> st.SearchStrategy[Any]:
    """Return values that a check's parameter may have.

    Args:
        parameter: Of a check's signature.
        words: What texts are taken from.
        adversarial: Whether numbers may be extreme, and lists empty.

    Raises:
        TypeError: If its type is none that a policy can write.
    """
    return _values(parameter.annotation, words, adversarial=adversarial)


def _values(annotation: Any, words: Vocabulary, *, adversarial: bool) -> st.SearchStrategy[Any]:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return st.sampled_from(arguments)
    if origin in (Union, types.UnionType):
        inner = [it for it in arguments if it is not type(None)]
        values = [_values(it, words, adversarial=adversarial) for it in inner]
        return st.one_of(*values, st.none()) if len(inner) < len(arguments) else st.one_of(values)
    if origin in (list, tuple, set, frozenset, Sequence, Collection):
        items = _values(arguments[0], words, adversarial=adversarial)
        return st.lists(items, min_size=0 if adversarial else 1, max_size=3, unique=True).map(
            origin if isinstance(origin, type) and issubclass(origin, list | tuple | set | frozenset) else tuple
        )
    if origin in (dict, Mapping):
        flags = st.sampled_from((["BUSINESS_SUCCESS"], ["BUSINESS_FAILURE"], ["RIGHT_PARTY_CONTACT"]))
        return st.dictionaries(st.sampled_from(words.categories), flags, min_size=0 if adversarial else 1, max_size=2)
    found = _PLAIN.get(annotation)
    if found is None:
        raise TypeError(f"no values are known for a parameter of type {annotation}")
    usual, extreme = found
    if annotation is str:
        usual = (*words.codes, *words.dispositions)
    return st.sampled_from((*usual, *extreme) if adversarial else usual)


_PLAIN: Mapping[Any, tuple[Sequence[Any], Sequence[Any]]] = {
    bool: ((False, True), ()),
    int: ((1, 2, 3, 4, 10, 25), (0, -1, 10**9)),
    float: ((0.0, 3.0, 5.0), (-1.0, 1e9)),
    str: ((), ("", "*")),
    DurationMs: ((60_000, 120_000, 30_000, 300_000, 15_000), (0, 1, 3_600_001, 10**12)),
    Share: (tuple(Fraction(part, 100) for part in (100, 80, 50, 90, 20)), (Fraction(0), Fraction(1, 10**9))),
    Regex: (
        tuple(map(re.compile, ("^[A-Z]", "^[A-Z][a-z]+( [A-Z][a-z]+)*$", "e"))),
        (re.compile("^$"), re.compile("$^")),
    ),
}


def _text(value: Any) -> str:
    """Return a parameter as a policy would write it, near enough to be read."""
    match value:
        case re.Pattern():
            return str(value.pattern)
        case Fraction():
            return f"{float(value * 100):g}%"
        case list() | tuple() | set() | frozenset():
            return f"[{', '.join(map(_text, value))}]"
        case dict():
            return f"{{{', '.join(f'{key}: {_text(each)}' for key, each in value.items())}}}"
    return f"{value}"
