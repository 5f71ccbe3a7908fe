"""`wrapup check` with all its outputs, `wrapup report`, and the baseline, as their users run them."""

import json
from pathlib import Path

import pytest

from harness.orgs import encode_org, write_recording
from harness.testing import a_queue, an_org
from tests.cli.conftest import Wrapup

CHECK = ("check", "gate.policy.yaml", "--org", "org")
FILES = {"sarif": "o.sarif", "csv": "o.csv", "markdown": "o.md", "junit": "o.xml"}
OPTIONS = tuple(text for name, file in FILES.items() for text in (f"--{name}", file))


def test_one_run_writes_everything_and_each_can_be_written_again(wrapup: Wrapup, tmp_path: Path) -> None:
    result = wrapup(*CHECK, "-q", "--json", "r.json", "--html", "r.html", *OPTIONS)
    assert result.returncode == 1, result.stderr
    first = {name: (tmp_path / file).read_bytes() for name, file in FILES.items()}
    again = wrapup("report", "r.json", "--html", "again.html", *OPTIONS)
    assert again.returncode == 0
    assert again.stderr.splitlines() == [
        "report: again.html", "SARIF: o.sarif", "CSV: o.csv", "Markdown: o.md", "JUnit: o.xml",
    ]  # fmt: skip
    assert {name: (tmp_path / file).read_bytes() for name, file in FILES.items()} == first
    assert "Codes are offered" in (tmp_path / "again.html").read_text()


def test_github_is_told_at_the_policys_line_and_in_the_summary(wrapup: Wrapup, tmp_path: Path) -> None:
    (tmp_path / "summary.md").write_text("before\n")
    result = wrapup(*CHECK, "--annotations", GITHUB_STEP_SUMMARY=str(tmp_path / "summary.md"))
    assert (
        "\n::error file=gate.policy.yaml,line=3,title=G-1 major%3A 1 finding::Codes are offered%0Aqueue Empty"
        in result.stdout
    )
    summary = (tmp_path / "summary.md").read_text()
    assert summary.startswith("before\n<!-- wrapup-harness -->")
    assert "`queue Empty`" in summary


def test_a_summary_that_cannot_be_written_exits_2(wrapup: Wrapup) -> None:
    result = wrapup(*CHECK, "--annotations", GITHUB_STEP_SUMMARY="/nowhere/summary.md")
    assert (result.returncode, result.stderr.splitlines()[0]) == (
        2,
        "cannot write '/nowhere/summary.md': no such file or directory",
    )


def test_a_report_can_be_told_to_github_alone(wrapup: Wrapup) -> None:
    wrapup(*CHECK, "--json", "r.json")
    result = wrapup("report", "r.json", "--annotations", GITHUB_STEP_SUMMARY="")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith("::error file=gate.policy.yaml,line=3,")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "r.json: cannot be read: no such file or directory"),
        ("", "r.json: is not complete JSON"),
        ('{"format": 1, "toolVersion": "0.1"', "r.json: is not complete JSON"),
        ('{"resource_changes": []}', "r.json: is no results document"),
        ("[]", "r.json: is no results document"),
        ('{"format": 99}', "r.json: is a results document of format 99"),
    ],
)
def test_a_file_that_is_no_results_document_exits_2_and_writes_nothing(
    wrapup: Wrapup, tmp_path: Path, content: str | None, message: str
) -> None:
    if content is not None:
        (tmp_path / "r.json").write_text(content)
    result = wrapup("report", "r.json", "--sarif", "o.sarif")
    assert result.returncode == 2
    assert result.stderr.startswith(message)
    assert "Traceback" not in result.stderr
    assert not (tmp_path / "o.sarif").exists()


