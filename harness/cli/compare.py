"""`wrapup diff`: what differs between two orgs."""

from harness.cli.progress import read_org
from harness.cli.terminal import Terminal
from harness.orgs.difference import Difference, difference
from harness.report.headline import counted

__all__ = ["print_difference"]


def print_difference(terminal: Terminal, before: str, after: str, *, keep_names: bool) -> int:
    """Print what differs, and return 0 for the same, 1 for different, 3 when only unknown values stand between.

    Args:
        terminal: Where to.
        before: Where the old org is.
        after: Where the new org is.
        keep_names: Whether people appear by name.

    Raises:
        HarnessError: If an org cannot be read.
    """
    old, new = (read_org(terminal, location, keep_names=keep_names) for location in (before, after))
    found = difference(old, new)
    differing = [it for it in found if it.compared]
    unclear = [it for it in found if not it.compared]
    for it in differing:
        terminal.line(f"{it.label}: {_change(it)}")
    if unclear:
        terminal.line("Could not be compared", "bold")
        for it in unclear:
            terminal.line(f"  {it.label}: {it.what}: {it.before or it.after}")
    if not found:
        terminal.line(f"{before} and {after} hold the same.")
        return 0
    parts = [counted(len(differing), "difference")] if differing else ["no difference that can be told"]
    parts += [f"{counted(len(unclear), 'value')} could not be compared"] if unclear else []
    terminal.line(f"{'; '.join(parts)}.", "bold")
    return 1 if differing else 3


def _change(it: Difference) -> str:
    match it.what:
        case "added" | "removed":
            return f"{it.what}{f' ({it.after or it.before})' if it.after or it.before else ''}"
        case "name":
            return f"renamed from '{it.before}' to '{it.after}'"
        case "id":
            return f"made anew: id {it.before} became {it.after}, its history splits"
        case what if what.endswith((" added", " removed")):
            return f"{what}: {it.after or it.before}"
    return f"{it.what}: {it.before or 'none'} → {it.after or 'none'}"
