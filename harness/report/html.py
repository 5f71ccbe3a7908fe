"""The report as HTML, made from the results document alone: one file, no request, everything escaped.

All of it can be read without JavaScript, down to a bounded number of findings. The page's own script adds what text
cannot do: it looks through all cases (`harness.report.columns`), however many there are.

Another part of the harness adds what it has to show as a `Section`:

    svg = Markup('<svg role="img" aria-label="…">…</svg>')
    render_page(results, sections=[Section("trend", "New, fixed, still open", svg)])

Its markup may use the classes of `templates/report.css` (`w-scroll` around tables, `w-cards`, `w-count`, `w-facts`,
`w-quiet`), the colours there as `var(--failed)` and so on, and links such as `data-cases="verdict=failed&rule=RTL-001"`,
which the script points to the cases. It must escape what comes from an org, load nothing and run nothing.
"""

import html
from base64 import b64encode
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import jinja2
from markupsafe import Markup

from harness.model.garbage import paused_collection
from harness.model.verdict import SEVERITIES, VERDICTS
from harness.report.arrange import arrange
from harness.report.columns import encode_cases
from harness.report.headline import counted
from harness.report.panels import Panels
from harness.report.plan import plan_sentence
from harness.report.results import Results
from harness.report.templating import as_moment, environment

__all__ = [
    "Section",
    "render_page",
    "render_panels",
    "script",
    "script_source",
    "security_policy",
    "stylesheet",
    "title",
]

SHOWN = 25
"""How many findings of a rule are open; the others wait behind one click, so that thousands open fast."""

MOST_SUBJECTS = 200
"""How many of one thing the page lists besides findings: cases that share a reason or a waiver, what a plan changes."""


class Section(NamedTuple):
    """One numbered section.

    Attributes:
        anchor: Its id in the page; a section of ours has the template `sections/{anchor}.html.j2`.
        title: Its heading.
        markup: What it holds, for one that is no template of ours. A plain `str` is shown as text.
        before: The anchor of the section of ours that it comes before.
    """

    anchor: str
    title: str
    markup: Markup | None = None
    before: str = "severity"


PLAN = Section("plan", "What the plan changes")
SECTIONS = (
    Section("verdicts", "How the cases came out"),
    Section("severity", "Severity and rules"),
    Section("controls", "Controls"),
    Section("queues", "Queues with the most findings"),
    Section("cases", "Every case"),
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


def render_panels(results: Results, sections: Sequence[Section] = ()) -> str:
    """Return the report as one HTML element, to be put into a page that has the `stylesheet`.

    Args:
        results: What it shows.
        sections: Further sections, each before the one that it names.
    """
    with paused_collection():
        panels = arrange(results)
        return _template().render(
            panels=panels,
            results=results,
            sections=_sections(results, sections),
            sentence=plan_sentence(results),
            attention=_attention(panels),
            verdicts=VERDICTS,
            severities=tuple(reversed(SEVERITIES)),
            exit_codes=EXIT_CODES,
            shown=SHOWN,
            most_subjects=MOST_SUBJECTS,
            cases=Markup(encode_cases(results)),  # noqa: S704 - it has no `<`, and its element takes all else as text
            script=Markup(script()),  # noqa: S704 - ours, and nothing in it comes from the run
        )


def render_page(results: Results, sections: Sequence[Section] = ()) -> str:
    """Return the report as a page of its own: the panels, without the table of other tests that a session adds.

    Args:
        results: What it shows.
        sections: Further sections, each before the one that it names.
    """
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8"/>\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1"/>\n'
        f'<meta http-equiv="Content-Security-Policy" content="{security_policy(script())}"/>\n'
        f"<title>{html.escape(title(results))}</title>\n<style>{stylesheet()}</style>\n</head>\n"
        f'<body class="w-alone">\n{render_panels(results, sections)}\n</body>\n</html>\n'
    )


@cache
def stylesheet() -> str:
    """Return the style of the panels, and of what pytest-html puts around them."""
    return "\n".join((_TEMPLATES / name).read_text(encoding="utf-8") for name in ("report.css", "cases.css"))


@cache
def script() -> str:
    """Return the page's script: one function, nothing global."""
    parts = [(_TEMPLATES / "script" / f"{name}.js").read_text(encoding="utf-8") for name in _SCRIPTS]
    return '\n(() => {\n"use strict";\n' + "\n".join(parts) + "})();\n"


def script_source(text: str) -> str:
    """Return what allows one inline script, and no other, in a security policy."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def security_policy(*scripts: str) -> str:
    """Return the policy of a page that loads nothing and runs only these inline scripts.

    The browser enforces with it what escaping promises.
    """
    return (
        f"default-src 'none'; script-src {' '.join(map(script_source, scripts))}; style-src 'unsafe-inline'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def title(results: Results) -> str:
    """Return the page's title, not escaped."""
    return f"Wrap-up compliance: {results.org.name}"


_TEMPLATES = Path(__file__).parent / "templates"
_SCRIPTS = ("data", "search", "address", "view", "grid", "details", "export", "paper", "main")


def _sections(results: Results, further: Sequence[Section]) -> list[Section]:
    ours = (PLAN, *SECTIONS) if results.plan is not None else SECTIONS
    return [it for section in ours for it in (*(more for more in further if more.before == section.anchor), section)]


@cache
def _template() -> jinja2.Template:
    return environment(_TEMPLATES, {"age": _age, "days_left": _days_left}).get_template("panels.html.j2")


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


def _age(recorded_at: str, started_at: str) -> str | None:
    """Return how old the recording was when the run started, or None when that cannot be told."""
    recorded, started = as_moment(recorded_at), as_moment(started_at)
    if recorded is None or started is None or started < recorded:
        return None
    days = (started - recorded).days
    return f"{counted(days, 'day')} before this run" if days else "less than a day before this run"


def _days_left(days: int) -> str:
    """Return when a waiver ends, seen from the day of the run."""
    if days < 0:
        return f"ended {counted(-days, 'day')} ago"
    return f"{counted(days, 'day')} left" if days else "last day"
