"""Creating the codes of a catalogue on the sandbox: found first, made when missing, offered on their queues."""

from pathlib import Path
from typing import Any

import pytest

from harness.errors import AuthError, ConflictError, PolicyError, RateLimitedError, UnavailableError, UsageError
from harness.operations import Created, Step, create
from harness.sandbox import Fault
from tests.operations.playing import Played, a_fault, catalogue_of, told
from tests.sandbox.playing import BILLING, CODES, HOME, QUEUES, SALE, SALES, SUPPORT, a_state, may

WIN = "[{name: Win, wrapupCode: WIN, queueIds: [Billing]}]"
ATTACH_BILLING = f"{QUEUES}/{BILLING['id']}/wrapupcodes"

GUIDES = """[{
  "name": "Sale Completed - Enterprise", "description": "Enterprise deal closed", "wrapupCode": "SALE_ENT_50K",
  "category": "sales", "routingQueueIds": ["Billing"]
}]"""


def run(played: Played, folder: Path, catalogue: str, **options: Any) -> Created:
    agreed = catalogue_of(folder, catalogue)
    return create(played.client, agreed, clock=played.clock, sleep=played.time.advance, **options)


class TestNothingMoreThanAsked:
    """An operation touches what it says, and writes nothing that is so already."""

    def test_a_code_that_is_there_and_offered_is_not_written_again(self, tmp_path: Path) -> None:
        played = Played()
        done = run(played, tmp_path, "[{name: Sale, queueIds: [Billing]}]")
        assert played.writes == []
        assert told(done.steps) == [
            ("create", "code 'Sale'", "already so"),
            ("attach", "queue 'Billing'", "already so"),
        ]
        assert done.complete
        assert done.codes["Sale"].id == SALE["id"]

    def test_a_second_run_writes_nothing(self, tmp_path: Path) -> None:
        """A run that stopped half-way is simply repeated, so a whole one must be harmless to repeat."""
        played = Played()
        assert run(played, tmp_path, WIN).complete
        written = len(played.writes)
        assert run(played, tmp_path, WIN).complete
        assert len(played.writes) == written == 2

    def test_a_code_without_queues_is_only_created(self, tmp_path: Path) -> None:
        played = Played()
        done = run(played, tmp_path, "[{name: Win}]")
        assert played.writes == [f"POST {CODES}"]
        assert QUEUES not in [it.path for it in played.sandbox.requests]
        assert [step.detail for step in done.steps] == [f"created ({done.codes['Win'].id})"]

    def test_without_permission_to_write_the_first_write_is_refused(self, tmp_path: Path) -> None:
        played = Played()
        agreed = catalogue_of(tmp_path, WIN)
        with pytest.raises(UsageError, match="this client only reads"):
            create(played.a_client(allow_writes=False), agreed)
        assert played.writes == []

    def test_a_queue_that_demands_a_code_already_needs_no_permission_to_be_changed(self, tmp_path: Path) -> None:
        done = run(Played(), tmp_path, "[{name: Sale, wrapupCode: S, isMandatory: true, queueIds: [Billing]}]")
        assert done.complete
        assert [step.action for step in done.steps] == ["create", "attach"]

    def test_the_after_call_work_settings_stay_unless_that_is_allowed(self, tmp_path: Path) -> None:
        state = a_state(queues=[BILLING | {"acwSettings": {"wrapupPrompt": "OPTIONAL"}}, SUPPORT])
        played = Played(state)
        done = run(played, tmp_path, "[{name: Win, isMandatory: true, duration: 45, queueIds: [Billing]}]")
        assert told(done.steps)[-1] == ("acw", "queue 'Billing'", "left alone")
        assert done.steps[-1].detail == (
            "prompt OPTIONAL demands no code, and a mandatory one is offered: allow the change with --set-acw"
        )
        assert not done.complete
        assert [it for it in played.writes if it.startswith("PUT")] == []


