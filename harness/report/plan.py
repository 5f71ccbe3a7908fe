"""What a plan changes, in one sentence."""

from collections import Counter

from harness.report.headline import counted
from harness.report.results import Results

__all__ = ["plan_sentence"]


def plan_sentence(results: Results) -> str | None:
    """Return how many findings a plan introduces, fixes and leaves; None where no plan was laid over an org."""
    plan = results.plan
    if plan is None or plan.base is None:
        return None
    found = Counter(case.change for case in results.cases if case.verdict == "failed")
    new, old = found["introduced"], found["before"]
    return (
        f"The plan introduces {counted(new, 'finding')} and fixes {len(plan.fixed):,}; "
        f"{old:,} {'was' if old == 1 else 'were'} there before."
    )
