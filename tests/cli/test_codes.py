"""`wrapup codes …` as its users run it, against `wrapup sandbox` as they run that."""

import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from fixtures.shapes import a_member
from harness.cli import main
from harness.cli.moments import duration_s, moment, period
from harness.cli.tables import check_form, csv_text, print_rows
from harness.cli.terminal import Terminal
from harness.errors import UsageError
from harness.orgs import encode_org, write_recording
from harness.sandbox import Sandbox
from harness.sandbox.crm import CRM_PATH
from harness.testing import an_org
from tests.cli.conftest import run
from tests.sandbox.playing import ANN, BILLING, REFUND, SALE, a_state

CATALOGUE = """\
catalogue: Retail
definitions:
  - {name: Win, wrapupCode: WIN, category: sales, queueIds: [Billing], channels: [voice], crmDisposition: WON}
  - {name: Sale, wrapupCode: SALE, queueIds: [Billing], channels: [voice]}
queues: [{name: Billing, channels: [voice]}]
"""


@dataclass
class Done:
    """What a command printed."""

    stdout: str
    stderr: str


class Org:
    """A folder with a catalogue, and the environment of a sandbox."""

    def __init__(self, folder: Path, sandbox: Sandbox) -> None:
        self.folder, self.sandbox = folder, sandbox
        self.environment = {
            "GENESYSCLOUD_REGION": sandbox.base_url,
            "GENESYSCLOUD_OAUTHCLIENT_ID": sandbox.client_id,
            "GENESYSCLOUD_OAUTHCLIENT_SECRET": sandbox.client_secret,
            "WRAPUP_CRM_URL": f"{sandbox.base_url}{CRM_PATH}",
            "WRAPUP_CRM_TOKEN": sandbox.crm_token,
        }
        (folder / "catalogue.yaml").write_text(CATALOGUE)

    def codes(self, *arguments: str, code: int = 0, **environment: str) -> Done:
        """Run a command that ends with a code."""
        out, err = io.StringIO(), io.StringIO()
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
            patch.chdir(self.folder)
            for name, value in {"NO_COLOR": "1", **self.environment, **environment}.items():
                patch.setenv(name, value)
            with pytest.raises(SystemExit) as ended:
                main(["codes", *arguments])
        assert ended.value.code == code, out.getvalue() + err.getvalue()
        return Done(out.getvalue(), err.getvalue())


@pytest.fixture
def org(tmp_path: Path) -> Iterator[Org]:
    with Sandbox(a_state()) as sandbox:
        yield Org(tmp_path, sandbox)


def test_nothing_is_written_without_being_allowed(org: Org) -> None:
    before = len(org.sandbox.state.changes)
    for arguments in (
        ("create", "--catalogue", "catalogue.yaml"),
        ("attach", "--queue", "Billing", "--code", "Refund"),
        ("sync-crm", "--catalogue", "catalogue.yaml", "--unmapped-as", "unknown"),
    ):
        assert "see --allow-writes" in org.codes(*arguments, code=2).stderr
    assert len(org.sandbox.state.changes) == before


def test_a_code_is_created_found_and_active(org: Org) -> None:
    done = org.codes("create", "--catalogue", "catalogue.yaml", "--only", "WIN", "--allow-writes")
    created = re.search(r"done +create +code 'Win': created \((\S+)\)", done.stdout)
    assert created is not None
    assert "  done        attach  queue 'Billing': offers 'Win' now\n" in done.stdout
    assert org.codes("find", "Win", "--queue", "Billing").stdout == f"{created[1]}\n"
    loose = org.codes("find", "WIN", "--queue", "billing")
    assert loose.stderr == "the code is spelt 'Win'\n"
    waited = org.codes("wait", "--queue", "Billing", "--code", "Win", "--timeout", "2s")
    assert re.fullmatch(r"code 'Win' is active on queue 'Billing' after 0\.\d s\n", waited.stdout)


