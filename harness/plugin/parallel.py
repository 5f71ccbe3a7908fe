"""Our part on the controller of a pytest-xdist run: cases are judged by the workers, and reported here."""

from typing import Any

import pytest

from harness.plugin.inputs import inputs_of
from harness.plugin.session import watch

__all__ = ["Controller"]


class Controller:
    """Tells the workers what time it is, and begins to watch when the first of our reports comes in."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Hand a worker the moment that waivers and effective dates are held against."""
        node.workerinput["wrapup_now"] = inputs_of(self._config).now.isoformat()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Begin to watch, before anybody else sees the report."""
        if hasattr(report, "harness") and self._config.pluginmanager.unregister(self) is not None:
            watch(self._config).pytest_runtest_logreport(report)
