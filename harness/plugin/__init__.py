"""The pytest plugin: collects `*.policy.yaml` files as one item per case.

Every pytest run in the user's environment imports this module, so it imports the standard library and pytest only;
the rest loads when a policy file is met.
"""

import gc
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from harness.plugin.collection import PolicyFile

__all__ = ["IS_SPARED", "pytest_addoption", "pytest_collect_file", "pytest_configure"]

IS_SPARED = pytest.StashKey[bool]()
"""Set when the session's last search for garbage was spared; see `harness.plugin.running`."""

_OPTIONS = (
    ("org", "SOURCE", "the org to judge: a recording's folder, a .tf.json export, a state file, a plan, or live"),
    ("plan", "FILE", "a Terraform plan, as `terraform show -json` writes it: judge the org as it will be"),
    ("terraform", "DIR", "the configuration of that plan, to point findings to file and line"),
    ("evidence", "PATH", "what agents did, for usage checks: a folder; by default what the policy names"),
    ("engine", "URL", "where evidence is measured, such as pyspark://local[2]; DuckDB in this process by default"),
    ("trail", "FILE", "who changed codes and queues; by default what the recording holds"),
    ("since", "RECORDING", "an earlier recording of the org, to hold against its audit trail"),
    ("environment", "NAME", "which of a policy's `severities` hold"),
    ("fail-on", "SEVERITY", "mildest severity whose findings fail: minor (default), major, critical or never"),
    ("baseline", "FILE", "known findings, which do not count"),
    ("json", "FILE", "write the results document"),
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options, and an ini key of the same name for each."""
    group = parser.getgroup("wrapup", "wrap-up compliance")
    for name, metavar, text in _OPTIONS:
        group.addoption(f"--wrapup-{name}", metavar=metavar, default=None, help=text)
        parser.addini(f"wrapup_{name.replace('-', '_')}", text, default=None)
    group.addoption(
        "--wrapup-only-new",
        action="store_true",
        default=False,
        help="only findings that the plan introduces fail",
    )
    group.addoption(
        "--wrapup-keep-names",
        action="store_true",
        default=False,
        help="show people's names where the source holds them; otherwise people appear by pseudonym",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Register the markers; on the controller of a parallel run, wait for the first of our reports."""
    config.addinivalue_line("markers", "severity(level): a wrap-up case's severity, advice to critical")
    config.addinivalue_line("markers", "family(name): the family of a wrap-up case's check")
    # Added before all others, and so the last to be done.
    config.add_cleanup(lambda: gc.unfreeze() if config.stash.get(IS_SPARED, False) else None)
    if getattr(config.option, "tx", None):
        from harness.plugin.parallel import Controller

        config.pluginmanager.register(Controller(config), "wrapup-controller")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> "PolicyFile | None":
    """Claim policy files."""
    if not file_path.name.endswith(".policy.yaml"):
        return None
    from harness.model.garbage import paused_collection

    with paused_collection():
        from harness.plugin.collection import PolicyFile

    return PolicyFile.from_parent(parent, path=file_path)