def test_each_command_prints_json_for_programs(org: Org) -> None:
    made = json.loads(org.codes("create", "--catalogue", "catalogue.yaml", "--allow-writes", "--json").stdout)
    assert (made["complete"], set(made["codes"])) == (True, {"Win", "Sale"})
    assert made["steps"][0] == {
        "action": "create",
        "subject": "code 'Win'",
        "status": "done",
        "detail": f"created ({made['codes']['Win']})",
    }
    found = json.loads(org.codes("find", "sale", "--queue", "Billing", "--json").stdout)
    assert found == {
        "wrapUpCodeId": SALE["id"],
        "name": "Sale",
        "queueId": BILLING["id"],
        "queue": "Billing",
        "exact": False,
    }
    waited = json.loads(org.codes("wait", "--queue", "Billing", "--code", SALE["id"], "--json").stdout)
    assert (waited["polls"], waited["renamedFrom"]) == (1, None)
    attached = json.loads(
        org.codes("attach", "--queue", "Billing", "--code", "Sale", "--allow-writes", "--json").stdout
    )
    assert [step["status"] for step in attached["steps"]] == ["already so"]
    sent = json.loads(
        org.codes("sync-crm", "--catalogue", "catalogue.yaml", "--only", "WIN", "--dry-run", "--json").stdout
    )
    assert (sent["dryRun"], sent["sent"], sent["records"][0]["wrapUpCode"]) == (True, [], "WIN")


def test_what_could_not_be_done_is_counted_and_the_rest_is_done(org: Org) -> None:
    (org.folder / "more.yaml").write_text("- {name: Sale, queueIds: [Biling, Billing]}")
    done = org.codes("create", "--catalogue", "more.yaml", "--allow-writes", code=3)
    assert "failed      attach  code 'Sale': no queue that can be seen is called 'Biling'; did you mean" in done.stdout
    assert done.stdout.endswith("1 step of 3 could not be done; the same command can be repeated.\n")


def test_an_error_that_takes_several_lines_is_set_off(org: Org) -> None:
    httpx.post(
        f"{org.sandbox.base_url}/sandbox/faults",
        json={
            "faults": [
                {"kind": "forbidden", "method": "POST", "permission": "routing:queue:edit", "path": "*/wrapupcodes"}
            ]
        },
    ).raise_for_status()
    done = org.codes("attach", "--queue", "Billing", "--code", "Refund", "--allow-writes", code=3)
    assert "\n                      this call needs the permission routing:queue:edit;" in done.stdout


def test_validation_says_why_and_its_code_says_whether(org: Org) -> None:
    fine = org.codes("validate", "--queue", "Billing", "--code", "Sale", "--catalogue", "catalogue.yaml")
    assert fine.stdout.startswith("code 'Sale' suits queue 'Billing'\n  passed         catalogue.known\n")
    foreign = org.codes(
        "validate", "--queue", "Billing", "--code", "Refund", "--catalogue", "catalogue.yaml", "--all-channels", code=1
    )
    assert foreign.stdout.startswith("code 'Refund' does not suit queue 'Billing'\n")
    assert "  failed         catalogue.known  has no definition; an entry in the catalogue\n" in foreign.stdout
    assert foreign.stdout.endswith("  The queue does not offer the code yet: wrapup codes attach\n")
    (org.folder / "bare.yaml").write_text("[{name: Sale}]")
    unknown = org.codes(
        "validate", "--queue", "Billing", "--code", "Sale", "--catalogue", "bare.yaml", "--json", code=3
    )
    answer = json.loads(unknown.stdout)
    assert (answer["isValid"], answer["supportedChannels"]) == (False, None)
    refused = org.codes(
        "validate", "--queue", "x", "--code", "x", "--catalogue", "bare.yaml", "--skills-at-least", "most", code=2
    )
    assert refused.stderr.startswith("--skills-at-least does not take 'most'\n  expected ")


def test_a_code_that_lives_elsewhere_is_said_to(org: Org) -> None:
    org.codes("attach", "--queue", "Support", "--code", "Refund", "--allow-writes")
    lost = org.codes("find", "Refund", "--queue", "Billing", code=2)
    assert "the code exists, and is offered on 'Support'" in lost.stderr


