"""Listings: every form, read to its end, with nothing lost, repeated or changed on the way unnoticed."""

import json
import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.client import Form, GenesysClient, Listing, Page, entities, walk
from harness.errors import ListingChangedError, NotFoundError, PayloadError
from tests.client.helpers import CODES, QUEUES, a_client
from tests.client.server import Reply, Seen, Server

MEMBERS = "/api/v2/routing/queues/q-1/members"
AUDITS = "/api/v2/audits/query/t-1/results"
JOB = "/api/v2/analytics/conversations/details/jobs/j-1/results"
DETAILS = "/api/v2/analytics/conversations/details/query"

LISTINGS = {
    Form.NUMBERED: Listing(CODES, 2, params={"sortBy": "name"}),
    Form.LINKED: Listing(MEMBERS, 2, Form.LINKED),
    Form.CURSOR: Listing(JOB, 2, Form.CURSOR, items="conversations", key="conversationId"),
    Form.HITS: Listing(DETAILS, 2, Form.HITS, body={"interval": "a/b"}, items="conversations", key="conversationId"),
}


def keyed(listing: Listing, ids: list[str]) -> list[dict[str, Any]]:
    return [{"z": 1, listing.key: name, "a": 2} for name in ids]


def page(listing: Listing, ids: list[str], number: int) -> dict[str, Any]:
    """Return one page of ids, as the platform writes it."""
    size, pages = listing.page_size, math.ceil(len(ids) / listing.page_size)
    here = ids[(number - 1) * size : number * size]
    body: dict[str, Any] = {listing.items: keyed(listing, here)}
    match listing.form:
        case Form.NUMBERED:
            body |= {"pageSize": size, "pageNumber": number, "total": len(ids), "pageCount": pages}
        case Form.LINKED if number < pages:
            body["nextUri"] = f"{listing.path}?pageSize={size}&pageNumber={number + 1}&expand=a&expand=b"
        case Form.CURSOR if number < pages:
            body["cursor"] = f"after {number}"
        case Form.HITS:
            body["totalHits"] = len(ids)
            if not here:
                del body[listing.items]
        case _:
            pass
    return body


def play(server: Server, listing: Listing, ids: list[str]) -> None:
    """Let the server answer a listing, whichever page is asked for."""

    def reply(seen: Seen) -> Reply:
        match listing.form:
            case Form.CURSOR:
                number = int(seen.query.get("cursor", ["after 0"])[0].split()[1]) + 1
            case Form.HITS:
                number = json.loads(seen.body)["paging"]["pageNumber"]
            case _:
                number = int(seen.query.get("pageNumber", ["1"])[0])
        return Reply(body=page(listing, ids, number))

    server.on("GET" if listing.body is None else "POST", listing.path, reply)


def read(client: GenesysClient, listing: Listing) -> list[str]:
    return [json.loads(bytes(entity))[listing.key] for entity in entities(client, listing)]


@pytest.mark.parametrize("form", Form)
@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 5])
def test_every_form_is_read_to_its_end(server: Server, form: Form, count: int) -> None:
    listing = LISTINGS[form]
    ids = [f"id-{index}" for index in range(count)]
    play(server, listing, ids)
    with a_client(server) as client:
        assert read(client, listing) == ids


@pytest.mark.parametrize(("count", "requests"), [(0, 1), (2, 1), (3, 2), (4, 2)])
@pytest.mark.parametrize("form", [Form.NUMBERED, Form.LINKED, Form.CURSOR])
def test_no_page_is_asked_for_in_vain(server: Server, form: Form, count: int, requests: int) -> None:
    listing = LISTINGS[form]
    play(server, listing, [f"id-{index}" for index in range(count)])
    with a_client(server) as client:
        read(client, listing)
    assert len(server.asked(listing.path)) == requests


def test_the_query_is_what_the_platform_expects(server: Server) -> None:
    for listing in LISTINGS.values():
        play(server, listing, ["a", "b", "c"])
        with a_client(server) as client:
            read(client, listing)
    assert [seen.query for seen in server.asked(CODES)] == [
        {"sortBy": ["name"], "pageSize": ["2"], "pageNumber": ["1"]},
        {"sortBy": ["name"], "pageSize": ["2"], "pageNumber": ["2"]},
    ]
    assert [seen.query for seen in server.asked(MEMBERS)] == [
        {"pageSize": ["2"]},
        {"pageSize": ["2"], "pageNumber": ["2"], "expand": ["a", "b"]},
    ]
    assert [seen.query for seen in server.asked(JOB)] == [
        {"pageSize": ["2"]},
        {"pageSize": ["2"], "cursor": ["after 1"]},
    ]
    assert [json.loads(seen.body) for seen in server.asked(DETAILS)] == [
        {"interval": "a/b", "paging": {"pageSize": 2, "pageNumber": number}} for number in (1, 2)
    ]


