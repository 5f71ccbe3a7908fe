"""Help for people who test their own checks and integrations: tiny orgs, and a sandbox without a port.

Example:
    >>> from harness.checks import naming
    >>> org = an_org(codes=["Sale", "SALE"])
    >>> outcome(naming.unique, org, "code Sale").findings
    ("name reads like 'SALE', the name of code code-2; a name of its own",)
"""

from pathlib import Path
from typing import TYPE_CHECKING

from harness.checks.outcome import Outcome, outcome
from harness.model.tiny import TinyQueue, a_code, a_definition, a_queue, a_skill, an_agent, an_org

if TYPE_CHECKING:
    import respx

    from harness.sandbox.inprocess import InProcess

__all__ = [
    "Outcome",
    "TinyQueue",
    "a_code",
    "a_definition",
    "a_queue",
    "a_sandbox",
    "a_skill",
    "an_agent",
    "an_org",
    "outcome",
]


def a_sandbox(recording: Path, router: "respx.Router | None" = None, *, domain: str = "mypurecloud.ie") -> "InProcess":
    """Return a sandbox in this process that plays a recorded org; it is a transport of httpx.

    Args:
        recording: The recording's folder.
        router: Of respx, whose routes for a region's hosts the sandbox shall answer: then code under test needs
            neither a port nor another transport. None: mount the sandbox yourself.
        domain: The region's; API and login are `api.` and `login.` of it.

    Raises:
        SourceError: If the folder is no recording.

    Example:
        >>> def test_my_integration(respx_mock):
        ...     sandbox = a_sandbox(Path("fixtures/harbor"), respx_mock)
        ...     my_integration("eu-west-1", sandbox.client_id, sandbox.client_secret)
        ...     assert [request.status for request in sandbox.requests] == [200, 200]
    """
    # Loaded when used: the server's libraries take a while, and tests of checks need none of them.
    from harness.sandbox.inprocess import InProcess, sandbox_routes

    sandbox = InProcess(recording)
    if router is not None:
        sandbox_routes(router, sandbox, domain=domain)
    return sandbox
