"""The sandbox as an ASGI application."""

from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from harness.sandbox import crm, streaming
from harness.sandbox.access import Access, Client
from harness.sandbox.area import Area, json_response
from harness.sandbox.call import Platform
from harness.sandbox.channels import Channels
from harness.sandbox.control import Controlled
from harness.sandbox.faults import Fault, Faults
from harness.sandbox.front import Front
from harness.sandbox.limits import PER_MINUTE, RateLimit
from harness.sandbox.problems import error_body
from harness.sandbox.routes import (
    analytics,
    analytics_jobs,
    audits,
    authorization,
    codes,
    conversations,
    members,
    notifications,
    oauth,
    organization,
    outbound,
    queue_codes,
    queues,
    skills,
    user_skills,
    users,
)
from harness.sandbox.state import State

__all__ = ["AREAS", "create_app", "default_clients"]

AREAS: Sequence[Area] = (
    organization.area,
    authorization.area,
    codes.area,
    queue_codes.area,
    members.area,
    queues.area,
    skills.area,
    user_skills.area,
    users.area,
    outbound.area,
    conversations.area,
    conversations.acw_area,
    *conversations.media_areas,
    analytics_jobs.details_area,
    analytics_jobs.aggregates_area,
    analytics.area,
    audits.area,
    notifications.area,
)
"""Every area of the API; a new one is added here."""

_WORDS = {404: "not.found", 405: "method.not.allowed"}


def create_app(
    state: State,
    clients: Sequence[Client] = (),
    *,
    faults: Sequence[Fault] = (),
    rate_limit: int | None = PER_MINUTE,
    announce_limit: bool = True,
) -> Controlled:
    """Return the sandbox as an ASGI application.

    Args:
        state: The org.
        clients: Who may sign in; when there are none, `default_clients` of the org.
        faults: What goes wrong from the start.
        rate_limit: Calls a minute for each client, or None for any number.
        announce_limit: Whether answers say how many calls are left.
    """
    platform = Platform(
        state,
        Access(clients or default_clients(state), state.clock, state.seed),
        RateLimit(state.clock, allowed=rate_limit, announced=announce_limit),
        Channels(state),
    )
    routes: list[BaseRoute] = [*oauth.routes(platform), *crm.routes(state), *streaming.routes(platform)]
    for area in AREAS:
        routes += area.routes(platform)
    api = Starlette(routes=routes, exception_handlers={HTTPException: _unrouted})
    return Controlled(Front(api, platform, Faults(faults)))


def default_clients(state: State) -> Sequence[Client]:
    """Return the clients of a sandbox that is told of none; the same in every run.

    The first acts for itself and has all rights. Users sign in to the second, which is public and proves itself by
    PKCE; it is always the same agent who does.
    """
    for_itself = Client(id=state.stable_id("client"), secret=state.stable_id("secret"), name="Sandbox")
    users = state.shelf("users").visible.values() if state.holds("users") else ()
    agent = next((user["id"] for user in users if user.get("state", "active") == "active"), None)
    for_agents = Client(
        id=state.stable_id("login client"),
        secret=None,
        name="Sandbox login",
        redirect_uris=("http://127.0.0.1/*", "http://localhost/*"),
        user_id=agent,
    )
    return (for_itself, for_agents)


async def _unrouted(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    message = "The requested resource was not found." if status == 404 else "The method is not supported here."
    code = _WORDS.get(status, "bad.request")
    return json_response(error_body(status, code, message, request.state.correlation_id), status)