def test_a_cut_document_exits_2(wrapup: Wrapup, tmp_path: Path) -> None:
    wrapup(*CHECK, "--json", "r.json")
    whole = (tmp_path / "r.json").read_bytes()
    (tmp_path / "r.json").write_bytes(whole[: len(whole) // 2])
    result = wrapup("report", "r.json", "--csv", "o.csv")
    assert (result.returncode, "is not complete JSON" in result.stderr) == (2, True)


def test_a_report_that_nobody_asked_for_exits_2(wrapup: Wrapup) -> None:
    result = wrapup("report", "r.json")
    assert (result.returncode, result.stderr.splitlines()[0]) == (2, "no report was asked for")


# -- the baseline -----------------------------------------------------------------------------------------------------


def begin(wrapup: Wrapup) -> None:
    result = wrapup(*CHECK, "--baseline", "b.json", "--update-baseline", "--accept-new")
    assert (result.returncode, result.stderr) == (0, "baseline: b.json (1 known finding; 0 removed, 1 added)\n")


def test_known_findings_do_not_count_and_are_still_shown(wrapup: Wrapup, tmp_path: Path) -> None:
    begin(wrapup)
    result = wrapup(*CHECK, "--baseline", "b.json", "--json", "r.json", "--", "-rx")
    assert result.returncode == 0
    assert "  queue Empty (in the baseline since 20" in result.stdout
    assert result.stdout.splitlines()[-1] == "1 finding: none counts, 1 is in the baseline."
    document = json.loads((tmp_path / "r.json").read_text())
    assert [case["verdict"] for case in document["cases"]] == ["passed", "failed", "waived"]
    assert document["baseline"]["entries"] == 1


def test_the_workers_of_a_parallel_run_know_them_too(wrapup: Wrapup) -> None:
    begin(wrapup)
    assert wrapup(*CHECK, "--baseline", "b.json", "-q", "--", "-n", "2").returncode == 0


def test_a_new_finding_counts_and_cannot_slip_in(wrapup: Wrapup, tmp_path: Path) -> None:
    begin(wrapup)
    before = (tmp_path / "b.json").read_bytes()
    write_recording(tmp_path / "new", encode_org(an_org(queues={"Fine": ["Sale"], "Empty": [], "Empty too": []})))
    arguments = ("check", "gate.policy.yaml", "--org", "new", "--baseline", "b.json")
    assert wrapup(*arguments, "-q").returncode == 1
    result = wrapup(*arguments, "-q", "--update-baseline", "--json", "r.json")
    assert (result.returncode, result.stderr.splitlines()[-3:]) == (
        2,
        [
            "b.json was not updated: it would grow by 1 finding",
            "  new: G-1 queue Empty too",
            "  mend them, waive them, or take them in with --accept-new",
        ],
    )
    assert (tmp_path / "b.json").read_bytes() == before
    assert (tmp_path / "r.json").exists(), "the reports are what the finding is mended by"
    assert wrapup(*arguments, "-q", "--update-baseline", "--accept-new").returncode == 0


def test_what_was_mended_is_told_and_removed(wrapup: Wrapup, tmp_path: Path) -> None:
    begin(wrapup)
    write_recording(tmp_path / "mended", encode_org(an_org(queues={"Fine": ["Sale"], "Empty": ["Sale"]})))
    arguments = ("check", "gate.policy.yaml", "--org", "mended", "--baseline", "b.json")
    told = wrapup(*arguments)
    assert told.returncode == 0
    assert "No open finding any more; --update-baseline removes them\n  G-1 queue Empty\n" in told.stdout
    result = wrapup(*arguments, "--update-baseline")
    assert (result.returncode, result.stderr) == (0, "baseline: b.json (0 known findings; 1 removed, 0 added)\n")
    assert (tmp_path / "b.json").read_text() == '{"format": 1, "entries": []}\n'


def test_unknown_is_not_known(wrapup: Wrapup, tmp_path: Path) -> None:
    begin(wrapup)
    write_recording(
        tmp_path / "dim", encode_org(an_org(queues={"Fine": ["Sale"], "Empty": a_queue(unseen_codes=True)}))
    )
    result = wrapup("check", "gate.policy.yaml", "--org", "dim", "--baseline", "b.json", "--update-baseline", "-q")
    assert result.returncode == 3
    assert "queue Empty" in (tmp_path / "b.json").read_text()


def test_a_selection_updates_nothing(wrapup: Wrapup, tmp_path: Path) -> None:
    begin(wrapup)
    before = (tmp_path / "b.json").read_bytes()
    result = wrapup(*CHECK, "--baseline", "b.json", "--update-baseline", "--accept-new", "-k", "Fine")
    assert (result.returncode, result.stderr) == (
        2,
        "the baseline was not updated: 1 of 3 cases were selected\n  update it from a run of all cases\n",
    )
    assert (tmp_path / "b.json").read_bytes() == before


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--baseline", "none.json"), "none.json: cannot be read: no such file or directory"),
        (("--baseline", "none.json", "--update-baseline"), "none.json: cannot be read: no such file or directory"),
        (("--baseline", "gate.policy.yaml"), "gate.policy.yaml: is not complete JSON"),
        (("--update-baseline",), "no baseline to update"),
        (("--baseline", "b.json", "--accept-new"), "--accept-new is for --update-baseline"),
    ],
)
def test_what_cannot_be_done_exits_2(wrapup: Wrapup, options: tuple[str, ...], message: str) -> None:
    result = wrapup(*CHECK, *options)
    assert (result.returncode, result.stderr.startswith(message)) == (2, True), result.stderr


def test_many_new_findings_are_named_in_part(wrapup: Wrapup, tmp_path: Path) -> None:
    (tmp_path / "b.json").write_text('{"format": 1, "entries": []}')
    write_recording(tmp_path / "many", encode_org(an_org(queues={f"Q{n}": [] for n in range(9)})))
    result = wrapup("check", "gate.policy.yaml", "--org", "many", "--baseline", "b.json", "--update-baseline", "-q")
    assert "  … and 4 more" in result.stderr.splitlines()
