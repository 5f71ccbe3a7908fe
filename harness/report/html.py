"""The report as HTML, made from the results document alone: no script, no request, everything escaped."""

import html
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import NamedTuple

import jinja2

from harness.model.verdict import SEVERITIES, VERDICTS
from harness.report.headline import counted
from harness.report.panels import Panels, arrange
from harness.report.results import Results

__all__ = ["NOTHING_LOADED", "Section", "render_page", "render_panels", "stylesheet", "title"]

# Nothing is loaded and, where our panels are alone, nothing is run: the browser enforces what escaping promises.
NOTHING_LOADED = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"

SHOWN = 25
"""How many findings of a rule are open; the others wait behind one click, so that thousands open fast."""


class Section(NamedTuple):
    """One numbered section; its template is `sections/{anchor}.html.j2`."""

    anchor: str
    title: str


SECTIONS = (
    Section("verdicts", "How the cases came out"),
    Section("severity", "Severity and rules"),
    Section("controls", "Controls"),
    Section("queues", "Queues with the most findings"),
    Section("findings", "Findings"),
    Section("waivers", "Waivers"),
    Section("not-judged", "What was not judged"),
    Section("rules", "Every rule that was applied"),
    Section("provenance", "Where this comes from"),
    Section("sign-off", "Sign-off"),
)

EXIT_CODES = {
    0: "no finding counts and every case was judged",
    1: "at least one finding counts",
    2: "the command, a policy or an input could not be acted on",
    3: "at least one case could not be judged, or nothing ran",
    130: "interrupted",
}


def render_panels(results: Results) -> str:
    """Return the report as one HTML element, to be put into a page that has the `stylesheet`."""
    panels = arrange(results)
    return _template().render(
        panels=panels,
        results=results,
        sections=SECTIONS,
        attention=_attention(panels),
        verdicts=VERDICTS,
        severities=tuple(reversed(SEVERITIES)),
        exit_codes=EXIT_CODES,
        shown=SHOWN,
    )


def render_page(results: Results) -> str:
    """Return the report as a page of its own: the panels, without the table of other tests that a session adds."""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8"/>\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1"/>\n'
        f'<meta http-equiv="Content-Security-Policy" content="{NOTHING_LOADED}"/>\n'
        f"<title>{html.escape(title(results))}</title>\n<style>{stylesheet()}</style>\n</head>\n"
        f'<body class="w-alone">\n{render_panels(results)}\n</body>\n</html>\n'
    )


def stylesheet() -> str:
    """Return the style of the panels, and of what pytest-html puts around them."""
    return (_TEMPLATES / "report.css").read_text(encoding="utf-8")


def title(results: Results) -> str:
    """Return the page's title, not escaped."""
    return f"Wrap-up compliance: {results.org.name}"


_TEMPLATES = Path(__file__).parent / "templates"


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["counted"] = counted
    environment.filters["moment"] = _moment
    environment.filters["day"] = _day
    environment.filters["age"] = _age
    environment.filters["days_left"] = _days_left
    return environment.get_template("panels.html.j2")


def _attention(panels: Panels) -> list[tuple[str, str]]:
    """Return what a reader must know before trusting the sentence above it, each with the section to read."""
    states = panels.waiver_states
    baseline = panels.results.baseline
    silent = sum(not panel.judged for panel in panels.rules)
    lines = [
        (states["expired"], "waiver has expired", "waivers have expired", "waivers"),
        (states["ending"], "waiver ends within 14 days", "waivers end within 14 days", "waivers"),
        (states["stale"], "waiver matches no finding", "waivers match no finding", "waivers"),
        (
            len(baseline.stale) if baseline else 0,
            "entry of the baseline is stale",
            "entries of the baseline are stale",
            "provenance",
        ),
        (silent, "rule judged nothing", "rules judged nothing", "not-judged"),
        (len(panels.results.org.gaps), "resource was not fully seen", "resources were not fully seen", "not-judged"),
    ]
    return [(counted(number, one, many), anchor) for number, one, many, anchor in lines if number]


def _read(iso: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(iso)
    except ValueError:
        return None
    return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)


def _moment(iso: str) -> str:
    """Return an ISO moment as people write it, in UTC; what is no moment stays as it is."""
    moment = _read(iso)
    return iso if moment is None else f"{moment.day} {moment:%B %Y, %H:%M} UTC"


def _day(iso: str) -> str:
    """Return an ISO date as people write it; what is no date stays as it is."""
    try:
        day = date.fromisoformat(iso)
    except ValueError:
        return iso
    return f"{day.day} {day:%B %Y}"


def _age(recorded_at: str, started_at: str) -> str | None:
    """Return how old the recording was when the run started, or None when that cannot be told."""
    recorded, started = _read(recorded_at), _read(started_at)
    if recorded is None or started is None or started < recorded:
        return None
    days = (started - recorded).days
    return f"{counted(days, 'day')} before this run" if days else "less than a day before this run"


def _days_left(days: int) -> str:
    """Return when a waiver ends, seen from the day of the run."""
    if days < 0:
        return f"ended {counted(-days, 'day')} ago"
    return f"{counted(days, 'day')} left" if days else "last day"
