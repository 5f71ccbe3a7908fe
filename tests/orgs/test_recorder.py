"""Recording over real HTTP: the same bytes, no more requests than needed, whatever goes wrong on the way."""

import json
import random
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from harness.errors import ApiError, AuthError, UnavailableError, UsageError
from harness.model import Org
from harness.model.ids import pseudonym
from harness.orgs import Recording, read_recording, write_recording
from harness.orgs.difference import same_org
from harness.orgs.live import read_live
from harness.orgs.recorder import Progress, record
from harness.sandbox import Fault, Sandbox
from tests.orgs.recording_org import FIXTURES, READS, bytes_of, client_of, client_with, environment, wrapup

HARBOR = FIXTURES / "harbor"


@pytest.mark.parametrize("name", ["harbor", "tidy", "broken"])
def test_recording_what_is_played_gives_the_same_bytes(name: str, tmp_path: Path) -> None:
    with Sandbox(FIXTURES / name) as sandbox, client_of(sandbox) as client:
        record(client, tmp_path / name)
    recorded = {path.name for path in (tmp_path / name).iterdir()}
    assert recorded
    played = {file: data for file, data in bytes_of(FIXTURES / name).items() if file in recorded}
    assert bytes_of(tmp_path / name) == played


def test_time_and_version_can_be_pinned(tmp_path: Path) -> None:
    at = datetime(2026, 11, 2, 6, 15, tzinfo=UTC)
    with Sandbox(FIXTURES / "broken") as sandbox, client_of(sandbox) as client:
        record(client, tmp_path / "one", at=at)
        record(client, tmp_path / "two", at=at)
    one, two = ((tmp_path / name / "recording.json").read_bytes() for name in ("one", "two"))
    assert one == two
    assert b'"recordedAt": "2026-11-02T06:15:00Z"' in one


def test_a_recording_needs_the_fewest_requests_and_meets_no_429(tmp_path: Path) -> None:
    """One page of each listing, two for each queue, the mapping, the org and its permissions; and a token."""
    queues = len((HARBOR / "queues.ndjson").read_text().splitlines())
    with Sandbox(HARBOR) as sandbox, client_of(sandbox, fast=False) as client:
        record(client, tmp_path / "harbor")
        asked = [request for request in sandbox.requests if request.path != "/oauth/token"]
        assert len(asked) == 5 + 2 * queues + 1 + 2
        assert {request.status for request in sandbox.requests} == {200}


def test_the_rate_is_kept_when_the_platform_announces_less(tmp_path: Path) -> None:
    with Sandbox(FIXTURES / "broken", rate_limit=1_500) as sandbox, client_of(sandbox, fast=False) as client:
        record(client, tmp_path / "broken")
        assert 429 not in {request.status for request in sandbox.requests}


def test_progress_counts_pages_and_says_what_is_left(tmp_path: Path) -> None:
    seen: list[Progress] = []
    with Sandbox(FIXTURES / "broken") as sandbox, client_of(sandbox) as client:
        record(client, tmp_path / "broken", on_progress=seen.append)
    assert [progress.pages for progress in seen] == sorted(progress.pages for progress in seen)
    assert seen[-1].pages == seen[-1].expected
    assert seen[-1].left_s == 0
    assert seen[0].resource == "divisions"
    assert seen[0].left_s > 0


SURVIVABLE: list[tuple[str, list[Fault]]] = [
    ("a token dies in the middle", [Fault(kind="unauthorized", first=3)]),
    ("429 with Retry-After", [Fault(kind="rate_limited", first=4, times=2, options={"retry_after": 1_000})]),  # type: ignore[arg-type]
    ("429 without", [Fault(kind="rate_limited", first=4, times=2)]),
    ("a burst of 503", [Fault(kind="server_error", first=2, times=3)]),
    ("502 on one queue", [Fault(kind="server_error", path="*/wrapupcodes", first=5, options={"status": 502})]),  # type: ignore[arg-type]
    ("a reset connection", [Fault(kind="connection_reset", first=6)]),
    ("slow bytes", [Fault(kind="slow", path="/api/v2/routing/skills", options={"chunk": 4_096, "pause": 1})]),  # type: ignore[arg-type]
    ("an answer cut short", [Fault(kind="truncated", path="/api/v2/users")]),
    ("half the JSON", [Fault(kind="malformed", path="/api/v2/routing/queues")]),
    ("a proxy's page", [Fault(kind="html", path="/api/v2/routing/wrapupcodes")]),
    ("a proxy's page for members", [Fault(kind="html", path="*/members", first=3)]),
    ("clock skew", [Fault(kind="clock_skew", times=None, options={"by": 3_600_000})]),  # type: ignore[arg-type]
]


