"""Faults on demand: how they are asked for, and which requests they meet."""

from pathlib import Path

import pytest

from harness.errors import InputError
from harness.sandbox.faults import KINDS, Fault, Faults, load_faults, read_faults


def _load(tmp_path: Path, text: str) -> list[Fault]:
    path = tmp_path / "faults.yaml"
    path.write_text(text, encoding="utf-8")
    return load_faults(path)


def test_a_file_plans_faults(tmp_path: Path) -> None:
    faults = _load(
        tmp_path,
        """\
faults:
  - kind: unauthorized
  - {kind: rate_limited, path: /api/v2/users, from: 2, times: 3, retry_after: 1.5, as_date: true}
  - {kind: connection_reset, method: POST, times: always, after: true}
  - {kind: clock_skew, by: -5m}
""",
    )
    assert [(fault.kind, fault.method, fault.path, fault.first, fault.times) for fault in faults] == [
        ("unauthorized", "*", "/api/*", 1, 1),
        ("rate_limited", "*", "/api/v2/users", 2, 3),
        ("connection_reset", "POST", "/api/*", 1, None),
        ("clock_skew", "*", "/api/*", 1, 1),
    ]
    assert [dict(fault.options) for fault in faults] == [
        {},
        {"retry_after": 1_500, "as_date": True},
        {"after": True},
        {"by": -300_000},
    ]


def test_no_faults_may_be_planned(tmp_path: Path) -> None:
    assert _load(tmp_path, "faults: []") == []


def test_all_problems_of_a_file_are_named_at_once(tmp_path: Path) -> None:
    text = """\
faults:
  - {kind: slo}
  - {kind: slow, chnk: 1}
  - {kind: server_error, status: 200}
  - {method: GET}
  - {kind: forbidden}
  - unauthorized
  - {kind: slow, pause: -1s, from: 0, times: never}
  - {kind: malformed, method: FETCH}
"""
    with pytest.raises(InputError) as caught:
        _load(tmp_path, text)
    file = tmp_path / "faults.yaml"
    kinds = ", ".join(KINDS)
    common = "kind, method, path, from, times"
    assert (
        str(caught.value).replace(str(file), "faults.yaml")
        == f"""\
faults.yaml:2:12: unknown kind 'slo'
  expected one of {kinds}
  did you mean 'slow'?
faults.yaml:3:18: unknown key 'chnk' in a fault of kind 'slow'
  expected one of {common}, chunk, pause
  did you mean 'chunk'?
faults.yaml:4:34: 'status' is '200'
  expected an error's status, such as 503
faults.yaml:5:5: a fault has no 'kind'
  expected one of {kinds}
faults.yaml:6:5: a fault of kind 'forbidden' has no 'permission'
  expected a text that is not empty
faults.yaml:7:5: a fault is 'unauthorized'
  expected a mapping with 'kind'
faults.yaml:8:25: 'pause' is '-1s'
  expected seconds, or a duration with its unit: 90s, 2m
faults.yaml:8:36: 'from' is '0'
  expected a whole number, 1 or more
faults.yaml:8:46: 'times' is 'never'
  expected a whole number, 1 or more, or 'always'
faults.yaml:9:31: 'method' is 'FETCH'
  expected *, GET, HEAD, POST, PUT, PATCH or DELETE
  did you mean 'PATCH'?"""
    )


@pytest.mark.parametrize("text", ["[]", "faults: {}", "fault: []"])
def test_a_file_without_a_list_of_faults_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError, match=r"faults\.yaml:1:1: holds no list 'faults'\n  write: faults: \[\{kind"):
        _load(tmp_path, text)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere\.yaml: there is no file"):
        load_faults(tmp_path / "nowhere.yaml")


def test_a_control_request_plans_faults_in_json() -> None:
    [fault] = read_faults('{"faults": [{"kind": "html", "status": 502, "path": "/oauth/*"}]}', "the request")
    assert (fault.kind, fault.path, dict(fault.options)) == ("html", "/oauth/*", {"status": 502})
    with pytest.raises(InputError, match=r"^the request: the file is empty"):
        read_faults("", "the request")


# -- which requests ------------------------------------------------------------------------------------------------


def _met(fault: Fault, *requests: tuple[str, str]) -> list[bool]:
    faults = Faults([fault])
    return [bool(faults.due(method, path)) for method, path in requests]


def test_other_requests_go_well_and_are_not_counted() -> None:
    fault = Fault(kind="html", method="GET", path="/api/v2/routing/queues", first=2)
    assert _met(
        fault,
        ("GET", "/api/v2/users"),
        ("POST", "/api/v2/routing/queues"),
        ("GET", "/api/v2/routing/queues/q1"),
        ("GET", "/api/v2/routing/queues"),
        ("GET", "/api/v2/routing/queues"),
        ("GET", "/api/v2/routing/queues"),
    ) == [False, False, False, False, True, False]


def test_a_fault_meets_the_api_alone_unless_it_says_otherwise() -> None:
    assert _met(Fault(kind="html"), ("POST", "/oauth/token"), ("GET", "/api/v2/users")) == [False, True]
    assert _met(Fault(kind="html", path="*"), ("POST", "/oauth/token")) == [True]


def test_a_pattern_has_stars_only() -> None:
    members = Fault(kind="html", path="/api/v2/routing/queues/*/members")
    assert _met(members, ("GET", "/api/v2/routing/queues/q1/members")) == [True]
    assert _met(Fault(kind="html", path="/a[bc]"), ("GET", "/ab"), ("GET", "/a[bc]")) == [False, True]


def test_a_burst_ends_and_a_lasting_fault_does_not() -> None:
    asked = [("GET", "/api/x")] * 4
    assert _met(Fault(kind="server_error", times=2), *asked) == [True, True, False, False]
    assert _met(Fault(kind="server_error", first=3, times=None), *asked) == [False, False, True, True]


def test_several_faults_meet_one_request() -> None:
    faults = Faults([Fault(kind="slow"), Fault(kind="clock_skew")])
    assert [fault.kind for fault in faults.due("GET", "/api/x")] == ["slow", "clock_skew"]
    faults.add([Fault(kind="html")])
    assert [fault.kind for fault in faults.due("GET", "/api/x")] == ["html"]
    faults.add([Fault(kind="html")])
    faults.clear()
    assert faults.due("GET", "/api/x") == []
