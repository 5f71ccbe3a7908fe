"""`python -m benchmarks`: measure, and write what was measured as JSON and as a document."""

import argparse
import importlib
import os
import platform
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

from benchmarks import report
from benchmarks.measure import Settings

PARTS = ("startup", "cases", "engine", "gate", "decoding", "recording", "generating", "html_page", "evidence")
"""The modules that measure, in the order of the document; each has a `TITLE` and `measure(settings)`."""

_EPILOG = """\
examples:
  python -m benchmarks                         every part, without what takes minutes (about six minutes)
  python -m benchmarks --slow                  with 100,000 cases, checkov, the largest plan and 200 million handlings (an hour)
  python -m benchmarks engine gate --runs 5    two parts, five runs each
  python -m benchmarks document                make docs/performance.md of what was measured last; --check: is it that?
  python -m benchmarks gate-compared           judge the corpus of plans with all tools, make docs/plan-gate-compared.md

The first run makes an environment for checkov and an OPA engine: it needs a package registry, 300 MB and a minute.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Measure the harness side by side with others, in one run.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"{', '.join(PARTS)}; or document, gate-compared")
    parser.add_argument("--slow", action="store_true", help="measure what takes minutes too")
    parser.add_argument(
        "--runs", type=int, default=3, metavar="N", help="runs that count of each candidate (default 3)"
    )
    parser.add_argument(
        "--folder", type=Path, default=Path("benchmarks/.work"), metavar="DIR", help="inputs, peers and results.json"
    )
    parser.add_argument("--check", action="store_true", help="with document: write nothing; exit 1 if it is another")
    chosen = parser.parse_args(arguments)
    if unknown := [it for it in chosen.parts if it not in (*PARTS, "document", "gate-compared")]:
        parser.error(f"no such part: {', '.join(unknown)}")
    chosen.folder.mkdir(parents=True, exist_ok=True)
    settings = Settings(runs=max(1, chosen.runs), slow=chosen.slow, folder=chosen.folder.resolve())
    results = settings.folder / "results.json"
    if chosen.parts == ["gate-compared"]:
        from benchmarks.gate_compared import DOCUMENT, compare, render
        from benchmarks.peers.environment import Peers

        return _leave(DOCUMENT, render(compare(Peers(settings.folder / "peers"))), check=chosen.check)
    modules = {name: importlib.import_module(f"benchmarks.{name}") for name in PARTS}
    if chosen.parts != ["document"]:
        _measure({name: modules[name] for name in chosen.parts or PARTS}, settings, results)
    titles = {name: module.TITLE for name, module in modules.items()}
    return _leave(report.DOCUMENT, report.render(report.read(results), titles=titles), check=chosen.check)


def _measure(modules: dict[str, ModuleType], settings: Settings, results: Path) -> None:
    for name, module in modules.items():
        sys.stderr.write(f"{module.TITLE}\n")
        tables = tuple(module.measure(settings))
        # After each part: what was measured is not lost when a later one fails.
        report.save(
            results,
            report.Measured(measured_at=f"{datetime.now(UTC):%Y-%m-%d}", machine=_machine(), parts={name: tables}),
        )
        for table in tables:
            sys.stdout.write("\n".join(["", *report.table_lines(table), ""]))
            sys.stdout.flush()


def _machine() -> str:
    memory = f", {os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB"
    return f"{os.cpu_count()} processors{memory}, {platform.system()}, Python {platform.python_version()}"


def _leave(path: Path, text: str, *, check: bool) -> int:
    if check:
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            return 0
        sys.stderr.write(f"{path} is not what would be generated\n")
        return 1
    path.write_text(text, encoding="utf-8", newline="\n")
    sys.stderr.write(f"wrote {path}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
