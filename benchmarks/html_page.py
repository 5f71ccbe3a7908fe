"""The HTML report: what writing it costs a case, how large it is, and how soon a browser has it ready."""

import os
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from benchmarks.measure import Figures, Row, Settings, Table
from harness.report.html import render_page
from tests.browser.pages import a_large_run

__all__ = ["TITLE", "measure"]

TITLE = "The HTML report"
_SIZES = (100, 10_000, 100_000)
_BAR = "100,000 cases: usable in under 1 s, under 5 MB"
_CHROMIUM = Path(os.environ.get("_CHROMIUM", "/usr/bin/chromium"))

_READY = """async () => {
  const entry = performance.getEntriesByType("navigation")[0];
  const timed = async act => {
    const start = performance.now();
    act();
    await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
    return performance.now() - start;
  };
  const go = hash => () => { location.hash = hash; };
  return {
    usable: entry.loadEventEnd,
    search: await timed(go("#cases?q=billing+timeout")),
    filter: await timed(go("#cases?verdict=failed&severity=critical")),
    sort: await timed(go("#cases?sort=subject")),
    group: await timed(go("#cases?group=queue")),
  };
}"""


def measure(settings: Settings) -> Sequence[Table]:
    """Measure pages of `_SIZES` cases, a tenth of them findings: written here, opened in Chromium where that is there."""
    with tempfile.TemporaryDirectory() as folder:
        rows = tuple(_row(size, Path(folder) / f"{size}.html", settings.runs) for size in _SIZES)
    return [Table(title="Writing a page, and opening it", bar=_BAR, rows=rows)]


def _row(size: int, path: Path, runs: int) -> Row:
    run = a_large_run(size)
    written = []
    for _ in range(runs + 1):
        wall, cpu = time.perf_counter(), time.process_time()
        page = render_page(run)
        written.append(Figures(wall_s=time.perf_counter() - wall, cpu_s=time.process_time() - cpu))
    path.write_text(page, encoding="utf-8")
    counted = written[1:]
    middle = Figures(wall_s=median(it.wall_s for it in counted), cpu_s=median(it.cpu_s for it in counted))
    notes = [f"{middle.cpu_s / size * 1e6:.1f} µs a case", f"{path.stat().st_size / 1e6:.1f} MB"]
    notes += [f"{what} {milliseconds:,.0f} ms" for what, milliseconds in _opened(path, runs).items()]
    return Row(name=f"{size:,} cases", median=middle, runs=runs, note=", ".join(notes))


def _opened(path: Path, runs: int) -> dict[str, float]:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return {}
    if not _CHROMIUM.exists():
        return {}
    flags = ["--no-sandbox", "--headless", "--disable-gpu", "--disable-background-networking"]
    times = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(_CHROMIUM), args=flags)
        for _ in range(runs):
            page = browser.new_page()
            page.goto(path.as_uri())
            times.append(page.evaluate(_READY))
            page.close()
        browser.close()
    return {name: median(it[name] for it in times) for name in times[0]}
