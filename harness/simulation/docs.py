"""Write `docs/mutations.md`: every realistic fault, and which checks catch it.

`python -m harness.simulation.docs [--check] [FILE]`; with `--check` nothing is written, and a stale file exits 1.
"""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from harness.checks.docs import keep
from harness.simulation.mutations import registered_mutations
from harness.simulation.mutations_table import catches

__all__ = ["main", "render"]

_FILE = Path(__file__).parents[2] / "docs" / "mutations.md"

_INTRODUCTION = """\
# Faults, and the checks that catch them

<!-- Written by `python -m harness.simulation.docs`. Change the mutations, not this file. -->

A *mutation* puts one realistic fault into an org, into what the business agreed, or into the CRM's list. The tables
are made by putting every fault into every place of a small org that is compliant with every check about
configuration, and judging it again: a check *catches* a mutation when it then has a finding. A case that merely can
no longer be judged does not count here (and is never counted as compliant either).

`wrapup prove POLICY --org SOURCE` does the same with a policy and an org of one's own: see [prove.md](prove.md).
"""


def render() -> str:
    """Return the text of `docs/mutations.md`."""
    return "\n".join([_INTRODUCTION, *_by_check(), *_by_mutation()])


def _by_check() -> Iterator[str]:
    yield "## By check\n\n| check | catches | mutations |\n| --- | ---: | --- |"
    for check_id, names in catches().items():
        yield f"| [`{check_id}`](checks.md#{check_id.replace('.', '')}) | {len(names)} | {_list(names)} |"
    yield ""


def _by_mutation() -> Iterator[str]:
    yield "## By mutation\n\n| mutation | what goes wrong | caught by |\n| --- | --- | --- |"
    for mutation in registered_mutations().values():
        by = [check_id for check_id, names in catches().items() if mutation.id in names]
        yield f"| `{mutation.id}` | {mutation.title} | {_list(by) or 'none: no harm in that org'} |"
    yield ""


def _list(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def main(arguments: Iterable[str] | None = None) -> int:
    """Write the file, or say whether it is stale; return the exit code."""
    return keep("harness.simulation.docs", _FILE, render, arguments)


if __name__ == "__main__":
    sys.exit(main())
