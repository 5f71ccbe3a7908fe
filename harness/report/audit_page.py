"""An audit's own sections of the page, made from the results document alone: no script, everything escaped."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final

import jinja2
from markupsafe import Markup

from harness.model.verdict import Verdict
from harness.report.audit_results import AuditResult
from harness.report.html import Section
from harness.report.pictures import acw_picture, trend_picture
from harness.report.pictures_matrix import matrix_picture
from harness.report.results import Results
from harness.report.templating import as_moment, environment

__all__ = ["audit_sections"]

_TEMPLATES: Final = Path(__file__).parent / "templates" / "audit"


_SECTIONS: Final = (
    Section("since-last", "Since the last audit", before="verdicts"),
    Section("trend", "Trend", before="verdicts"),
    Section("matrix", "Queues and rules", before="verdicts"),
    Section("usage", "What agents really did", before="waivers"),
    Section("changes", "Who changed what", before="waivers"),
    Section("access", "Who may change codes and queues", before="waivers"),
)


_FIRST: Final[Sequence[Verdict]] = ("failed", "unknown", "waived", "passed", "not applicable")


def audit_sections(results: Results) -> list[Section]:
    """Return the sections that an audit adds to the page, in their order; none for a run that was no audit."""
    audit = results.audit
    if audit is None:
        return []
    facts = _facts(results, audit)
    # The style comes with the sections: a page without them does not carry it.
    style = Markup("<style>{}</style>").format(Markup(_style()))  # noqa: S704 - ours
    sections = []
    for section in _SECTIONS:
        html = _environment().get_template(f"{section.anchor}.html.j2").render(facts).strip()
        if html:
            # Every value of the run was escaped by the template.
            sections.append(section._replace(markup=style + Markup(html)))  # noqa: S704
            style = Markup()
    return sections


def _style() -> str:
    return (_TEMPLATES / "audit.css").read_text(encoding="utf-8")


def _facts(results: Results, audit: AuditResult) -> dict[str, object]:
    rules = {rule.id: rule for rule in results.rules}
    usage = sorted(
        (case for case in results.cases if results.rules[case.rule].kind == "usage"),
        key=lambda case: _FIRST.index(case.verdict),
    )
    changes = [case for case in results.cases if results.rules[case.rule].kind == "change"]
    return {
        "results": results,
        "audit": audit,
        "rules": rules,
        "usage": usage,
        "changes": [case for case in changes if case.verdict in ("failed", "waived", "unknown")],
        "judged_changes": len([case for case in changes if case.identity is not None]),
        "asks_changes": any(rule.kind == "change" for rule in results.rules),
        "trend": trend_picture(audit.trend),
        "matrix": matrix_picture(results),
        "acw": acw_picture(audit.acw) if audit.acw is not None and audit.acw.total else None,
    }


@cache
def _environment() -> jinja2.Environment:
    return environment(_TEMPLATES, {"short": _short, "seconds": _seconds, "share": _share})


def _short(iso: str) -> str:
    moment = as_moment(iso)
    return iso if moment is None else f"{moment:%Y-%m-%d %H:%M} UTC"


def _seconds(milliseconds: int) -> str:
    return f"{milliseconds / 1000:g} s"


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}%" if whole else "none"
