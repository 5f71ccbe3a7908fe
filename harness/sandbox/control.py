"""The sandbox's own endpoints, for tests: plan faults, see what was asked.

| call | does |
| --- | --- |
| `POST /sandbox/faults` | plans more faults: `{"faults": [{"kind": …}]}` |
| `DELETE /sandbox/faults` | lets nothing go wrong any more |
| `GET /sandbox/requests` | lists every request since the start, or since the last `DELETE` |
| `DELETE /sandbox/requests` | forgets them |
| `POST /sandbox/conversations` | begins one: `{"queueId": …, "agentId": …, "media": "call"}` |
| `POST /sandbox/conversations/{id}/{step}` | `answer`, `hang-up`, `wrap-up` (`{"code": …}`), `transfer`, … |
| `POST /sandbox/clock` | lets virtual time pass: `{"advanceSeconds": 60}` |
| `PUT /sandbox/assumptions` | says what is to happen where the platform's behaviour is not established |
"""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from harness.errors import InputError
from harness.sandbox import directing
from harness.sandbox.area import json_response
from harness.sandbox.faults import read_faults
from harness.sandbox.front import Front

__all__ = ["Controlled"]


class Controlled:
    """The sandbox together with its own endpoints."""

    def __init__(self, front: Front) -> None:
        self.front = front
        self._control: ASGIApp = Router(
            [
                Route("/sandbox/faults", self._plan, methods=["POST"]),
                Route("/sandbox/faults", self._clear, methods=["DELETE"]),
                Route("/sandbox/requests", self._list, methods=["GET"]),
                Route("/sandbox/requests", self._forget, methods=["DELETE"]),
                *directing.routes(front.platform.state),
            ]
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        ours = scope["type"] == "http" and scope["path"].startswith("/sandbox/")
        await (self._control if ours else self.front)(scope, receive, send)

    async def _plan(self, request: Request) -> Response:
        try:
            faults = read_faults((await request.body()).decode("utf-8", "replace"), "POST /sandbox/faults")
        except InputError as error:
            return json_response({"message": str(error)}, 400)
        self.front.faults.add(faults)
        return json_response({"planned": len(faults)})

    async def _clear(self, _: Request) -> Response:
        self.front.faults.clear()
        return Response(status_code=204)

    async def _list(self, _: Request) -> Response:
        return json_response({"requests": self.front.requests})

    async def _forget(self, _: Request) -> Response:
        self.front.requests.clear()
        return Response(status_code=204)
