"""Which queue breaks which rule, as a picture: a square for each queue and rule."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from harness.model.verdict import SEVERITIES, Verdict
from harness.report.headline import counted
from harness.report.pictures import Picture, label, svg
from harness.report.results import CaseResult, Results

__all__ = ["matrix_picture"]

_MOST_QUEUES: Final = 20
_MOST_RULES: Final = 30
_SIDE: Final = 22
_LEFT: Final = 200
_TOP: Final = 92
_NAME: Final = 26

_WORST_FIRST: Final[Sequence[Verdict]] = ("failed", "unknown", "waived", "passed", "not applicable")
_SIGNS: Final[Mapping[Verdict, str]] = {
    "failed": "✕",
    "unknown": "?",
    "waived": "w",
    "passed": "·",
    "not applicable": "",
}


@dataclass(frozen=True)
class _Square:
    """What all cases of one rule on one queue came to: the worst of them, and how many came to that."""

    verdict: Verdict
    number: int


def matrix_picture(results: Results) -> Picture | None:
    """Draw the worst queues against the rules that judge queues; None when no queue has a finding or a gap."""
    squares = _squares(results)
    queues = [name for name in _worst(results) if any(queue == name for queue, _ in squares)][:_MOST_QUEUES]
    used = {rule for queue, rule in squares if queue in queues}
    telling = [rule for rule in sorted(used, key=lambda it: _rule_order(results, it)) if _tells(squares, queues, rule)]
    rules = telling[:_MOST_RULES]
    if not queues or not rules:
        return None
    parts = []
    for column, rule in enumerate(rules):
        x = _LEFT + column * _SIDE + _SIDE / 2
        parts.append(label(x + 3, _TOP - 8, results.rules[rule].id, turn=-55))
    for row, queue in enumerate(queues):
        y = _TOP + row * _SIDE
        parts.append(label(_LEFT - 8, y + 15, _short(queue), anchor="end"))
        for column, rule in enumerate(rules):
            parts.append(_drawn(squares.get((queue, rule)), _LEFT + column * _SIDE, y))
    found = sum(square.verdict == "failed" for (queue, rule), square in squares.items() if queue in queues)
    text = (
        f"{counted(len(queues), 'queue')}, the worst first, against {counted(len(rules), 'rule')}: "
        f"{counted(found, 'square')} with findings. A cross is a finding, a question mark could not be judged, "
        "w is waived, a dot passed."
    )
    width = _LEFT + max(len(rules) * _SIDE + 60, 260)
    picture = svg(
        "matrix", "Queues and the rules they break", text, parts, width=width, height=_TOP + len(queues) * _SIDE + 8
    )
    head = ["queue", *(results.rules[rule].id for rule in rules)]
    rows = [[queue, *(_word(squares.get((queue, rule))) for rule in rules)] for queue in queues]
    return Picture(picture, head, rows)


def _squares(results: Results) -> dict[tuple[str, int], _Square]:
    found: dict[tuple[str, int], Counter[Verdict]] = {}
    for case in results.cases:
        if case.queue is not None:
            found.setdefault((case.queue, case.rule), Counter())[case.verdict] += 1
    squares = {}
    for key, verdicts in found.items():
        worst = next(verdict for verdict in _WORST_FIRST if verdicts[verdict])
        squares[key] = _Square(worst, verdicts[worst])
    return squares


def _worst(results: Results) -> list[str]:
    """Return the queues with a finding or a gap: by counting findings, gravest first, then by gaps."""
    weights: dict[str, list[int]] = {}
    for case in results.cases:
        if case.queue is not None and case.verdict in ("failed", "unknown"):
            weight = weights.setdefault(case.queue, [0] * (len(SEVERITIES) + 2))
            weight[_weight(results, case)] += 1
    return sorted(weights, key=lambda queue: ([-number for number in weights[queue]], queue))


def _weight(results: Results, case: CaseResult) -> int:
    if case.verdict == "unknown":
        return len(SEVERITIES) + 1
    if not results.counts(case):
        return len(SEVERITIES)
    return len(SEVERITIES) - 1 - SEVERITIES.index(results.rules[case.rule].severity)


def _rule_order(results: Results, rule: int) -> tuple[int, int]:
    return -SEVERITIES.index(results.rules[rule].severity), rule


def _tells(squares: Mapping[tuple[str, int], _Square], queues: Sequence[str], rule: int) -> bool:
    """Tell whether a rule's column shows anything but passed cases."""
    shown = (squares.get((queue, rule)) for queue in queues)
    return any(square is not None and square.verdict in ("failed", "unknown", "waived") for square in shown)


def _drawn(square: _Square | None, x: float, y: float) -> str:
    if square is None:
        return f'<rect class="a-square a-none" x="{x:g}" y="{y:g}" width="{_SIDE - 2}" height="{_SIDE - 2}"/>'
    css = square.verdict.replace(" ", "-")
    return (
        f'<rect class="a-square a-v-{css}" x="{x:g}" y="{y:g}" width="{_SIDE - 2}" height="{_SIDE - 2}"/>'
        f"{label(x + _SIDE / 2 - 1, y + 15, _SIGNS[square.verdict], css=f'a-sign a-on-{css}', anchor='middle')}"
    )


def _word(square: _Square | None) -> str:
    if square is None:
        return "not asked"
    return square.verdict if square.number == 1 else f"{square.verdict} ({square.number:,})"


def _short(name: str) -> str:
    return name if len(name) <= _NAME else f"{name[: _NAME - 1]}…"