@pytest.mark.parametrize(("what", "faults"), SURVIVABLE, ids=[what for what, _ in SURVIVABLE])
def test_survivable_faults_change_no_byte(what: str, faults: list[Fault], tmp_path: Path) -> None:
    with Sandbox(FIXTURES / "broken", faults=faults) as sandbox, client_of(sandbox) as client:
        record(client, tmp_path / "broken")
    recorded = {path.name for path in (tmp_path / "broken").iterdir()}
    assert bytes_of(tmp_path / "broken") == {
        file: data for file, data in bytes_of(FIXTURES / "broken").items() if file in recorded
    }, what


FATAL: list[tuple[str, Fault, str]] = [
    ("401 for good", Fault(kind="unauthorized", times=None), "AuthError"),
    ("429 for good", Fault(kind="rate_limited", times=None), "RateLimitedError"),
    ("503 for good", Fault(kind="server_error", times=None), "UnavailableError"),
    ("resets for good", Fault(kind="connection_reset", times=None), "UnavailableError"),
    ("cut short for good", Fault(kind="truncated", times=None, path="/api/v2/users"), "ApiError"),
    ("half the JSON for good", Fault(kind="malformed", times=None, path="/api/v2/users"), "PayloadError"),
    ("a proxy for good", Fault(kind="html", times=None, path="/api/v2/users"), "PayloadError"),
]


@pytest.mark.parametrize(("what", "fault", "error"), FATAL, ids=[what for what, _, _ in FATAL])
def test_lasting_faults_end_in_their_error_and_no_folder(what: str, fault: Fault, error: str, tmp_path: Path) -> None:
    with Sandbox(FIXTURES / "broken", faults=[fault]) as sandbox, client_of(sandbox) as client:
        with pytest.raises(ApiError) as caught:
            record(client, tmp_path / "broken")
        assert error in {kind.__name__ for kind in type(caught.value).__mro__}, what
    assert not (tmp_path / "broken").exists()


def test_the_command_exits_3_with_a_sentence(tmp_path: Path) -> None:
    fault = Fault(kind="malformed", times=None, path="/api/v2/users")
    with Sandbox(FIXTURES / "broken", faults=[fault]) as sandbox:
        result = wrapup(sandbox, "record", "--into", "out", cwd=tmp_path)
    assert result.returncode == 3
    assert "GET /api/v2/users" in result.stderr
    assert "Traceback" not in result.stderr
    assert not (tmp_path / "out").exists()


def test_an_older_recording_stays_when_a_new_one_fails(tmp_path: Path) -> None:
    with Sandbox(FIXTURES / "broken") as sandbox, client_of(sandbox) as client:
        record(client, tmp_path / "out")
        before = bytes_of(tmp_path / "out")
        sandbox.plan(Fault(kind="server_error", times=None))
        with pytest.raises(UnavailableError):
            record(client, tmp_path / "out")
    assert bytes_of(tmp_path / "out") == before


# -- interruptions --------------------------------------------------------------------------------------------------


def pages_asked(sandbox: Sandbox, since: int) -> list[str]:
    """Return the pages of listings that were asked for, from a request on."""
    return [
        f"{request.path}?{request.query}"
        for request in sandbox.requests[since:]
        if request.path.startswith("/api/v2/routing/") or request.path in ("/api/v2/users",)
    ]


