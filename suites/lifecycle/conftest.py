"""The steps of the story as fixtures: each asks for those before it, so any of them can be run alone."""

import os
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import msgspec
import pytest

from harness.cli.live import LOGIN_FILE
from harness.client import (
    Access,
    AccessToken,
    ClientCredentials,
    GenesysClient,
    access_from_environment,
    load_user_token,
    region_of,
)
from harness.client.regions import is_loopback
from harness.errors import HarnessError
from harness.model import Agent, Queue
from harness.operations import (
    Agreement,
    Created,
    CrmAccess,
    Step,
    attach,
    create,
    crm_access_from_environment,
    find_queue,
    read_agreement,
)
from harness.operations.apply import Applied, apply
from harness.plugin.inputs import option
from harness.sandbox import Sandbox
from harness.sandbox.crm import CRM_PATH
from suites.lifecycle.ground import QUEUES, Ours, Place

PLAYED = Path(__file__).parents[2] / "fixtures" / "tidy"
"""The recording that the sandbox plays when no org is named."""

PREFIX = "wrapup-lifecycle-"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add what only this suite understands."""
    group = parser.getgroup("wrapup-lifecycle", "the lifecycle suite")
    group.addoption("--wrapup-allow-writes", action="store_true", help="let the suite change a live org")
    group.addoption(
        "--wrapup-prefix",
        metavar="TEXT",
        default=PREFIX,
        help="what the names of all codes and queues that it makes begin with",
    )
    group.addoption(
        "--wrapup-clean", action="store_true", help="first remove what a run with this prefix that was killed left"
    )


# -- where ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def place(pytestconfig: pytest.Config) -> Iterator[Place]:
    """A sandbox of this run, which plays a recording; or the org of the credentials in the environment."""
    named, may_write = option(pytestconfig, "org"), pytestconfig.getoption("--wrapup-allow-writes", default=False)
    found: Place | Sandbox
    try:
        found = _live(may_write=may_write) if named == "live" else Sandbox(Path(named or PLAYED), rate_limit=None)
    except HarnessError as error:
        pytest.fail(str(error), pytrace=False)
    if isinstance(found, Place):
        yield found
    else:
        with found:
            yield _played(found)


def _played(sandbox: Sandbox) -> Place:
    access = Access(region_of(sandbox.base_url), ClientCredentials(sandbox.client_id, sandbox.client_secret))
    with GenesysClient(access) as reader:
        users = reader.get("/api/v2/users", dict[str, Any])["entities"]
    agent_id = msgspec.convert(users[0], Agent).id
    signed_in = sandbox.app.front.platform.access
    token = signed_in.issue(signed_in.clients[sandbox.client_id], agent_id).value
    return Place(
        access=access,
        may_write=True,
        crm=CrmAccess(f"{sandbox.base_url}{CRM_PATH}", sandbox.crm_token),
        agent=Access(access.region, AccessToken(token)),
        agent_id=agent_id,
        directed_at=sandbox.base_url,
        patience_s=5,
    )


def _live(*, may_write: bool) -> Place:
    access = access_from_environment(os.environ)
    local = is_loopback(urlsplit(access.region.api).hostname or "")
    login = LOGIN_FILE.expanduser()
    return Place(
        access=access,
        may_write=may_write,
        crm=crm_access_from_environment(os.environ) if os.environ.get("WRAPUP_CRM_URL") else None,
        agent=load_user_token(login).access(datetime.now(UTC), access.org_id) if login.exists() else None,
        agent_id=os.environ.get("AGENT_ID"),
        directed_at=access.region.api if local else None,
        queue_id=os.environ.get("TARGET_QUEUE_ID"),
        conversation_id=os.environ.get("TARGET_CONVERSATION_ID"),
        patience_s=5 if local else 900,
    )


@pytest.fixture(scope="session")
def reader(place: Place) -> Iterator[GenesysClient]:
    """A client that cannot write, whatever a step tries."""
    with GenesysClient(place.access) as client:
        yield client


@pytest.fixture(scope="session")
def writer(place: Place) -> Iterator[GenesysClient]:
    """A client that writes, where that was allowed; every step that needs it is skipped elsewhere."""
    if not place.may_write:
        pytest.skip("it writes to a live org, and --wrapup-allow-writes was not given")
    with GenesysClient(place.access, allow_writes=True) as client:
        yield client


@pytest.fixture(scope="session")
def agent(place: Place, writer: GenesysClient) -> Iterator[GenesysClient]:
    """The agent's own client: a wrap-up is written as its agent."""
    if place.agent is None or place.agent.region != place.access.region:
        pytest.skip("nobody is logged in there as the agent: wrapup login")
    with GenesysClient(place.agent, allow_writes=True) as client:
        yield client


