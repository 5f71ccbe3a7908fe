"""An area of the API: routes that belong together, and how a request becomes a call of one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from harness.sandbox.access import Token
from harness.sandbox.call import Call, Platform
from harness.sandbox.problems import ApiProblem, missing_permissions, not_authorized, unauthorized
from harness.sandbox.query import Query
from harness.sandbox.state import HiddenResourceError

__all__ = ["Area", "Handler", "Operation", "json_response"]

Handler: TypeAlias = Callable[[Call], Any]
"""Answers one call with plain JSON values, a response of its own, or None for an empty one.

It runs to its end before any other call is looked at, so that it needs no locks.
"""


@dataclass(frozen=True)
class Operation:
    """One method of one path.

    Attributes:
        path: With its variables in braces.
        needs: The permissions of which a client needs one; none when it needs none.
    """

    method: str
    path: str
    needs: Sequence[str]
    handler: Handler


class Area:
    """Routes that belong together.

    Attributes:
        operations: In the order in which they were added; of two that fit a request, the first answers.

    Example:
        >>> area = Area()
        >>> @area.get("/api/v2/routing/wrapupcodes", "routing:wrapupCode:view")
        ... def list_codes(call): ...
    """

    def __init__(self) -> None:
        self.operations: list[Operation] = []

    def get(self, path: str, *needs: str) -> Callable[[Handler], Handler]:
        """Answer GET; the client needs one of the permissions."""
        return self._add("GET", path, needs)

    def head(self, path: str, *needs: str) -> Callable[[Handler], Handler]:
        """Answer HEAD where there is no GET; the client needs one of the permissions."""
        return self._add("HEAD", path, needs)

    def post(self, path: str, *needs: str) -> Callable[[Handler], Handler]:
        """Answer POST; the client needs one of the permissions."""
        return self._add("POST", path, needs)

    def put(self, path: str, *needs: str) -> Callable[[Handler], Handler]:
        """Answer PUT; the client needs one of the permissions."""
        return self._add("PUT", path, needs)

    def patch(self, path: str, *needs: str) -> Callable[[Handler], Handler]:
        """Answer PATCH; the client needs one of the permissions."""
        return self._add("PATCH", path, needs)

    def delete(self, path: str, *needs: str) -> Callable[[Handler], Handler]:
        """Answer DELETE; the client needs one of the permissions."""
        return self._add("DELETE", path, needs)

    def _add(self, method: str, path: str, needs: Sequence[str]) -> Callable[[Handler], Handler]:
        def add(handler: Handler) -> Handler:
            self.operations.append(Operation(method, path, needs, handler))
            return handler

        return add

    def routes(self, platform: Platform) -> list[Route]:
        """Return the routes, in the order in which they were added."""
        return [
            Route(operation.path, _endpoint(platform, operation), methods=[operation.method])
            for operation in self.operations
        ]


def json_response(values: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return a JSON answer; keys keep their order."""
    return Response(msgspec.json.encode(values), status, dict(headers or {}), media_type="application/json")


def _endpoint(platform: Platform, operation: Operation) -> Callable[[Request], Any]:
    async def answer(request: Request) -> Response:
        content = await request.body()
        headers: Mapping[str, str] = {}
        try:
            token = _authenticated(platform, request)
            headers = platform.limit.count(token.client.id)
            if not token.client.allows(operation.needs):
                raise missing_permissions(operation.needs)
            if content:
                _check_media_type(request)
            call = Call(
                platform=platform,
                token=token,
                needs=operation.needs,
                path=request.path_params,
                query=Query(request.url.path, request.query_params.multi_items()),
                content=content,
                base_url=str(request.base_url).rstrip("/"),
            )
            answered = operation.handler(call)
        except HiddenResourceError as hidden:
            needs = [hidden.permission] if hidden.permission else operation.needs
            answered = _refusal(request, missing_permissions(needs) if needs else not_authorized())
        except ApiProblem as problem:
            answered = _refusal(request, problem)
        if answered is None:
            answered = Response()
        elif not isinstance(answered, Response):
            answered = json_response(answered)
        answered.headers.update(headers)
        return answered

    return answer


def _refusal(request: Request, problem: ApiProblem) -> Response:
    return json_response(problem.body(request.state.correlation_id), problem.status, problem.headers)


def _authenticated(platform: Platform, request: Request) -> Token:
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    token = platform.access.token(value.strip()) if scheme.lower() == "bearer" else None
    if token is None:
        raise unauthorized(token_given=bool(scheme))
    return token


def _check_media_type(request: Request) -> None:
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given != "application/json":
        message = "Unsupported Media Type - Unsupported or incorrect media type, such as an incorrect Content-Type value in the header."
        raise ApiProblem(415, "unsupported.media.type", message)
