"""Help for people who test their own checks: tiny orgs, and what a check comes to on them.

Example:
    >>> from harness.checks import naming
    >>> org = an_org(codes=["Sale", "SALE"])
    >>> outcome(naming.unique, org, "code Sale").findings
    ("name reads like 'SALE', the name of code code-2; a name of its own",)
"""

from harness.checks.outcome import Outcome, outcome
from harness.model.tiny import TinyQueue, a_code, a_definition, a_queue, a_skill, an_agent, an_org

__all__ = [
    "Outcome",
    "TinyQueue",
    "a_code",
    "a_definition",
    "a_queue",
    "a_skill",
    "an_agent",
    "an_org",
    "outcome",
]
