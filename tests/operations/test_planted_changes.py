"""Misbehaviour that is planted in the sandbox is found in the trail that is read from it: all of it, and nothing else."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from harness.checking import Case, judge
from harness.client import Access, ClientCredentials, GenesysClient, region_of
from harness.model import Org
from harness.operations import live_trail
from harness.orgs.recorder import record
from harness.orgs.recording import read_recording
from harness.orgs.trail import past_of, recorded_trail
from harness.policy import load_policy
from harness.sandbox import Client, InProcess, VirtualClock
from tests.sandbox.playing import BILLING, CLIENT, CODES, QUEUES, REFUND, SALE, SUPPORT, Caller, a_state, may

INTRUDER = Client(id="intruder", secret="s3cret-intruder", name="Somebody's script")  # noqa: S106 - it must never leak
RULES = """\
policy: P
timezone: Europe/London
rules:
  - {id: WHO, check: changes.authorised, with: {actors: [client-1]}, severity: critical}
  - id: WHEN
    check: changes.window
    with: {allow: ["Tue 20:00-23:00"], freeze: [2026-11-10..2026-11-16]}
    severity: major
  - {id: WHY, check: changes.explained, severity: critical}
"""
BLIND = may("routing:*:view", "outbound:*:view")
START = datetime(2026, 11, 2, 8, tzinfo=UTC)


class _Planted:
    """An org in a sandbox, in which time passes as the test says."""

    def __init__(self) -> None:
        self.state = a_state()
        clock = self.state.clock
        assert isinstance(clock, VirtualClock)
        self.time = clock
        self.sandbox = InProcess(self.state, [CLIENT, INTRUDER])

    def client(self) -> GenesysClient:
        assert CLIENT.secret is not None
        access = Access(region_of("http://127.0.0.1:1"), ClientCredentials(CLIENT.id, CLIENT.secret))
        return GenesysClient(
            access, wire=self.sandbox, clock=lambda: self.time.now().timestamp(), sleep=self.time.advance
        )

    def at(self, day: int, hour: int, minute: int = 0) -> None:
        """Let it be some moment of November, in UTC, which is London's time then."""
        self.time.advance((datetime(2026, 11, day, hour, minute, tzinfo=UTC) - self.time.now()).total_seconds())

    def recorded(self, folder: Path, *, since: datetime | None = None) -> Org:
        client = self.client()
        now, sleep = self.time.now, self.time.advance
        audits = None if since is None else (lambda: live_trail(client, since, now=now, sleep=sleep))
        record(client, folder, at=self.time.now(), audits=audits)
        return read_recording(folder)


def judged(tmp_path: Path, earlier: Org, now: Org) -> dict[str, list[Case]]:
    (tmp_path / "p.policy.yaml").write_text(RULES)
    policy = load_policy(tmp_path / "p.policy.yaml")
    trail = recorded_trail(tmp_path / "now")
    runs = judge([policy], now, trail=trail, past=past_of(earlier, now))
    return {run.rule.id: list(run.cases) for run in runs}


def test_exactly_what_was_planted_is_found(tmp_path: Path) -> None:
    planted = _Planted()
    earlier = planted.recorded(tmp_path / "earlier")
    good, bad = Caller(planted.sandbox, CLIENT), Caller(planted.sandbox, INTRUDER)
    support = f"{QUEUES}/{SUPPORT['id']}"

    planted.at(3, 20, 30)  # a Tuesday evening: as agreed
    good.sign_in(CLIENT)
    good.ask("PUT", f"{CODES}/{SALE['id']}", json={"name": "Sold"})
    good.ask("POST", f"{QUEUES}/{BILLING['id']}/wrapupcodes", json=[{"id": REFUND["id"]}])
    planted.at(3, 21)  # by somebody who may not
    bad.sign_in(INTRUDER)
    bad.ask("PUT", support, json=good.get(support) | {"acwSettings": {"wrapupPrompt": "OPTIONAL"}})
    planted.at(4, 10)  # on a Wednesday
    good.sign_in(CLIENT)
    good.ask("POST", f"{support}/wrapupcodes", json=[{"id": SALE["id"]}])
    planted.at(10, 20, 30)  # on a Tuesday evening, in the freeze
    good.sign_in(CLIENT)
    good.ask("PUT", f"{CODES}/{REFUND['id']}", json={"name": "Refund", "description": "Money went back."})
    # And one that left no trace.
    quiet = planted.state.shelf("wrapupcodes")
    sale = quiet.current(SALE["id"])
    assert sale is not None
    quiet.put(SALE["id"], sale | {"description": "Slipped in."})

    planted.at(17, 6)
    now = planted.recorded(tmp_path / "now", since=START)
    cases = judged(tmp_path, earlier, now)
    found = {
        rule: [case.findings[0].observed for case in own if case.verdict == "failed"] for rule, own in cases.items()
    }
    assert [text.partition(" by ")[0] for text in found["WHO"]] == [
        "queue Support: Update (acwSettings.wrapupPrompt MANDATORY_TIMEOUT → OPTIONAL; acwSettings.timeoutMs 30000 → nothing)"
    ]
    assert "by client intruder" in found["WHO"][0]
    assert [text.partition(" on ")[2] for text in found["WHEN"]] == [
        "Wed 2026-11-04 at 10:00 (GMT)",
        "Tue 2026-11-10 at 20:30 (GMT)",
    ]
    assert found["WHY"] == ["code Sold: description Something was sold. → Slipped in., but the entries lead to nothing"]
    assert not [case for own in cases.values() for case in own if case.verdict == "unknown"]
    assert len(cases["WHO"]) == 5


def test_nothing_planted_is_nothing_found(tmp_path: Path) -> None:
    planted = _Planted()
    earlier = planted.recorded(tmp_path / "earlier")
    planted.at(17, 6)
    now = planted.recorded(tmp_path / "now", since=START)
    verdicts = {rule: [case.verdict for case in own] for rule, own in judged(tmp_path, earlier, now).items()}
    assert verdicts == {"WHO": ["not applicable"], "WHEN": ["not applicable"], "WHY": ["passed"]}


def test_a_client_that_may_not_read_the_trail_records_that(tmp_path: Path) -> None:
    """Else a month of which nothing is known would look like a quiet one."""
    planted = _Planted()
    planted.sandbox = InProcess(planted.state, [Client(id=CLIENT.id, secret=CLIENT.secret, grants=(BLIND,))])
    earlier = planted.recorded(tmp_path / "earlier")
    planted.at(17, 6)
    now = planted.recorded(tmp_path / "now", since=START)
    assert now.hidden.keys() == {"audits"}
    cases = judged(tmp_path, earlier, now)
    assert {case.verdict for own in cases.values() for case in own} == {"unknown"}
    assert cases["WHO"][0].reason == "the API answered 403; it needs the permission audits:audit:view"


def test_a_trail_from_before_the_platform_remembers_says_from_when_it_knows(tmp_path: Path) -> None:
    planted = _Planted()
    long_ago = START - timedelta(days=500)
    now = planted.recorded(tmp_path / "now", since=long_ago)
    assert now.origin.recorded_at is not None
    trail = recorded_trail(tmp_path / "now")
    assert trail is not None
    assert trail.wanted_since == long_ago
    assert "2025-06-20" in str(trail.gap())