def test_entities_are_the_apis_own_bytes(server: Server) -> None:
    """A recording keeps them as they came: the order of keys, numbers as written, characters as escaped."""
    body = b'{"total": 1, "entities": [ {"z":1.0, "id":"a","name":"\\u00e9\xc3\xa9"} ], "pageCount": 1}'
    server.on("GET", CODES, Reply(body=body))
    with a_client(server) as client:
        (entity,) = entities(client, LISTINGS[Form.NUMBERED])
    assert bytes(entity) == b'{"z":1.0, "id":"a","name":"\\u00e9\xc3\xa9"}'


@pytest.mark.parametrize("form", Form)
def test_a_walk_goes_on_after_pages_that_were_kept(server: Server, form: Form) -> None:
    listing = LISTINGS[form]
    play(server, listing, ["a", "b", "c", "d", "e"])
    with a_client(server) as client:
        first = next(walk(client, listing))
        kept = Page.of(listing, first.number, first.content)
        assert kept == Page.of(listing, 1, first.content)
        before = len(server.asked(listing.path))
        rest = [name for page in walk(client, listing, [kept]) for name in page.ids]
    assert [*kept.ids, *rest] == ["a", "b", "c", "d", "e"]
    assert len(server.asked(listing.path)) - before == 2


def test_kept_pages_that_are_complete_need_no_request(server: Server) -> None:
    listing = LISTINGS[Form.NUMBERED]
    whole = Page.of(listing, 1, json.dumps(page(listing, ["a"], 1)).encode())
    with a_client(server) as client:
        assert list(walk(client, listing, [whole])) == []
    assert server.seen == []


def replies(listing: Listing, *answers: tuple[list[str], int]) -> list[Reply]:
    return [Reply(body=page(listing, ids, number)) for ids, number in answers]


@pytest.mark.parametrize(
    ("second", "what"),
    [
        ((["a", "b", "c"], 2), "its total went from 4 to 3"),
        ((["x", "a", "b", "c"], 2), "page 2 has an entity that was listed already"),
    ],
    ids=["vanished", "moved"],
)
def test_a_listing_that_changes_is_read_once_more(server: Server, second: tuple[list[str], int], what: str) -> None:
    listing = LISTINGS[Form.NUMBERED]
    drifting = replies(listing, (["a", "b", "c", "d"], 1), second)
    server.on("GET", CODES, *drifting, *replies(listing, (["a", "b", "c"], 1), (["a", "b", "c"], 2)))
    with a_client(server) as client:
        assert read(client, listing) == ["a", "b", "c"]
    server.on("GET", CODES, *drifting, *drifting)
    with a_client(server) as client, pytest.raises(ListingChangedError) as caught:
        read(client, listing)
    assert str(caught.value) == (
        f"GET {CODES}: the listing changed while it was read: {what}\n  try again when nobody edits it"
    )


def test_a_listing_that_delivers_fewer_than_it_says_is_not_taken_for_whole(server: Server) -> None:
    """Never a pass for what was not seen."""
    body = page(LISTINGS[Form.NUMBERED], ["a"], 1) | {"total": 2}
    server.on("GET", CODES, Reply(body=body))
    with a_client(server) as client, pytest.raises(ListingChangedError, match="its total is 2, but its pages held 1"):
        read(client, LISTINGS[Form.NUMBERED])


def test_an_entity_twice_on_one_page_is_noticed(server: Server) -> None:
    listing = LISTINGS[Form.LINKED]
    server.on("GET", MEMBERS, Reply(body={"entities": [{"id": "a"}, {"id": "a"}]}))
    with (
        a_client(server) as client,
        pytest.raises(ListingChangedError, match="page 1 has an entity that was listed already"),
    ):
        read(client, listing)


@pytest.mark.parametrize(
    ("form", "pages", "where", "expected"),
    [
        (Form.NUMBERED, [(["a", "b", "c"], 1), (["a", "b", "c"], 1)], "$.entities", "page 2"),
        (Form.LINKED, [(["a", "b", "c"], 1), (["x", "y", "z"], 1)], "$.nextUri", "a way to the next page"),
        (Form.CURSOR, [(["a", "b", "c"], 1), (["x", "y", "z"], 1)], "$.cursor", "a way to the next page"),
        (Form.CURSOR, [(["a", "b", "c", "d", "e"], 1), (["c", "d", "a", "b", "e"], 2)], "$.conversations", "page 2"),
        (Form.NUMBERED, [(["a", "b", "c"], 1), (["x", "y", "z"], 1)], "$.pageNumber", "2"),
    ],
)
def test_going_in_circles_is_noticed(
    server: Server, form: Form, pages: list[tuple[list[str], int]], where: str, expected: str
) -> None:
    listing = LISTINGS[form]
    server.on("GET", listing.path, *replies(listing, *pages))
    with a_client(server) as client, pytest.raises(PayloadError) as caught:
        read(client, listing)
    assert (caught.value.json_path, caught.value.expected) == (where, expected)


