"""One browser for all tests of this folder, the pages that they look at, and axe-core."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from harness.report.html import render_page
from harness.report.results import Results
from tests.browser.pages import a_large_run, a_plan_run
from tests.browser.visiting import Visit
from tests.report.samples import a_believable_run

CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
FLAGS = (
    "--no-sandbox --headless --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)
RUNS: Final[Mapping[str, Callable[[], Results]]] = {
    "believable": a_believable_run,
    "small": lambda: a_believable_run(3),
    "plan": a_plan_run,
    "100": lambda: a_large_run(100),
    "10000": lambda: a_large_run(10_000),
    "100000": lambda: a_large_run(100_000),
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Starts one for a module, not for the session: while it runs, no other test of the process can run an event loop."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if not CHROMIUM.exists():
        pytest.skip(f"no Chromium at {CHROMIUM}; name one in the environment variable CHROMIUM")
    with sync_api.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS.split())
        yield running
        running.close()


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Returns the page of one of `RUNS`, made once."""
    folder = tmp_path_factory.mktemp("pages")

    def page_of(name: str) -> Path:
        path = folder / f"{name}.html"
        if not path.exists():
            path.write_text(render_page(RUNS[name]()), encoding="utf-8")
        return path

    return page_of


@pytest.fixture
def visit(browser: Any, pages: Any) -> Iterator[Any]:
    """Opens a page by its name in `RUNS`; at the end it must have made no trouble."""
    visits: list[Visit] = []

    def open_page(name: str, address: str = "", **options: Any) -> Visit:
        visits.append(Visit(browser, pages(name), address, **options))
        return visits[-1]

    yield open_page
    for visited in visits:
        visited.context.close()
    assert [line for visited in visits for line in visited.trouble] == []


@pytest.fixture(scope="session")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The accessibility checker's script, as `package.json` beside this file names it."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm, which brings axe-core, is not installed")
    folder = tmp_path_factory.mktemp("axe")
    shutil.copy(Path(__file__).with_name("package.json"), folder)
    command = [npm, "install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock"]
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120)
    if ran.returncode:
        pytest.skip(f"npm could not bring axe-core: {ran.stderr.strip().splitlines()[-1]}")
    return (folder / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")
