"""`wrapup verify-apply`: did what a plan promised land?"""

from collections import Counter
from pathlib import Path

from harness.cli.progress import read_org
from harness.cli.sources import org_location
from harness.cli.terminal import Terminal
from harness.orgs import load_plan
from harness.orgs.landing import Landing, State, landings
from harness.report.headline import counted

__all__ = ["verify_apply"]

_STYLES = {"differs": "red", "missing": "red", "unclear": "yellow"}


def verify_apply(terminal: Terminal, plan: Path, *, org: str | None, keep_names: bool) -> int:
    """Print what of a plan is not in an org; return 0 when all is, 1 when not, 3 when that cannot be told.

    Args:
        terminal: Where to.
        plan: The plan that was applied.
        org: Where the org is, as it is now; None for the demo recording of a checkout.
        keep_names: Whether people appear by name.

    Raises:
        HarnessError: If the plan or the org cannot be read.
    """
    promised = load_plan(plan, keep_names=keep_names)
    found = landings(promised, read_org(terminal, org_location(org)[0], keep_names=keep_names))
    for landing in found:
        if landing.state != "landed":
            terminal.parts(
                (f"{landing.label}: {_verdict(landing)}", _STYLES[landing.state]), (f" ({landing.address})", "dim")
            )
            for detail in landing.details:
                terminal.line(f"  {detail}")
    tally = Counter(it.state for it in found)
    words: tuple[State, ...] = ("landed", "differs", "missing", "unclear")
    terminal.line(f"{counted(len(found), 'resource')}: {', '.join(f'{tally[word]:,} {word}' for word in words)}")
    if tally["differs"] or tally["missing"]:
        terminal.line("The plan did not land as promised.", "bold red")
        return 1
    if tally["unclear"] or not found:
        terminal.line(
            "Whether the plan landed cannot be told." if found else "The plan promises nothing.", "bold yellow"
        )
        return 3
    terminal.line("Everything that the plan promises is there.", "bold green")
    return 0


def _verdict(landing: Landing) -> str:
    if landing.state == "differs" and any(it.startswith("codes are missing") for it in landing.details):
        return "half applied"
    return {"differs": "not as planned", "missing": "missing", "unclear": "cannot be told"}[landing.state]
