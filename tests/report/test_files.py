"""Files that a run leaves: whole or not at all, and read back as they were."""

import hashlib
import os
import re
import stat
import threading
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.checking import Baseline, encode_baseline
from harness.errors import InputError, UsageError
from harness.model import Identity
from harness.model.verdict import VERDICTS
from harness.report.files import load_baseline, load_results, save_results, write_whole
from harness.report.results import CaseResult, FindingResult, FixedResult, PlanResult, Results
from tests.report.samples import a_believable_run, a_case, a_rule, a_run, a_waiver


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def test_write_whole_replaces_and_leaves_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "new" / "folder" / "report.html"
    write_whole(target, "first")
    write_whole(target, b"second")
    assert target.read_bytes() == b"second"
    assert names_in(target.parent) == ["report.html"]


def test_write_whole_gives_ordinary_permissions(tmp_path: Path) -> None:
    """A report is for others to read; a private temporary file must not decide that."""
    plain = tmp_path / "plain"
    plain.write_text("x")
    write_whole(tmp_path / "report.html", "x")
    assert stat.S_IMODE((tmp_path / "report.html").stat().st_mode) == stat.S_IMODE(plain.stat().st_mode)


def test_write_whole_keeps_a_link(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "real")
    write_whole(tmp_path / "link", "x")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "x"


def test_write_whole_does_not_replace_a_pipe(tmp_path: Path) -> None:
    """`--json /dev/stdout` must not turn the device into a plain file."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    write_whole(pipe, "x")
    reader.join()
    assert read == [b"x"]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_write_whole_writes_text_that_utf8_cannot_hold(tmp_path: Path) -> None:
    write_whole(tmp_path / "report.html", "a\udcffb")
    assert (tmp_path / "report.html").read_bytes() == rb"a\udcffb"


def test_write_whole_says_why_it_cannot(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError) as caught:
        write_whole(tmp_path / "file" / "report.html", "x")
    assert caught.value.what == f"cannot write '{tmp_path}/file/report.html': not a directory"
    assert caught.value.hint == "name a file in a folder that can be written to"


def test_write_whole_onto_a_folder_leaves_it_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(UsageError, match=r"cannot write '.*': is a directory"):
        write_whole(tmp_path / "folder", "x")
    assert names_in(tmp_path) == ["folder"]
    assert names_in(tmp_path / "folder") == []


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
CASES = st.builds(
    CaseResult,
    rule=st.just(0),
    subject=TEXT,
    verdict=st.sampled_from(VERDICTS),
    identity=st.none() | st.builds(Identity, kind=TEXT, name=TEXT, id=st.none() | TEXT),
    findings=st.lists(st.builds(FindingResult, observed=TEXT, expected=TEXT), max_size=2).map(tuple),
    notes=st.lists(TEXT, max_size=2).map(tuple),
    reason=st.none() | TEXT,
    evidence=st.dictionaries(TEXT, TEXT, max_size=3),
    waiver=st.none() | st.just(0),
)
RUNS = st.builds(
    lambda cases, partial: a_run(*cases, partial=partial, waivers=(a_waiver(),)),
    st.lists(CASES, max_size=4),
    st.none() | TEXT,
)


@given(RUNS)
def test_what_is_saved_is_loaded(tmp_path_factory: pytest.TempPathFactory, run: Results) -> None:
    path = tmp_path_factory.getbasetemp() / "results.json"
    save_results(run, path)
    first = path.read_bytes()
    loaded = load_results(path)
    assert loaded == run
    assert [list(case.evidence) for case in loaded.cases] == [list(case.evidence) for case in run.cases]
    save_results(loaded, path)
    assert path.read_bytes() == first


def test_a_believable_run_survives(tmp_path: Path) -> None:
    save_results(a_believable_run(), tmp_path / "results.json")
    assert load_results(tmp_path / "results.json") == a_believable_run()
    assert (tmp_path / "results.json").read_bytes().count(b"\n") == 1


def refused(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        load_results(path)
    return str(caught.value).replace(str(path), "results.json")


def test_a_missing_file(tmp_path: Path) -> None:
    assert refused(tmp_path / "results.json") == (
        "results.json: cannot be read: no such file or directory\n  write one with: wrapup check --json FILE"
    )


def test_a_file_cut_short(tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    save_results(a_run(a_case()), path)
    path.write_bytes(path.read_bytes()[:-40])
    assert refused(path) == (
        "results.json: is not complete JSON: Input data was truncated\n"
        "  expected what wrapup check --json writes\n"
        "  the file was cut short or edited; write it again"
    )


def test_a_file_that_is_not_text(tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    path.write_bytes(b'{"toolVersion": "\xff"}')
    assert "results.json: is not complete JSON: " in refused(path)


def test_a_later_format(tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    path.write_text('{"format": 2, "toolVersion": "3.1.0", "cases": "something else"}')
    assert refused(path) == (
        "results.json: is a results document of format 2\n"
        "  expected format 1\n"
        "  read it with the version of the harness that wrote it: 3.1.0"
    )


def test_some_other_json(tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    path.write_text('{"name": "package"}')
    assert refused(path) == (
        "results.json: is no results document: Object missing required field `toolVersion`\n"
        "  expected what wrapup check --json writes"
    )
    path.write_text("[]")
    assert "is no results document: Expected `object`, got `array`" in refused(path)


def test_references_into_nothing_are_all_named(tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    run = a_run(a_case(rule=1, waiver=0), a_case(rule=-1), rules=(a_rule(policy=3),))
    path.write_bytes(msgspec.json.encode(run))
    assert refused(path).splitlines()[::2] == [
        "results.json: $.rules[0].policy is 3, but there are 1",
        "results.json: $.cases[0].rule is 1, but there are 1",
        "results.json: $.cases[1].rule is -1, but there are 1",
        "results.json: $.cases[0].waiver is 0, but there are 0",
    ]


def test_a_baseline_is_read_with_its_hash(tmp_path: Path) -> None:
    path = tmp_path / "b.json"
    path.write_bytes(encode_baseline(Baseline()))
    found = load_baseline(path)
    assert (found.entries, found.path) == ((), str(path))
    assert found.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_baseline_that_is_not_there_says_how_to_begin_one(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="begin one with: wrapup check --baseline FILE --update-baseline --accept-new"):
        load_baseline(tmp_path / "none.json")


def test_a_fixed_finding_of_no_rule_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "r.json"
    plan = PlanResult(location="plan.json", sha256="ab", fixed=(FixedResult(rule=7, subject="queue A"),))
    save_results(a_run(plan=plan), path)
    with pytest.raises(InputError, match=re.escape("$.plan.fixed[0].rule is 7, but there are 1")):
        load_results(path)
