"""Run in the peers' environment: judge plans with checkov; its results go to the standard output as JSON.

checkov is loaded once and runs on each plan for itself: files of one run would share one graph.
"""

import contextlib
import json
import sys
from pathlib import Path

from checkov.runner_filter import RunnerFilter
from checkov.terraform.plan_runner import Runner


def main() -> None:
    """Judge each plan that is named after the folder of the checks."""
    checks, *plans = sys.argv[1:]
    found = {}
    for path in plans:
        with contextlib.redirect_stdout(sys.stderr):
            report = Runner().run(
                root_folder=None,
                external_checks_dir=[checks],
                files=[path],
                runner_filter=RunnerFilter(framework=["terraform_plan"], checks=["CKV_WRAPUP_*"]),
            )
        found[Path(path).stem] = {
            word: [[it.check_id, it.resource_address or it.resource, it.resource] for it in records]
            for word, records in (("passed", report.passed_checks), ("failed", report.failed_checks))
        }
    json.dump(found, sys.stdout)


main()