def test_waiting_in_vain_is_no_verdict(org: Org) -> None:
    late = org.codes("wait", "--queue", "Billing", "--code", "Refund", "--every", "100ms", "--timeout", "0.2s", code=3)
    assert "is not active after 0.2 s" in late.stderr
    assert (
        "--every does not take 'often'"
        in org.codes("wait", "--queue", "Billing", "--code", "Sale", "--every", "often", code=2).stderr
    )


def test_the_crm_is_told_with_its_own_credentials(org: Org) -> None:
    mapped = ("sync-crm", "--catalogue", "catalogue.yaml", "--only", "WIN")
    shown = org.codes(*mapped, "--dry-run", WRAPUP_CRM_URL="", WRAPUP_CRM_TOKEN="")
    assert shown.stdout == "  WIN (sales): WON\n1 record would be sent; nothing was.\n"
    sent = org.codes(*mapped, "--allow-writes", "--at", "2026-11-21T06:00:00Z", GENESYSCLOUD_REGION="")
    assert re.search(r"  done +post +code 'WIN': the CRM answered 200 \(key wrapup-[0-9a-f]{48}\)\n", sent.stdout)
    again = org.codes(*mapped, "--allow-writes", "--at", "2026-11-21T06:00:00Z")
    assert "already so  post    code 'WIN': the CRM had taken the same content before" in again.stdout
    unmapped = org.codes("sync-crm", "--catalogue", "catalogue.yaml", "--allow-writes", code=2)
    assert "catalogue.yaml:4:5: 'Sale' maps to no disposition" in unmapped.stderr
    lacking = org.codes(*mapped, "--allow-writes", code=2, WRAPUP_CRM_TOKEN="")
    assert lacking.stderr.startswith("the environment lacks WRAPUP_CRM_TOKEN\n")


def test_a_crm_that_does_not_take_it_can_be_told_again_exactly(org: Org) -> None:
    failed = org.codes(
        "sync-crm",
        "--catalogue",
        "catalogue.yaml",
        "--only",
        "WIN",
        "--allow-writes",
        code=3,
        WRAPUP_CRM_TOKEN="wrong",  # noqa: S106
    )
    assert "failed      post    code 'WIN': POST /crm/wrapupcodes answered 401" in failed.stdout
    assert re.search(r"--at 20\S+Z\n$", failed.stderr)


def test_usage_and_the_audit_log_have_three_forms(org: Org) -> None:
    conversations = org.sandbox.state.conversations
    org.sandbox.state.shelf("queue_members").put(BILLING["id"], (a_member(ANN, BILLING),))
    held = conversations.begin(BILLING["id"], ANN["id"])
    conversations.answer(held.id)
    conversations.hang_up(held.id)
    conversations.wrap_up(held.id, SALE["id"])
    org.codes("attach", "--queue", "Billing", "--code", "Refund", "--allow-writes")
    org.sandbox.state.jobs.polls_until_done = 0
    between = ("--since", "2026-11-01", "--until", "2026-11-30")
    table = org.codes("usage", *between)
    assert re.match(r"queue +code +handled +mean handle s +wrapped +mean acw s *\nBilling +Sale +1 ", table.stdout)
    assert table.stderr.startswith("1 pair of queue and code, in 2026-11-01T00:00:00.000Z/2026-11-30T00:00:00.000Z")
    rows = json.loads(org.codes("usage", *between, "--format", "json", "-q").stdout)
    assert (rows[0]["queue"], rows[0]["code_id"], rows[0]["handled"]) == ("Billing", SALE["id"], 1)
    log = json.loads(org.codes("audit-log", *between, "--format", "json", "-q").stdout)
    assert (log[-1]["action"], log[-1]["entity"]) == ("WrapupCodeAdd", "Billing")
    assert log[-1]["changes"][0]["newValues"] == [REFUND["id"]]
    text = org.codes("audit-log", *between, "--format", "csv").stdout
    read = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert (read[-1]["action"], read[-1]["entity_id"]) == ("WrapupCodeAdd", BILLING["id"])
    assert "WrapupCodeAdd" in org.codes("audit-log", *between).stdout
    early = org.codes("audit-log", "--since", "2020-01-01")
    assert "that part is unknown" in early.stderr
    refused = org.codes("usage", "--format", "cvs", code=2)
    assert refused.stderr == "--format does not take 'cvs'\n  did you mean 'csv'?\n"


