"""Pictures as inline SVG: nothing runs, nothing is loaded, and each says in words and in a table what it shows.

Colours are classes of the stylesheet, so that they follow the reader's scheme; no picture needs colour to be understood.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from itertools import pairwise
from typing import Final

from harness.model.verdict import SEVERITIES, Severity
from harness.report.audit_results import AcwResult, TrendPoint
from harness.report.headline import counted

__all__ = ["Picture", "acw_picture", "label", "svg", "trend_picture"]

_WIDTH: Final = 720
_LEFT: Final = 44
_RIGHT: Final = 120
_TOP: Final = 16
_HEIGHT: Final = 200
_BOTTOM: Final = 40
_LINE: Final = 15
_GRAVEST_FIRST: Final[Sequence[Severity]] = tuple(reversed(SEVERITIES))


@dataclass(frozen=True)
class Picture:
    """A picture and the same in a table.

    Attributes:
        svg: Safe to put into a page as it is.
        head: The table's columns.
        rows: The table's rows; not escaped.
    """

    svg: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]


def svg(key: str, title: str, text: str, parts: Iterable[str], *, width: float, height: float) -> str:
    """Return an SVG element that tells screen readers what it shows.

    Args:
        key: Makes its ids its own; a word.
        title: What it is.
        text: What can be seen in it, in a sentence or two.
        parts: Its elements, each safe.
        width: In units of the picture.
        height: In units of the picture.
    """
    return (
        f'<svg class="a-picture" viewBox="0 0 {width:g} {height:g}" role="img" '
        f'aria-labelledby="{key}-title {key}-text" xmlns="http://www.w3.org/2000/svg">'
        f'<title id="{key}-title">{escape(title)}</title><desc id="{key}-text">{escape(text)}</desc>'
        f"{''.join(parts)}</svg>"
    )


def label(x: float, y: float, text: str, *, css: str = "", anchor: str = "start", turn: float = 0) -> str:
    """Return a text; it may be turned by some degrees."""
    turned = f' transform="rotate({turn:g} {x:.1f} {y:.1f})"' if turn else ""
    return f'<text class="a-text {css}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{turned}>{escape(text)}</text>'


def trend_picture(points: Sequence[TrendPoint]) -> Picture:
    """Draw how many findings of each severity were open in each run."""
    shown = [severity for severity in _GRAVEST_FIRST if any(point.findings.get(severity) for point in points)]
    top = _nice(max((point.findings.get(severity, 0) for point in points for severity in shown), default=0))
    places = _places([_moment(point.started_at) for point in points])
    parts = [*_scale(top), *_dates(points, places)]
    ends: list[tuple[float, str]] = []
    for severity in shown:
        values = [point.findings.get(severity, 0) for point in points]
        dots = [(x, _y(value, top)) for x, value in zip(places, values, strict=True)]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in dots)
        parts.append(f'<polyline class="a-series a-{severity}" points="{path}"/>')
        parts += [f'<circle class="a-dot a-{severity}" cx="{x:.1f}" cy="{y:.1f}" r="3"/>' for x, y in dots]
        ends.append((dots[-1][1], f"{severity} {values[-1]:,}"))
    parts += [label(_WIDTH - _RIGHT + 10, y + 4, text, css="a-end") for y, text in _spread(sorted(ends))]
    first, last = points[0], points[-1]
    text = (
        f"{counted(len(points), 'run')}. Open findings went from {first.total:,} to {last.total:,}."
        if len(points) > 1
        else f"One run, with {counted(last.total, 'open finding')}."
    )
    rows = [
        [_day(point.started_at), *(f"{point.findings.get(it, 0):,}" for it in _GRAVEST_FIRST), f"{point.unknown:,}"]
        for point in points
    ]
    head = ["run", *_GRAVEST_FIRST, "could not be judged"]
    height = _TOP + _HEIGHT + _BOTTOM
    return Picture(svg("trend", "Open findings by severity", text, parts, width=_WIDTH, height=height), head, rows)


def acw_picture(acw: AcwResult) -> Picture:
    """Draw how many handlings had after-call work of which length, with the limits as lines."""
    plot = _WIDTH - _LEFT - 16
    step = plot / len(acw.counts)
    top = _nice(max(acw.counts, default=0))
    parts = list(_scale(top, until=_LEFT + plot))
    for number, count in enumerate(acw.counts):
        y = _y(count, top)
        css = "a-bar a-rest" if number == len(acw.counts) - 1 else "a-bar"
        parts.append(
            f'<rect class="{css}" x="{_LEFT + number * step:.1f}" y="{y:.1f}" '
            f'width="{max(step - 1, 1):.1f}" height="{_TOP + _HEIGHT - y:.1f}"/>'
        )
    every = max(1, round(len(acw.counts) / 8))
    for number in range(0, len(acw.counts), every):
        x = _LEFT + number * step
        parts.append(label(x, _TOP + _HEIGHT + 18, f"{number * acw.width_ms / 1000:g} s", anchor="middle"))
    parts += _limit_lines(acw, plot)
    text = f"After-call work of {counted(acw.total, 'handling')}, in bins of {acw.width_ms / 1000:g} s. "
    text += "; ".join(f"{it.label}: {_over(acw, it.limit_ms)} took longer" for it in acw.limits)
    rows = [[_bin(acw, number), f"{count:,}"] for number, count in enumerate(acw.counts) if count]
    height = _TOP + _HEIGHT + _BOTTOM
    title = "How long after-call work took"
    return Picture(svg("acw", title, text, parts, width=_WIDTH, height=height), ["after-call work", "handlings"], rows)


def _limit_lines(acw: AcwResult, plot: float) -> list[str]:
    whole_ms = acw.width_ms * len(acw.counts)
    lines, labels = [], []
    for number, limit in enumerate(sorted(acw.limits, key=lambda it: it.limit_ms)):
        x = _LEFT + plot * min(limit.limit_ms / whole_ms, 1)
        lines.append(f'<line class="a-limit a-{limit.kind}" x1="{x:.1f}" x2="{x:.1f}" y1="4" y2="{_TOP + _HEIGHT}"/>')
        anchor, shift = ("end", -5) if x > _WIDTH * 0.7 else ("start", 5)
        labels.append(label(x + shift, 14 + 15 * number, limit.label, css=f"a-{limit.kind}-text", anchor=anchor))
    # A label may reach over the next line; it stays readable on top of it.
    return lines + labels


def _over(acw: AcwResult, limit_ms: int) -> str:
    """Return how many took longer than a limit, as far as the bins tell."""
    first = -(-limit_ms // acw.width_ms)
    exact = limit_ms % acw.width_ms == 0 and first < len(acw.counts)
    return f"{'' if exact else 'about '}{sum(acw.counts[first:]):,}"


def _bin(acw: AcwResult, number: int) -> str:
    start = number * acw.width_ms / 1000
    if number == len(acw.counts) - 1:
        return f"{start:g} s and longer"
    return f"{start:g} to {start + acw.width_ms / 1000:g} s"


# -- scales ----------------------------------------------------------------------------------------------------------


def _nice(most: int) -> int:
    """Return the top of a scale: the next of 1, 2, 4, 5, 8 with zeros, at least 4, divisible into four steps."""
    top = 4
    while top < most:
        digits = len(str(top)) - 1
        top = next(
            (it * 10**digits for it in (2, 4, 8, 10, 20) if it * 10**digits > top and it * 10**digits % 4 == 0), top * 2
        )
    return top


def _y(value: float, top: int) -> float:
    return _TOP + _HEIGHT * (1 - value / top)


def _scale(top: int, until: float = _WIDTH - _RIGHT) -> Iterable[str]:
    for part in range(5):
        value = top * part // 4
        y = _y(value, top)
        yield f'<line class="a-grid" x1="{_LEFT}" x2="{until:.1f}" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield label(_LEFT - 8, y + 4, f"{value:,}", anchor="end")


def _places(moments: Sequence[datetime]) -> list[float]:
    """Return where runs stand: by their time, as long as no two would cover each other."""
    left, width = float(_LEFT + 8), _WIDTH - _LEFT - _RIGHT - 16
    whole = (moments[-1] - moments[0]).total_seconds()
    if whole <= 0:
        return [left + width / 2] if len(moments) == 1 else _even(len(moments))
    places = [left + width * (it - moments[0]).total_seconds() / whole for it in moments]
    close = any(other - one < 8 for one, other in pairwise(places))
    return _even(len(moments)) if close else places


def _even(number: int) -> list[float]:
    width = _WIDTH - _LEFT - _RIGHT - 16
    return [_LEFT + 8 + width * at / (number - 1) for at in range(number)]


def _dates(points: Sequence[TrendPoint], places: Sequence[float]) -> Iterable[str]:
    last = -1000.0
    for number, (point, x) in enumerate(zip(points, places, strict=True)):
        is_last = number == len(points) - 1
        # The latest run is always named; another only where its day has room before that.
        if not is_last and (x - last < 84 or places[-1] - x < 84):
            continue
        last = x
        yield label(x, _TOP + _HEIGHT + 20, _day(point.started_at), anchor="middle")


def _spread(labels: Sequence[tuple[float, str]]) -> list[tuple[float, str]]:
    """Return labels, which come from the top down, at heights at which none covers another."""
    spread: list[tuple[float, str]] = []
    lowest = float(_TOP + _HEIGHT)
    for number, (y, text) in enumerate(labels):
        above = spread[-1][0] + _LINE if spread else 0.0
        # Those that follow need their room above the bottom.
        spread.append((max(above, min(y, lowest - _LINE * (len(labels) - 1 - number))), text))
    return spread


def _moment(iso: str) -> datetime:
    try:
        found = datetime.fromisoformat(iso)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
    return found.replace(tzinfo=found.tzinfo or UTC)


def _day(iso: str) -> str:
    return iso[:10]
