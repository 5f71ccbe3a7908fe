"""Why the platform does not let a wrap-up be written: who may, and when.

Source:
    `platform.md` section 4.2: a wrap-up is its agent's, and vendor staff say that the app must be authorised as that
    user; whether a client that acts for itself may write one is not established.
"""

from harness.client import ClientCredentials, GenesysClient
from harness.errors import AuthError
from harness.operations.parts import AgentPart, read_parts

__all__ = ["what_it_is_now", "who_may"]


def what_it_is_now(client: GenesysClient, part: AgentPart) -> str:
    """Return what a part is like now, for a refusal that came though everything looked right."""
    parts = read_parts(client, part.conversation_id)
    now = next((it for it in parts if it.participant_id == part.participant_id), part)
    if not now.in_acw:
        return f"{now}; wrap-ups are taken during after-call work"
    return f"{now}; check that the queue still offers the code"


def who_may(client: GenesysClient, part: AgentPart, error: AuthError) -> str | None:
    """Return who may write a part's wrap-up, as the hint of an error that says that these credentials may not."""
    if error.status != 403:
        return error.hint
    permission = "the permission conversation:participant:wrapup"
    if error.exchange.code == "missing.permissions":
        return f"the role lacks {permission}"
    if isinstance(client.access.credentials, ClientCredentials):
        return (
            "these are client credentials, which act for no user: the platform documents that a wrap-up is written as "
            f"its agent, and not whether a client may; log in as agent {part.agent_id} with: wrapup login"
        )
    return (
        f"the token is not that of agent {part.agent_id}: a wrap-up is written as its agent, who needs {permission}; "
        "log in as that agent with: wrapup login"
    )