def test_what_the_sandbox_says_is_enough_for_the_crm_too(tmp_path: Path) -> None:
    write_recording(tmp_path / "org", encode_org(an_org(queues={"Billing": ["Sale"]})))
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "harness", "sandbox", "--port", "0", "--org", str(tmp_path / "org")],
        env={**os.environ, "NO_COLOR": "1"},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        said = dict(re.findall(r"export (\w+)=(\S+)", "".join(process.stdout.readline() for _ in range(6))))
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)
    assert said["WRAPUP_CRM_URL"] == f"{said['GENESYSCLOUD_REGION']}{CRM_PATH}"
    assert said["WRAPUP_CRM_TOKEN"] != said["GENESYSCLOUD_OAUTHCLIENT_SECRET"]


class TestMoments:
    def test_a_day_begins_in_utc(self) -> None:
        assert moment("--since", "2026-11-21").isoformat() == "2026-11-21T00:00:00+00:00"
        assert moment("--since", "2026-11-21T06:00:00+02:00").isoformat() == "2026-11-21T06:00:00+02:00"

    @pytest.mark.parametrize(
        ("text", "what"),
        [("yesterday", "--since does not take 'yesterday'"), ("2026-11-21T06:00:00", "has no time zone")],
    )
    def test_a_time_that_could_be_any_is_refused(self, text: str, what: str) -> None:
        with pytest.raises(UsageError, match=what):
            moment("--since", text)

    def test_a_period_is_thirty_days_until_now_where_nothing_is_said(self) -> None:
        assert period(None, None).length.days == 30
        assert period(None, "2026-11-21").start.isoformat() == "2026-10-22T00:00:00+00:00"

    def test_durations_have_units(self) -> None:
        assert [duration_s("--every", text) for text in ("2s", "90", "2m", "500ms")] == [2, 90, 120, 0.5]


class TestTables:
    @pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", " =1", "\t=1", "\uff1d1"])
    def test_a_text_that_a_spreadsheet_would_run_is_neutral(self, text: str) -> None:
        """Names come from an org, where anybody who may name a code could write a formula."""
        cell = csv_text([{"code": text}], ["code"]).splitlines()[1]
        assert cell.strip('"').startswith("'")

    def test_numbers_stay_numbers(self) -> None:
        assert csv_text([{"a": -1, "b": 2.5, "c": None}], ["a", "b", "c"]).splitlines()[1] == "-1,2.5,"

    def test_control_characters_do_not_reach_a_terminal(self, capsys: pytest.CaptureFixture[str]) -> None:
        print_rows(Terminal(color=False), [{"code": "x\n::error::\x1b[31m"}], ["code"], form="table")
        assert "x\\n::error::\\x1b[31m" in capsys.readouterr().out

    def test_no_rows_are_a_table_without_rows(self, capsys: pytest.CaptureFixture[str]) -> None:
        print_rows(Terminal(color=False), [], ["code_id"], form="table")
        assert capsys.readouterr().out.split() == ["code", "id"]

    def test_a_form_that_is_far_from_all_others_gets_the_list(self) -> None:
        with pytest.raises(UsageError, match="one of table, json, csv"):
            check_form("x")


def test_help_names_the_environment_and_the_exit_codes(tmp_path: Path) -> None:
    shown = run("codes", "--help", cwd=tmp_path).stdout
    assert all(
        name in shown for name in ("create", "validate", "attach", "wait", "find", "sync-crm", "usage", "audit-log")
    )
    assert "GENESYSCLOUD_OAUTHCLIENT_ID" in run("codes", "create", "--help", cwd=tmp_path).stdout
    assert "WRAPUP_CRM_TOKEN" in run("codes", "sync-crm", "--help", cwd=tmp_path).stdout