class TestMaking:
    def test_a_file_in_the_guides_own_fields_is_enough(self, tmp_path: Path) -> None:
        """Defaults: duration 0, neither mandatory nor default."""
        played = Played()
        done = run(played, tmp_path, GUIDES)
        made = done.codes["Sale Completed - Enterprise"]
        held = played.held("wrapupcodes", made.id)
        assert (held["name"], held["description"], held["division"]["id"]) == (
            "Sale Completed - Enterprise",
            "Enterprise deal closed",
            "*",
        )
        assert "Sale Completed - Enterprise" in played.offered(BILLING["id"])
        assert told(done.steps) == [
            ("create", "code 'Sale Completed - Enterprise'", "done"),
            ("attach", "queue 'Billing'", "done"),
        ]

    def test_a_new_code_goes_where_it_is_told(self, tmp_path: Path) -> None:
        played = Played()
        done = run(played, tmp_path, "[{name: Win}]", division_id=SALES["id"])
        assert done.codes["Win"].division.name == "Sales"

    def test_codes_are_attached_a_hundred_at_a_time(self, tmp_path: Path) -> None:
        played = Played()
        names = [f"Code {number:03}" for number in range(201)]
        done = run(played, tmp_path, "\n".join(f"- {{name: {name}, queueIds: [Support]}}" for name in names))
        assert done.complete
        assert played.offered(SUPPORT["id"]) == names
        assert played.writes.count(f"POST {QUEUES}/{SUPPORT['id']}/wrapupcodes") == 3

    def test_a_wildcard_names_many_queues(self, tmp_path: Path) -> None:
        played = Played()
        done = run(played, tmp_path, "[{name: Win, queueIds: ['*', Billing]}]")
        assert done.complete
        assert [played.offered(queue["id"])[-1] for queue in (BILLING, SUPPORT)] == ["Win", "Win"]

    def test_every_step_is_told_when_it_is_taken(self, tmp_path: Path) -> None:
        """Whoever interrupts a long run knows how far it came."""
        heard: list[Step] = []
        done = run(Played(), tmp_path, WIN, on_step=heard.append)
        assert tuple(heard) == done.steps


class TestFindingFirst:
    def test_a_name_that_reads_the_same_is_the_same_code(self, tmp_path: Path) -> None:
        """The platform would refuse `SALE`, and a reader could not tell the two apart."""
        played = Played()
        done = run(played, tmp_path, "[{name: ' SALE'}]")
        assert (done.steps[0].status, done.codes[" SALE"].id) == ("already so", SALE["id"])
        assert done.steps[0].detail == f"the code exists ({SALE['id']}), spelt 'Sale'; it is not renamed"
        assert played.writes == []

    def test_an_id_means_that_very_code(self, tmp_path: Path) -> None:
        done = run(Played(), tmp_path, f"[{{name: Sold, id: {SALE['id']}}}]")
        assert done.steps[0].detail == f"the code exists ({SALE['id']}), spelt 'Sale'; it is not renamed"

    def test_an_id_that_no_code_has_is_not_made_up(self, tmp_path: Path) -> None:
        played = Played()
        done = run(played, tmp_path, "[{name: Sold, id: gone, queueIds: [Billing]}]")
        assert told(done.steps) == [
            ("create", "code 'Sold'", "failed"),
            ("attach", "queue 'Billing'", "left alone"),
        ]
        assert done.steps[0].detail == "the definition names the id gone, and no code that can be seen has it"
        assert done.steps[1].detail == "'Sold' is not offered: there is no such code"
        assert played.writes == []

    def test_several_codes_that_read_the_same_are_left_to_the_user(self, tmp_path: Path) -> None:
        other = SALE | {"id": "11111111-0000-4000-8000-000000000000", "name": "S\u0430le"}
        played = Played(a_state(wrapupcodes=[SALE, other]))
        done = run(played, tmp_path, "[{name: sale}]")
        assert done.steps[0].status == "failed"
        assert "the org has 2 codes that read the same: 'Sale (" in (done.steps[0].detail or "")
        assert played.writes == []

    def test_an_identifier_that_is_used_twice_is_refused_before_anything_is_written(self, tmp_path: Path) -> None:
        """The guides' 409: the platform knows no identifiers, so the catalogue is where they must be unique."""
        played = Played()
        text = "- {name: Win, wrapupCode: W}\n- {name: Won, wrapupCode: w}\n- {name: ININ-OUTBOUND-BUSY}\n"
        with pytest.raises(PolicyError) as caught:
            run(played, tmp_path, text)
        path = tmp_path / "catalogue.yaml"
        assert str(caught.value) == (
            f"{path}:1:3: 'Win': identifier is used again at {path}:2; used once\n"
            "  one identifier and one name stand for one code\n"
            f"{path}:2:3: 'Won': identifier is used again at {path}:1; used once\n"
            "  one identifier and one name stand for one code\n"
            f"{path}:3:3: 'ININ-OUTBOUND-BUSY': the code is the platform's own\n"
            "  it exists in every org"
        )
        assert not played.sandbox.requests

    def test_a_queue_that_does_not_exist_is_named(self, tmp_path: Path) -> None:
        done = run(Played(), tmp_path, "[{name: Sale, queueIds: [Biling, 'X*', Billing]}]")
        assert [step.detail for step in done.steps if step.status == "failed"] == [
            "no queue that can be seen is called 'Biling'; did you mean 'Billing'?",
            "no queue that can be seen is called 'X*'",
        ]
        assert told(done.steps)[-1] == ("attach", "queue 'Billing'", "already so")