def test_killed_at_random_moments_it_ends_with_the_same_bytes(tmp_path: Path) -> None:
    """Each restart goes on; of each listing it asks at most one page again."""
    moments = random.Random(20)  # noqa: S311 - the same moments in every run
    with Sandbox(FIXTURES / "harbor", rate_limit=None) as sandbox:
        repeated: Counter[str] = Counter()
        seen: set[str] = set()
        for _ in range(20):
            since = len(sandbox.requests)
            process = subprocess.Popen(
                [sys.executable, "-m", "harness", "record", "--into", str(tmp_path / "out"), "-q"],
                env=environment(sandbox),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            # Between the first request and the last: a few more are answered before each kill.
            enough = since + moments.randint(1, 12)
            while len(sandbox.requests) < enough and process.poll() is None:
                time.sleep(0.0005)
            process.kill()
            process.wait()
            assert not (tmp_path / "out").exists() or (tmp_path / "out/recording.json").exists()
            asked = pages_asked(sandbox, since)
            again = Counter(page.partition("?")[0] for page in asked if page in seen)
            assert all(times <= 1 for times in again.values()), again
            repeated.update(again)
            seen.update(asked)
        result = wrapup(sandbox, "record", "--into", "out", cwd=tmp_path)
        assert result.returncode == 0, result.stderr
    recorded = {path.name for path in (tmp_path / "out").iterdir()}
    assert bytes_of(tmp_path / "out") == {
        file: data for file, data in bytes_of(FIXTURES / "harbor").items() if file in recorded
    }
    assert [path.name for path in tmp_path.iterdir()] == ["out"], "nothing is left lying about"


def test_pages_of_another_org_are_not_used(tmp_path: Path) -> None:
    with Sandbox(FIXTURES / "broken") as sandbox, client_of(sandbox) as client:
        sandbox.plan(Fault(kind="server_error", path="*/members", times=None))
        with pytest.raises(UnavailableError):
            record(client, tmp_path / "out")
    resumed: list[datetime] = []
    with Sandbox(FIXTURES / "tidy") as sandbox, client_of(sandbox) as client:
        record(client, tmp_path / "out", on_resume=resumed.append)
    assert not resumed
    assert bytes_of(tmp_path / "out")["queues.ndjson"] == (FIXTURES / "tidy/queues.ndjson").read_bytes()


def test_an_interrupted_recording_is_gone_on_with(tmp_path: Path) -> None:
    resumed: list[datetime] = []
    with Sandbox(FIXTURES / "broken") as sandbox, client_of(sandbox) as client:
        sandbox.plan(Fault(kind="server_error", path="*/members", times=None))
        with pytest.raises(UnavailableError):
            record(client, tmp_path / "out")
        sandbox.app.front.faults.clear()
        since = len(sandbox.requests)
        record(client, tmp_path / "out", on_resume=resumed.append)
        assert len(resumed) == 1
        assert not [page for page in pages_asked(sandbox, since) if page.startswith("/api/v2/users")]


# -- what may not be seen -------------------------------------------------------------------------------------------


def test_a_missing_permission_is_recorded_as_hidden(tmp_path: Path) -> None:
    reads = [it for it in READS if not it.startswith("outbound")]
    with Sandbox(FIXTURES / "broken", [client_with(*reads)]) as sandbox, client_of(sandbox) as client:
        recording = record(client, tmp_path / "out")
    (entry,) = recording.hidden
    assert str(entry) == "the API answered 403; it needs the permission outbound:wrapUpCodeMapping:view"
    org = read_recording(tmp_path / "out")
    assert org.gap("outbound_mapping") == str(entry)


def test_without_queues_their_codes_and_members_are_hidden_too(tmp_path: Path) -> None:
    reads = [it for it in READS if "queue" not in it]
    with Sandbox(FIXTURES / "broken", [client_with(*reads)]) as sandbox, client_of(sandbox) as client:
        record(client, tmp_path / "out")
    org = read_recording(tmp_path / "out")
    assert {resource for resource in ("queues", "queue_wrapupcodes", "queue_members") if org.hidden.get(resource)} == {
        "queues",
        "queue_wrapupcodes",
        "queue_members",
    }


def test_divisions_that_are_not_shown_are_hidden(tmp_path: Path) -> None:
    """What lies in them is silently absent from listings, so a listing proves nothing about them."""
    divisions = [json.loads(line) for line in (HARBOR / "divisions.ndjson").read_text().splitlines()]
    seen = next(it["id"] for it in divisions if it["name"] == "Claims")
    with Sandbox(HARBOR, [client_with(*READS, divisions=[seen])]) as sandbox, client_of(sandbox) as client:
        record(client, tmp_path / "out")
    org = read_recording(tmp_path / "out")
    assert "those of the divisions 'Finance', " in org.hidden["queues"]
    assert {queue.division.name for queue in org.queues} == {"Claims"}


def test_a_missing_permission_makes_cases_unknown_and_not_passed(tmp_path: Path) -> None:
    (tmp_path / "gate.policy.yaml").write_text(
        "policy: P\nrules:\n  - {id: R-1, check: crm.stale_flags, severity: major}\n"
    )
    reads = [it for it in READS if not it.startswith("outbound")]
    with Sandbox(FIXTURES / "tidy", [client_with(*reads)]) as sandbox:
        result = wrapup(sandbox, "check", "gate.policy.yaml", "--org", "live", cwd=tmp_path)
        doctor = wrapup(sandbox, "doctor", cwd=tmp_path)
    assert result.returncode == 3
    assert "it needs the permission outbound:wrapUpCodeMapping:view" in result.stdout
    assert doctor.returncode == 3
    assert "  missing  outbound:wrapUpCodeMapping:view: crm cannot be judged\n" in doctor.stdout
    assert "  ok       routing:queue:view: " in doctor.stdout


# -- people and secrets ---------------------------------------------------------------------------------------------

CANARIES = ("Canary Personne", "canary.person@example.com", "+33 1 23 45 67 89", "canary-secret-5b1f", "jabber-canary")


def org_with_people(folder: Path) -> None:
    """Write a recording that holds everything about people that the API can answer."""
    person: dict[str, Any] = {
        "id": "u-1",
        "name": CANARIES[0],
        "chat": {"jabberId": CANARIES[4]},
        "email": CANARIES[1],
        "username": CANARIES[1],
        "primaryContactInfo": [{"address": CANARIES[1], "mediaType": "EMAIL"}],
        "addresses": [{"display": CANARIES[2], "mediaType": "PHONE"}],
        "state": "active",
        "version": 1,
        "skills": [],
        "languages": [],
    }
    member = {"id": "u-1", "name": CANARIES[0], "user": {"id": "u-1", "name": CANARIES[0], "email": CANARIES[1]}}
    queue = {"id": "q-1", "name": "Desk", "description": f"ask {CANARIES[1]} or {CANARIES[2]}", "memberCount": 1}
    write_recording(
        folder,
        Recording(
            org_id="o-1",
            org_name="People",
            recorded_at="2026-01-01T00:00:00Z",
            tool_version="test",
            names="kept",
            entities={
                "users": [person],
                "queues": [queue],
                "queue_members": [{"queueId": "q-1", "entities": [member]}],
                "queue_wrapupcodes": [{"queueId": "q-1", "entities": []}],
                "wrapupcodes": [],
                "skills": [],
                "divisions": [],
            },
            outbound_mapping=None,
        ),
    )


def test_no_name_address_number_or_secret_is_recorded_or_printed(tmp_path: Path) -> None:
    org_with_people(tmp_path / "people")
    client = client_with(*READS)
    faults = [Fault(kind="server_error", path="*/members", times=8)]
    (tmp_path / "gate.policy.yaml").write_text(
        "policy: P\nrules:\n  - {id: R-1, for: membership, expect: '!agent.active', severity: major}\n"
    )
    with Sandbox(tmp_path / "people", [client], faults=faults) as sandbox:
        broken_off = wrapup(sandbox, "record", "--into", "out", cwd=tmp_path)
        kept = b"".join(path.read_bytes() for path in (tmp_path / ".out.partial").rglob("*") if path.is_file())
        sandbox.app.front.faults.clear()
        done = wrapup(sandbox, "record", "--into", "out", cwd=tmp_path)
        args = ("check", "gate.policy.yaml", "--org", "live", "--html", "r.html", "--json", "r.json", "-v")
        checked = wrapup(sandbox, *args, cwd=tmp_path)
    assert broken_off.returncode == 3
    assert done.returncode == 0
    assert checked.returncode == 1
    written = b"".join(path.read_bytes() for path in (tmp_path / "out").iterdir()) + kept
    written += (tmp_path / "r.html").read_bytes() + (tmp_path / "r.json").read_bytes()
    printed = "".join(it.stdout + it.stderr for it in (broken_off, done, checked))
    for canary in CANARIES:
        assert canary.encode() not in written
        assert canary not in printed
    assert f"membership {pseudonym('u-1')} @ Desk" in checked.stdout


def test_names_are_kept_when_asked_for(tmp_path: Path) -> None:
    org_with_people(tmp_path / "people")
    with Sandbox(tmp_path / "people") as sandbox, client_of(sandbox) as client:
        record(client, tmp_path / "out", keep_names=True)
    assert read_recording(tmp_path / "out", keep_names=True).agents[0].name == CANARIES[0]
    assert read_recording(tmp_path / "out").agents[0].name == pseudonym("u-1")


def test_a_live_org_is_the_recorded_one(tmp_path: Path) -> None:
    with Sandbox(HARBOR) as sandbox, client_of(sandbox) as client:
        live: Org = read_live(client)
        assert live.origin.kind == "live"
        assert live.origin.location == sandbox.base_url
    assert same_org(live, read_recording(HARBOR))


def test_verdicts_of_a_live_org_are_those_of_the_recording_it_plays(tmp_path: Path) -> None:
    with Sandbox(HARBOR) as sandbox:
        live = wrapup(
            sandbox, "check", str(FIXTURES.parent / "suites/gate"), "--org", "live", "--json", "a", cwd=tmp_path
        )
        recorded = wrapup(
            sandbox, "check", str(FIXTURES.parent / "suites/gate"), "--org", str(HARBOR), "--json", "b", cwd=tmp_path
        )
    assert live.returncode == recorded.returncode == 1
    a, b = (json.loads((tmp_path / name).read_text()) for name in "ab")
    assert a["cases"] == b["cases"]


def test_the_wrong_org_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    with Sandbox(FIXTURES / "broken") as sandbox:
        result = wrapup(sandbox, "record", "--into", "out", cwd=tmp_path, GENESYS_ORG_ID="another")
        assert result.returncode == 2
        assert "these credentials belong to the org" in result.stderr
        asked = {request.path for request in sandbox.requests}
        assert asked == {"/oauth/token", "/api/v2/organizations/me"}


def test_a_wrong_secret_says_what_to_check(tmp_path: Path) -> None:
    with Sandbox(FIXTURES / "broken") as sandbox:
        more = {"GENESYSCLOUD_OAUTHCLIENT_SECRET": "canary-secret-5b1f"}
        result = wrapup(sandbox, "record", "--into", "out", cwd=tmp_path, **more)
    assert result.returncode == 3
    assert "check the client's id, its secret" in result.stderr
    assert "canary" not in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_401_is_not_hidden(tmp_path: Path) -> None:
    """A client that is not let in at all has seen nothing: that is an error, and no gap."""
    fault = Fault(kind="unauthorized", times=None, path="*/outbound/*")
    with Sandbox(FIXTURES / "broken", faults=[fault]) as sandbox, client_of(sandbox) as client:
        with pytest.raises(AuthError):
            record(client, tmp_path / "out")
        assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("place", "why"),
    [(".", "is the folder that this runs in"), ("notes", "exists and is not a recording"), ("file", "is a file")],
)
def test_what_is_in_the_way_is_said_before_anything_is_asked(
    place: str, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes/todo.txt").touch()
    (tmp_path / "file").touch()
    monkeypatch.chdir(tmp_path)
    with Sandbox(FIXTURES.absolute() / "tidy") as sandbox, client_of(sandbox) as client:
        with pytest.raises(UsageError, match=why):
            record(client, Path(place))
        assert client.pacer.sent == 0
