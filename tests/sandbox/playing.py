"""A small org, and somebody who calls its sandbox."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx

from fixtures.shapes import a_code, a_division, a_mapping, a_member, a_queue, a_skill, a_user, all_divisions, an_id
from harness.orgs.manifest import FILES, FileEntry, Hidden, Manifest, RecordedOrg
from harness.sandbox import Client, Grant, InProcess, State, VirtualClock
from harness.sandbox.state import Entity

FIXTURES = Path("fixtures")

HOME = a_division("home", "Home")
SALES = a_division("sales", "Sales")
NEGOTIATION = a_skill("negotiation", "Negotiation")
RETURNS = a_skill("returns", "Returns")
SALE = a_code("sale", "Sale", HOME, "Something was sold.")
REFUND = a_code("refund", "Refund", SALES, None)
OTHER = a_code("other", "Other", all_divisions(), None)
BILLING = a_queue("billing", "Billing", HOME, prompt="MANDATORY", timeout_ms=None)
SUPPORT = a_queue("support", "Support", SALES, prompt="MANDATORY_TIMEOUT", timeout_ms=30_000)
ANN = a_user("ann", HOME, [(NEGOTIATION, 3.0)], ["English"])
BEN = a_user("ben", SALES, [], ["French", "English"])
GONE = a_user("gone", HOME, [], []) | {"state": "deleted"}
MAPPING = a_mapping("mapping", {SALE["id"]: ["BUSINESS_SUCCESS"]}, ["BUSINESS_NEUTRAL"])

CODES = "/api/v2/routing/wrapupcodes"
QUEUES = "/api/v2/routing/queues"
SKILLS = "/api/v2/routing/skills"
USERS = "/api/v2/users"
OUTBOUND = "/api/v2/outbound/wrapupcodemappings"

CLIENT = Client(id="client-1", secret="s3cret-canary", name="Robot")  # noqa: S106 - it must never leak


def a_state(*, seed: int = 0, hidden: Sequence[Hidden] = (), **changes: Any) -> State:
    """Return the small org; keywords replace resources, None leaves one out."""
    entities: dict[Any, Any] = {
        "wrapupcodes": [SALE, REFUND, OTHER],
        "queues": [BILLING | {"memberCount": 1, "userMemberCount": 1, "joinedMemberCount": 1}, SUPPORT],
        "users": [ANN, BEN, GONE],
        "skills": [NEGOTIATION, RETURNS],
        "divisions": [HOME, SALES],
        "queue_wrapupcodes": [
            {"queueId": BILLING["id"], "entities": [SALE, OTHER]},
            {"queueId": SUPPORT["id"], "entities": []},
        ],
        "queue_members": [
            {"queueId": BILLING["id"], "entities": [a_member(ANN, BILLING)]},
            {"queueId": SUPPORT["id"], "entities": []},
        ],
        "outbound_mapping": MAPPING,
    } | changes
    manifest = Manifest(
        org=RecordedOrg("Tiny", "org-1"),
        region="eu-west-1",
        recorded_at="2026-11-02T06:15:00Z",
        tool_version="0",
        files={FILES[name]: FileEntry(0, "") for name, value in entities.items() if value is not None},
        hidden=tuple(hidden),
    )
    mapping = entities.pop("outbound_mapping")
    held = {name: value for name, value in entities.items() if value is not None}
    return State(manifest, held, mapping or None, clock=VirtualClock(), seed=seed)


class Caller:
    """Somebody who calls the sandbox with a token."""

    def __init__(self, sandbox: InProcess, client: Client = CLIENT) -> None:
        self.sandbox = sandbox
        self.http = httpx.Client(transport=sandbox, base_url="http://127.0.0.1")
        self.sign_in(client)

    def sign_in(self, client: Client = CLIENT) -> None:
        """Get a token."""
        answer = self.http.post(
            "/oauth/token", data={"grant_type": "client_credentials"}, auth=(client.id, client.secret or "")
        )
        self.http.headers["authorization"] = f"Bearer {answer.json()['access_token']}"

    def ask(self, method: str, path: str, *, status: int = 200, json: Any = None, **query: Any) -> Any:
        """Make a call and return its body; fail when the status is another."""
        answer = self.answer(method, path, json=json, **query)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    def answer(self, method: str, path: str, *, json: Any = None, **query: Any) -> httpx.Response:
        """Make a call and return its answer."""
        params: Mapping[str, Any] | None = {name: _text(value) for name, value in query.items()} or None
        return self.http.request(method, path, params=params, **({} if json is None else {"json": json}))

    def get(self, path: str, **query: Any) -> Any:
        """GET, which succeeds."""
        return self.ask("GET", path, **query)

    def names(self, path: str, **query: Any) -> list[str]:
        """Return the names in a listing."""
        return [entity["name"] for entity in self.get(path, **query)["entities"]]

    def refused(self, method: str, path: str, status: int, code: str, *, json: Any = None, **query: Any) -> str:
        """Make a call that fails with a status and a code; return the message."""
        body: Entity = self.ask(method, path, status=status, json=json, **query)
        assert (body["status"], body["code"]) == (status, code), body
        return str(body["message"])


def _text(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value


def a_caller(state: State | None = None, *grants: Grant, **settings: Any) -> Caller:
    """Return somebody who may do what the grants say, or everything without any."""
    client = Client(id=CLIENT.id, secret=CLIENT.secret, name=CLIENT.name, grants=grants) if grants else CLIENT
    return Caller(InProcess(state or a_state(), [client], **settings))


def may(*permissions: str, divisions: Sequence[str] = ("*",)) -> Grant:
    """Return a grant."""
    return Grant(frozenset(permissions), frozenset(divisions))


NOWHERE = an_id("nowhere")