class TestErrors:
    """Each error that the guides list: what becomes of it, and what the user reads."""

    def test_400_for_a_name_that_the_platform_does_not_take(self, tmp_path: Path) -> None:
        played = Played()
        done = run(played, tmp_path, "[{name: Win}]", division_id="nowhere")
        assert done.steps[0].status == "failed"
        assert (done.steps[0].detail or "").startswith(f"POST {CODES} answered 400 bad.request (correlation id ")
        assert (done.steps[0].detail or "").endswith("Division nowhere does not exist")

    def test_401_ends_the_run(self, tmp_path: Path) -> None:
        """A token that expired is renewed by itself; a client that is not known is told so, once."""
        played = Played(faults=[a_fault("unauthorized", CODES, method="POST", times=2)])
        done = run(played, tmp_path, "[{name: Win}, {name: Loss}]")
        assert told(done.steps) == [("create", "code 'Win'", "failed"), ("create", "code 'Loss'", "left alone")]
        assert isinstance(done.steps[0].error, AuthError)
        assert "the token has expired or was revoked" in (done.steps[0].detail or "")
        assert done.steps[1].detail == "not tried: a step before it failed"

    def test_401_once_is_mended_by_signing_in_again(self, tmp_path: Path) -> None:
        played = Played(faults=[a_fault("unauthorized", CODES, method="POST")])
        assert run(played, tmp_path, "[{name: Win}]").complete

    def test_403_says_which_permission_is_missing_and_the_rest_goes_on(self, tmp_path: Path) -> None:
        played = Played(None, may("routing:wrapupCode:view", "routing:queue:view", "routing:queue:edit"))
        done = run(played, tmp_path, "[{name: Win, queueIds: [Billing]}, {name: Refund, queueIds: [Billing]}]")
        assert told(done.steps) == [
            ("create", "code 'Win'", "failed"),
            ("create", "code 'Refund'", "already so"),
            ("attach", "queue 'Billing'", "done"),
            ("attach", "queue 'Billing'", "left alone"),
        ]
        assert "this call needs the permission routing:wrapupCode:add" in (done.steps[0].detail or "")

    def test_409_for_a_code_in_a_division_that_cannot_be_seen(self, tmp_path: Path) -> None:
        """The platform's names are unique in the whole org; a listing shows only some divisions."""
        played = Played(None, may("*", divisions=[HOME["id"]]))
        done = run(played, tmp_path, "[{name: Refund}]", division_id=HOME["id"])
        assert done.steps[0].status == "failed"
        assert isinstance(done.steps[0].error, ConflictError)
        assert (done.steps[0].detail or "").endswith(
            "An entity with the name [Refund] already exists.\n"
            "  a code of that name exists where these credentials cannot see it: in another division"
        )

    def test_409_for_a_code_that_somebody_creates_in_this_moment(self, tmp_path: Path) -> None:
        """Between our look and our request: then the code is there, and that is all that was wanted."""
        played = Played()
        # The listing shows the state of before, as the platform's does for a moment.
        rival = Played(played.state, faults=[a_fault("propagation_delay", CODES, method="POST", by=1_000)])
        assert run(rival, tmp_path, "[{name: Win}]").complete
        lag = a_fault("rate_limited", CODES, method="POST", retry_after=2_000)
        ours = Played(played.state, faults=[lag])
        done = run(ours, tmp_path, "[{name: Win}]")
        assert done.steps[0].status == "already so"
        assert (done.steps[0].detail or "").endswith("; it was created while we looked")

    def test_429_is_waited_out(self, tmp_path: Path) -> None:
        played = Played(faults=[a_fault("rate_limited", CODES, method="POST", times=3, retry_after=7_000)])
        before = played.clock()
        assert run(played, tmp_path, "[{name: Win}]").complete
        assert played.clock() - before >= 21

    def test_429_to_the_last_ends_the_run(self, tmp_path: Path) -> None:
        played = Played(faults=[a_fault("rate_limited", CODES, method="POST", times=None)])
        done = run(played, tmp_path, "[{name: Win}, {name: Loss}]")
        assert [step.status for step in done.steps] == ["failed", "left alone"]
        assert isinstance(done.steps[0].error, RateLimitedError)
        assert "the platform still limits the rate after 7 s of waiting" in (done.steps[0].detail or "")

    @pytest.mark.parametrize(
        "fault",
        [
            pytest.param(a_fault("server_error", CODES, method="POST", after=True, status=503), id="503"),
            pytest.param(a_fault("connection_reset", CODES, method="POST", after=True), id="reset"),
        ],
    )
    def test_an_answer_that_was_lost_is_no_second_code(self, tmp_path: Path, fault: Fault) -> None:
        """Sending the POST again could make the code twice; looking cannot."""
        played = Played(faults=[fault])
        done = run(played, tmp_path, "[{name: Win}]")
        assert (done.steps[0].detail or "").endswith("; the answer was lost, and a second look found it")
        assert played.writes == [f"POST {CODES}"]
        assert done.complete

    def test_5xx_before_anything_was_done_can_be_repeated(self, tmp_path: Path) -> None:
        played = Played(faults=[a_fault("server_error", CODES, method="POST", status=500)])
        done = run(played, tmp_path, WIN)
        assert [step.status for step in done.steps] == ["failed", "left alone", "left alone"]
        assert isinstance(done.steps[0].error, UnavailableError)
        assert "the platform's state is published at" in (done.steps[0].detail or "")
        again = run(played, tmp_path, WIN)
        assert again.complete
        assert played.offered(BILLING["id"])[-1] == "Win"

    def test_a_run_that_stopped_half_way_says_what_is_done(self, tmp_path: Path) -> None:
        played = Played(faults=[a_fault("connection_reset", ATTACH_BILLING, method="POST")])
        done = run(played, tmp_path, WIN)
        assert told(done.steps) == [("create", "code 'Win'", "done"), ("attach", "queue 'Billing'", "failed")]
        again = run(played, tmp_path, WIN)
        assert told(again.steps) == [("create", "code 'Win'", "already so"), ("attach", "queue 'Billing'", "done")]

    def test_an_attachment_whose_answer_was_lost_is_seen(self, tmp_path: Path) -> None:
        played = Played(faults=[a_fault("connection_reset", ATTACH_BILLING, method="POST", after=True)])
        done = run(played, tmp_path, WIN)
        assert done.steps[-1].detail == "offers 'Win' now; the answer was lost, and a second look found them"

    def test_a_queue_that_cannot_be_read_is_a_failure_of_that_queue_alone(self, tmp_path: Path) -> None:
        played = Played(faults=[a_fault("forbidden", ATTACH_BILLING, permission="routing:queue:view")])
        done = run(played, tmp_path, "[{name: Sale, queueIds: [Billing, Support]}]")
        assert told(done.steps)[1:] == [("attach", "queue 'Billing'", "failed"), ("attach", "queue 'Support'", "done")]
