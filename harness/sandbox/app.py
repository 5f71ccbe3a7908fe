"""The sandbox as an ASGI application."""

from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from harness.sandbox.area import Area, json_response
from harness.sandbox.call import Platform
from harness.sandbox.problems import error_body
from harness.sandbox.routes import (
    codes,
    members,
    oauth,
    organization,
    outbound,
    queue_codes,
    queues,
    skills,
    user_skills,
    users,
)

__all__ = ["AREAS", "api"]

AREAS: Sequence[Area] = (
    organization.area,
    codes.area,
    queue_codes.area,
    members.area,
    queues.area,
    skills.area,
    user_skills.area,
    users.area,
    outbound.area,
)
"""Every area of the API; a new one is added here."""

_WORDS = {404: "not.found", 405: "method.not.allowed"}


def api(platform: Platform) -> Starlette:
    """Return the API and the login host, without what surrounds them."""
    routes: list[BaseRoute] = [*oauth.routes(platform), *(route for area in AREAS for route in area.routes(platform))]
    return Starlette(routes=routes, exception_handlers={HTTPException: _unrouted})


async def _unrouted(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    message = "The requested resource was not found." if status == 404 else "The method is not supported here."
    code = _WORDS.get(status, "bad.request")
    return json_response(error_body(status, code, message, request.state.correlation_id), status)
