"""A CRM stand-in: what a CRM's endpoint for dispositions does, so that a synchronisation can be tried and tested.

It is none of the platform's: it has a token of its own and takes no other.

| call | does |
| --- | --- |
| `POST /crm/wrapupcodes` | takes a list of records, and keeps the last one of each `wrapUpCode` |
| `GET /crm/wrapupcodes` | lists what it holds, in the order in which codes were first seen |

Source:
    The fields are the guides'. `Idempotency-Key` is that of draft-ietf-httpapi-idempotency-key-header: the same key
    with other content is refused with 422; a repeated request is answered as it was, and says so in
    `Idempotent-Replayed`.
"""

import hmac
from collections.abc import Sequence
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from harness.sandbox.area import json_response
from harness.sandbox.state import State

__all__ = ["CRM_PATH", "crm_token", "routes"]

CRM_PATH = "/crm/wrapupcodes"


class _Record(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    wrap_up_code: str
    crm_disposition: str
    sync_timestamp: str
    category: str | None = None


def crm_token(state: State) -> str:
    """Return the token that the stand-in takes; the same in every run."""
    return state.stable_id("crm token")


def routes(state: State) -> Sequence[Route]:
    """Return the stand-in's routes."""
    crm = _Crm(crm_token(state))
    return [Route(CRM_PATH, crm.take, methods=["POST"]), Route(CRM_PATH, crm.show, methods=["GET"])]


class _Crm:
    def __init__(self, token: str) -> None:
        self._expected = f"Bearer {token}".encode()
        self._held: dict[str, Any] = {}
        self._answers: dict[str, tuple[bytes, Any]] = {}

    async def take(self, request: Request) -> Response:
        content = await request.body()
        if not self._knows(request):
            return _refusal(401, "unknown token")
        key = request.headers.get("idempotency-key")
        if key is not None and key in self._answers:
            before, answer = self._answers[key]
            if before != content:
                return _refusal(422, "this idempotency key came with other content before")
            return json_response(answer, headers={"idempotent-replayed": "true"})
        try:
            records = msgspec.json.decode(content, type=list[_Record])
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            return _refusal(400, str(error))
        self._held |= {record.wrap_up_code: record for record in records}
        answer = {"accepted": len(records)}
        if key is not None:
            self._answers[key] = (content, answer)
        return json_response(answer)

    async def show(self, request: Request) -> Response:
        if not self._knows(request):
            return _refusal(401, "unknown token")
        return json_response({"wrapUpCodes": list(self._held.values())})

    def _knows(self, request: Request) -> bool:
        return hmac.compare_digest(request.headers.get("authorization", "").encode(), self._expected)


def _refusal(status: int, message: str) -> Response:
    return json_response({"error": message}, status)