# -- what is made, and removed --------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def ours(pytestconfig: pytest.Config, writer: GenesysClient) -> Iterator[Ours]:
    """The names of what is made; whatever becomes of the story, it is removed in the end."""
    prefix = pytestconfig.getoption("--wrapup-prefix", default=PREFIX)
    if not prefix.strip():
        pytest.fail("--wrapup-prefix is empty: it is what tells our objects from yours", pytrace=False)
    mine = Ours(writer, prefix)
    if pytestconfig.getoption("--wrapup-clean", default=False):
        mine.remove()
    elif left := mine.found():
        pytest.fail(
            f"the org holds {len(left)} objects of a run that was killed, or that goes on now: {', '.join(left)}\n"
            "remove them with --wrapup-clean, or use another --wrapup-prefix",
            pytrace=False,
        )
    yield mine
    mine.remove()


@pytest.fixture(scope="session")
def queue(place: Place, writer: GenesysClient, ours: Ours) -> Queue:
    """A queue of our own, which demands no code yet; or the one that `TARGET_QUEUE_ID` names."""
    if place.queue_id is not None:
        return find_queue(writer, place.queue_id)
    body = {"name": ours.queue, "acwSettings": {"wrapupPrompt": "OPTIONAL"}}
    return writer.post(QUEUES, body, Queue)


@pytest.fixture(scope="session")
def agreement(ours: Ours, queue: Queue, tmp_path_factory: pytest.TempPathFactory) -> Agreement:
    """What the business agreed, in the guides' own fields."""
    shared = {"category": "lifecycle", "duration": 30, "channels": ["voice"]}
    # Somebody else's queue keeps its settings, so there the code may not demand any.
    demands = queue.name == ours.queue
    definitions = [
        {
            "name": ours.code,
            "description": "Made by a test run, which removes it.",
            "wrapupCode": "LIFECYCLE_CODE",
            "isMandatory": demands,
            "queueIds": [queue.id],
            "crmDisposition": "Resolved",
            **shared,
        },
        {
            "name": ours.fallback,
            "wrapupCode": "LIFECYCLE_FALLBACK",
            "isDefault": True,
            "crmDisposition": "Other",
            **shared,
        },
    ]
    content = {"definitions": definitions, "queues": [{"name": queue.id, "channels": ["voice"]}]}
    path = tmp_path_factory.mktemp("agreement") / "catalogue.json"
    path.write_bytes(msgspec.json.encode(content))
    return read_agreement(path)


@pytest.fixture(scope="session")
def created(writer: GenesysClient, agreement: Agreement, ours: Ours, queue: Queue) -> Created:
    """The codes, of which the first is offered by its queue."""
    return create(writer, agreement.catalogue, set_acw=queue.name == ours.queue)


@pytest.fixture(scope="session")
def attached(writer: GenesysClient, created: Created, ours: Ours, queue: Queue) -> Sequence[Step]:
    """Both codes, offered by the queue."""
    return attach(writer, queue, [created.codes[ours.fallback]])


# -- what happens ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def direct(place: Place) -> Callable[..., str]:
    """Lets an agent take a call of a queue, hang up, and do what else is named; returns the conversation's id."""
    if place.directed_at is None:
        pytest.skip("a live org has no conversations but those of people: name one with TARGET_CONVERSATION_ID")

    def post(path: str, **body: str | None) -> dict[str, Any]:
        answer = httpx.post(f"{place.directed_at}/sandbox/conversations{path}", json=body, trust_env=False)
        assert answer.status_code == 200, answer.text
        return msgspec.json.decode(answer.content, type=dict[str, Any])

    def handle(queue: Queue, *steps: str) -> str:
        conversation_id = str(post("", queueId=queue.id, agentId=place.agent_id)["conversationId"])
        for step in ("answer", "hang-up", *steps):
            post(f"/{conversation_id}/{step}")
        return conversation_id

    return handle


@pytest.fixture(scope="session")
def conversation(request: pytest.FixtureRequest, place: Place, queue: Queue, attached: Sequence[Step]) -> str:
    """The id of a conversation in after-call work: the one that was named, or one that the sandbox plays."""
    return place.conversation_id or str(request.getfixturevalue("direct")(queue))


@pytest.fixture(scope="session")
def optional_queue(writer: GenesysClient, ours: Ours, created: Created) -> Queue:
    """A second queue of our own, which lets agents skip the wrap-up, and offers the fallback."""
    body = {"name": ours.optional, "acwSettings": {"wrapupPrompt": "OPTIONAL"}}
    queue = writer.post(QUEUES, body, Queue)
    attach(writer, queue, [created.codes[ours.fallback]])
    return queue


@pytest.fixture(scope="session")
def applied(agent: GenesysClient, place: Place, conversation: str, agreement: Agreement, ours: Ours) -> Applied:
    """The first code, applied to that conversation by its agent."""
    return apply(
        agent,
        conversation,
        ours.code,
        agent=place.agent_id,
        notes="Written by a test run.",
        tags=["lifecycle"],
        catalogue=agreement.catalogue,
    )