@pytest.mark.parametrize(
    "link", ["https://elsewhere.test/x?pageNumber=2", f"{QUEUES}?pageNumber=2", "", "?pageNumber=2"]
)
def test_a_link_cannot_lead_out_of_its_listing(server: Server, link: str) -> None:
    server.on("GET", MEMBERS, Reply(body={"entities": [{"id": "a"}], "nextUri": link}))
    with a_client(server) as client, pytest.raises(PayloadError, match=r"\$\.nextUri is the address of something else"):
        read(client, LISTINGS[Form.LINKED])
    assert [seen.path for seen in server.seen] == ["/oauth/token", MEMBERS]


def test_a_full_link_to_the_same_listing_is_followed_by_its_query_only(server: Server) -> None:
    bodies = [
        {"entities": [{"id": "a"}], "nextUri": f"https://elsewhere.test{MEMBERS}?after=a"},
        {"entities": [{"id": "b"}]},
    ]
    server.on("GET", MEMBERS, *(Reply(body=body) for body in bodies))
    with a_client(server) as client:
        assert read(client, LISTINGS[Form.LINKED]) == ["a", "b"]
    assert server.asked(MEMBERS)[1].query == {"after": ["a"]}


@pytest.mark.parametrize(
    ("form", "body", "where"),
    [
        (Form.NUMBERED, {"entities": [], "pageCount": 0}, "$.total is missing"),
        (Form.NUMBERED, {"entities": [], "total": 0}, "$.pageCount is missing"),
        (Form.NUMBERED, {"total": 0, "pageCount": 0}, "$.entities is missing"),
        (
            Form.NUMBERED,
            {"entities": [{"id": "a"}, {"name": "b"}], "total": 2, "pageCount": 1},
            "$.entities[1].id is missing",
        ),
        (Form.NUMBERED, {"entities": [7], "total": 1, "pageCount": 1}, "$.entities[0] is int"),
        (Form.LINKED, {"entities": None}, "$.entities is null"),
        (Form.LINKED, [], "$ is array"),
        (Form.CURSOR, {"conversations": None}, "$.conversations is null"),
        (Form.CURSOR, {"entities": [], "cursor": "c"}, "$.conversations is missing or empty"),
        (Form.CURSOR, {"conversations": [], "cursor": 7}, "$.cursor is int"),
        (Form.HITS, {"totalHits": 7}, "$.conversations is missing or empty"),
    ],
)
def test_a_broken_promise_is_named_by_its_path(server: Server, form: Form, body: object, where: str) -> None:
    listing = LISTINGS[form]
    server.on("GET" if listing.body is None else "POST", listing.path, Reply(body=body))
    with a_client(server) as client, pytest.raises(PayloadError) as caught:
        read(client, listing)
    assert where in str(caught.value)


def test_a_listing_that_cannot_be_read_on_gives_nothing(server: Server) -> None:
    listing = LISTINGS[Form.NUMBERED]
    server.on("GET", CODES, *replies(listing, (["a", "b", "c"], 1)), Reply(404))
    with a_client(server) as client, pytest.raises(NotFoundError):
        read(client, listing)


@settings(max_examples=40, deadline=None)
@given(
    before=st.lists(st.integers(0, 12), unique=True, max_size=8),
    after=st.lists(st.integers(0, 12), unique=True, max_size=8),
    at=st.integers(1, 4),
)
def test_whatever_changes_while_listing_the_result_is_one_of_the_two_states(
    before: list[int], after: list[int], at: int
) -> None:
    """Sorted listings of three a page; all at once the entities are others. A mix must not pass for either.

    What cannot be noticed is a change that leaves the total, and every entity seen so far, as they were: then the
    entities are those of the later state, or of pages that were the same in both.
    """
    listing = Listing(CODES, 3)
    pages_read = 0

    def names(numbers: list[int]) -> list[str]:
        return [f"{number:02}" for number in sorted(numbers)]

    with Server() as server:

        def reply(seen: Seen) -> Reply:
            nonlocal pages_read
            pages_read += 1
            return Reply(
                body=page(listing, names(before if pages_read <= at else after), int(seen.query["pageNumber"][0]))
            )

        server.on("GET", CODES, reply)
        with a_client(server) as client:
            found = read(client, listing)
    assert found == sorted(found)
    assert len(found) in (len(before), len(after))
    assert set(found) <= {*names(before), *names(after)}
