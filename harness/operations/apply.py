"""Applying a code to one agent's part in a conversation: looked at before, written once, read back."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

from harness.checks.wording import quoted
from harness.client import GenesysClient
from harness.errors import (
    ApiError,
    AuthError,
    ConflictError,
    HarnessError,
    UnavailableError,
    UsageError,
    did_you_mean,
)
from harness.model import Catalogue, WrapUpCode
from harness.model.names import printable
from harness.operations.choosing import choose_part
from harness.operations.find import find_code
from harness.operations.parts import AgentPart, Assigned, participant_path, read_parts, read_wrap_up
from harness.operations.permitting import what_it_is_now, who_may
from harness.operations.reading import LookupFailedError, ambiguous, is_id, match

__all__ = ["Applied", "Existing", "NotVerifiedError", "WrapUpRefusedError", "apply"]

Existing: TypeAlias = Literal["refuse", "overwrite", "skip"]
"""What to do about a wrap-up that is there already."""

_LOOKS = 4
_LOOK_S = 1.0


class WrapUpRefusedError(UsageError):
    """A wrap-up is not to be written as things are; nothing was sent.

    Attributes:
        reason: Which of the conditions is not met.
    """

    def __init__(self, what: str, hint: str, reason: Literal["too early", "no after-call work", "wrapped up"]) -> None:
        super().__init__(what, hint)
        self.args = (what, hint, reason)
        self.reason = reason


class NotVerifiedError(HarnessError):
    """The platform took a wrap-up, and does not show it as it was written.

    Attributes:
        what: The fact.
    """

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what

    def __str__(self) -> str:
        return f"{self.what}\n  look at the conversation before you write again"


@dataclass(frozen=True, kw_only=True)
class Applied:
    """What became of a wrap-up.

    Attributes:
        status: `already so`: the same was there. `left alone`: another one was there, and was to be kept.
        before: The code that was there, or None.
        notes: As they are now, or None.
        tags: As they are now.
        duration_s: As it is now, in seconds, or None when the platform does not say.
        waited_s: Seconds until after-call work had begun.
    """

    part: AgentPart
    code: WrapUpCode
    status: Literal["applied", "already so", "left alone"]
    before: str | None
    notes: str | None
    tags: tuple[str, ...]
    duration_s: int | None
    waited_s: float


def apply(
    client: GenesysClient,
    conversation_id: str,
    code: str,
    *,
    agent: str | None = None,
    queue_id: str | None = None,
    notes: str | None = None,
    tags: Sequence[str] = (),
    duration_s: int | None = None,
    catalogue: Catalogue | None = None,
    existing: Existing = "refuse",
    wait_s: float = 0.0,
    poll_s: float = 2.0,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], object] = time.sleep,
) -> Applied:
    """Write the wrap-up of one agent's part in a conversation, and read it back.

    Args:
        client: Made with `allow_writes`, and signed in as the agent: a client that acts for itself is not known to
            be allowed to write wrap-ups.
        conversation_id: A call, callback, email or message.
        code: The code's id or name; its queue must offer it.
        agent: The agent's user id, or the id of the participant; None when the conversation has one agent only.
        queue_id: The queue that the part must be of, or None for any.
        notes: Free text, or None for none.
        tags: Words that go with it.
        duration_s: After-call work in seconds, as the agent states it; None for what the catalogue says.
        catalogue: What was agreed about the code, or None. Where it says nothing either, the platform counts.
        existing: What to do about a final wrap-up that is there already. A draft is none.
        wait_s: How long to wait for after-call work to begin, in seconds.
        poll_s: Seconds between two looks.
        clock: Seconds that never go back.
        sleep: Waits that many seconds.

    Raises:
        WrapUpRefusedError: If after-call work has not begun, will not begin, or there is a wrap-up already.
        LookupFailedError: If the agent's part, or the code on its queue, cannot be told; with what there is.
        AuthError: If these credentials may not write it; with what the platform documents about that.
        ConflictError: If it was wrapped up meanwhile.
        NotVerifiedError: If the platform took it and shows something else.
        UsageError: If the client only reads, or an argument makes no sense.
    """
    if not is_id(conversation_id):
        raise UsageError(f"'{printable(conversation_id)}' is not the id of a conversation")
    if duration_s is not None and duration_s < 0:
        raise UsageError(f"a duration of {duration_s} s makes no sense", "it is in seconds, and at least 0")
    if not (poll_s > 0 and wait_s >= 0):
        raise UsageError("the time between two looks must be above 0 s, and the time to wait at least 0 s")
    part, waited_s = _when_wrapping(client, conversation_id, agent, queue_id, wait_s, poll_s, clock, sleep)
    chosen = _offered(client, part, code)
    stated_s = duration_s if duration_s is not None else _agreed_s(catalogue, chosen)
    wanted = Assigned(code=chosen.id, notes=notes, tags=tuple(tags), duration_seconds=stated_s)
    there = read_wrap_up(client, part)
    before = there.code if there is not None else None
    told = Applied(
        part=part,
        code=chosen,
        status="applied",
        before=before,
        notes=notes,
        tags=tuple(tags),
        duration_s=stated_s,
        waited_s=waited_s,
    )
    if there is not None and (_shows(there, wanted) or existing == "skip"):
        return _as_it_is(replace(told, status="already so" if _shows(there, wanted) else "left alone"), there)
    if there is not None and existing == "refuse":
        raise _wrapped_up(part, there)
    _write(client, part, wanted, sleep)
    return _as_it_is(told, _read_back(client, part, wanted, sleep))


def _when_wrapping(
    client: GenesysClient,
    conversation_id: str,
    agent: str | None,
    queue_id: str | None,
    wait_s: float,
    poll_s: float,
    clock: Callable[[], float],
    sleep: Callable[[float], object],
) -> tuple[AgentPart, float]:
    started = clock()
    while True:
        part = choose_part(read_parts(client, conversation_id), agent, queue_id)
        waited_s = clock() - started
        if part.acw_began:
            return part, waited_s
        if part.ended:
            raise WrapUpRefusedError(
                f"{part} has nothing to wrap up",
                "the agent did not answer, or the queue leaves after-call work to the agent, who did not ask for it",
                "no after-call work",
            )
        if waited_s >= wait_s:
            after = f" after {waited_s:.0f} s" if wait_s else ""
            raise WrapUpRefusedError(
                f"the conversation is not in after-call work{after}: {part}",
                "a wrap-up is written when the agent has hung up; --wait SECONDS waits for that",
                "too early",
            )
        sleep(min(poll_s, wait_s - waited_s))


def _offered(client: GenesysClient, part: AgentPart, text: str) -> WrapUpCode:
    """Return the code that a text means among those that the agent may choose."""
    offered = {code.id: code for code in client.get(f"{participant_path(part)}/wrapupcodes", tuple[WrapUpCode, ...])}
    if text in offered:
        return offered[text]
    found = match(text, ((code.id, code.name) for code in offered.values()))
    if len(found.ids) == 1:
        return offered[found.ids[0]]
    if found.ids:
        raise ambiguous("codes that the agent may choose", text, found, lambda code_id: offered[code_id].name)
    if part.queue_id is not None:
        # It says on which queues the code is offered. With luck it was attached this very moment.
        name = _name_of(client, text) if is_id(text) else text
        return find_code(client, part.queue_id, name).code
    names = [printable(code.name) for code in offered.values()]
    hint = did_you_mean(printable(text), names) or f"there are {quoted(names)}"
    raise LookupFailedError(f"the agent may not choose a code '{printable(text)}'", hint, tuple(offered))


def _name_of(client: GenesysClient, code_id: str) -> str:
    return client.get(f"/api/v2/routing/wrapupcodes/{code_id}", WrapUpCode).name


def _agreed_s(catalogue: Catalogue | None, code: WrapUpCode) -> int | None:
    if catalogue is None:
        return None
    definition = catalogue.by_id.get(code.id) or catalogue.by_name.get(code.name)
    agreed_ms = definition.duration_ms if definition is not None else None
    # No time, or a nonsensical one, is no agreement about the time.
    return agreed_ms // 1000 if agreed_ms is not None and agreed_ms > 0 else None


def _shows(shown: Assigned, wanted: Assigned) -> bool:
    """Tell whether a wrap-up is the wanted one; what is not given may be anything."""
    return (
        shown.code == wanted.code
        and (wanted.notes is None or (shown.notes or "") == wanted.notes)
        and (not wanted.tags or sorted(shown.tags or ()) == sorted(wanted.tags))
        and (wanted.duration_seconds is None or shown.duration_seconds == wanted.duration_seconds)
    )


def _as_it_is(told: Applied, shown: Assigned) -> Applied:
    return replace(told, notes=shown.notes, tags=shown.tags or (), duration_s=shown.duration_seconds)


def _write(client: GenesysClient, part: AgentPart, wanted: Assigned, sleep: Callable[[float], object]) -> None:
    wrapup: dict[str, Any] = {"code": wanted.code}
    if wanted.notes is not None:
        wrapup["notes"] = wanted.notes
    if wanted.tags:
        wrapup["tags"] = list(wanted.tags)
    if wanted.duration_seconds is not None:
        wrapup["durationSeconds"] = wanted.duration_seconds
    try:
        client.request("PATCH", participant_path(part), body={"wrapup": wrapup})
    except UnavailableError:
        # The answer may have been lost after the platform had done it; it is not sent a second time unseen.
        sleep(_LOOK_S)
        there = read_wrap_up(client, part)
        if there is None or not _shows(there, wanted):
            raise
    except AuthError as error:
        raise AuthError(error.exchange, who_may(client, part, error), error.permissions) from None
    except ConflictError as error:
        hint = "the part is wrapped up already; --overwrite replaces that, --skip-wrapped leaves it"
        raise ConflictError(error.exchange, hint, error.conflicts) from None
    except ApiError as error:
        if error.status != 400:
            raise
        raise ApiError(error.exchange, f"what the platform saw: {what_it_is_now(client, part)}") from None


def _read_back(client: GenesysClient, part: AgentPart, wanted: Assigned, sleep: Callable[[float], object]) -> Assigned:
    for look in range(_LOOKS):
        if look:
            sleep(_LOOK_S)
        shown = read_wrap_up(client, part)
        if shown is not None and _shows(shown, wanted):
            return shown
    found = "no wrap-up" if shown is None else f"code {printable(shown.code or '')} with other notes, tags or duration"
    if shown is not None and shown.code != wanted.code:
        found = f"code {printable(shown.code or '')}"
    raise NotVerifiedError(f"the platform took the wrap-up with code {wanted.code}, and shows {found}")


def _wrapped_up(part: AgentPart, there: Assigned) -> WrapUpRefusedError:
    return WrapUpRefusedError(
        f"agent {part.agent_id}'s part is wrapped up already, with code {printable(there.code or '')}",
        "--overwrite replaces it, --skip-wrapped leaves it",
        "wrapped up",
    )
