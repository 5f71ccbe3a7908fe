"""The HTML report: what writing it costs a case, how large it is, and how soon a browser has it ready.

Run it by itself with `python -m benchmarks.html_page`.
"""

import json
import os
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

from harness.report.html import render_page
from tests.browser.pages import a_large_run

__all__ = ["measure"]

SIZES = (100, 10_000, 100_000)
REPEATS = 3
CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))

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
    usable_ms: entry.loadEventEnd,
    search_ms: await timed(go("#cases?q=billing+timeout")),
    filter_ms: await timed(go("#cases?verdict=failed&severity=critical")),
    sort_ms: await timed(go("#cases?sort=subject")),
    group_ms: await timed(go("#cases?group=queue")),
  };
}"""


def measure() -> dict[str, Any]:
    """Measure pages of `SIZES` cases, a tenth of them findings.

    Returns:
        By number of cases: `write_us` a case (CPU time, the median), `bytes`, and, where Chromium and playwright are
        there, wall-clock medians in milliseconds: `usable_ms` from the start of navigation until the list answers,
        and how long a search, a filter, an order and a grouping take until the next frame.
    """
    result: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        for size in SIZES:
            run = a_large_run(size)
            spent = []
            for _ in range(REPEATS):
                start = time.process_time()
                page = render_page(run)
                spent.append(time.process_time() - start)
            path = Path(folder) / f"{size}.html"
            path.write_text(page, encoding="utf-8")
            result[f"{size:,} cases"] = {"write_us": median(spent) / size * 1e6, "bytes": path.stat().st_size} | _open(
                path
            )
    return result


def _open(path: Path) -> dict[str, float]:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return {}
    if not CHROMIUM.exists():
        return {}
    flags = ["--no-sandbox", "--headless", "--disable-gpu", "--disable-background-networking"]
    times = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=flags)
        for _ in range(REPEATS):
            page = browser.new_page()
            page.goto(path.as_uri())
            times.append(page.evaluate(_READY))
            page.close()
        browser.close()
    return {name: median(it[name] for it in times) for name in times[0]}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure(), indent=2) + "\n")
