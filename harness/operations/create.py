"""Creating the codes of a catalogue: what exists is found first, what is missing is made, queues get their codes."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from harness.checks.agreed import queues_named
from harness.checks.extremes import PLATFORM_MAX, PLATFORM_MIN
from harness.checks.wording import quoted, seconds
from harness.client import GenesysClient
from harness.errors import ApiError, AuthError, ConflictError, PolicyError, Problem, RateLimitedError, did_you_mean
from harness.model import Catalogue, Definition, Org, Origin, Queue, WrapUpCode
from harness.model.configuration import grouped
from harness.model.names import is_pattern, printable
from harness.operations.acw import demand_code
from harness.operations.agreement import refuse_ambiguous
from harness.operations.attach import attach_within
from harness.operations.reading import codes_named, match, read_codes, read_queues
from harness.operations.steps import Outcome, Run, Step, complete

__all__ = ["Created", "create"]


@dataclass(frozen=True)
class Created:
    """What creating came to.

    Attributes:
        codes: By the definition's name, the codes that exist now.
        steps: Everything that was seen to, in order.
    """

    codes: Mapping[str, WrapUpCode]
    steps: tuple[Step, ...]

    @property
    def complete(self) -> bool:
        """Whether all is as the definitions say. If not, the same call can be repeated."""
        return complete(self.steps)


def create(
    client: GenesysClient,
    catalogue: Catalogue,
    definitions: Sequence[Definition] | None = None,
    *,
    set_acw: bool = False,
    division_id: str | None = None,
    on_step: Callable[[Step], None] = lambda _: None,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Created:
    """Create the codes of some definitions and offer them on the queues that these name.

    A code that exists already is taken as it is: by the definition's id, else by its exact name, else by a name that
    reads the same. Nothing is renamed, detached or deleted. What is so already is not written again, so a run that
    stopped half-way is simply repeated.

    The platform stores no category, duration, mandatory or default mark: those stay in the catalogue. A mandatory
    definition needs queues that demand a code; with `set_acw` they are made to.

    Args:
        client: Made with `allow_writes`.
        catalogue: What the business agreed.
        definitions: Those of the catalogue to create; None for all.
        set_acw: Whether the after-call work settings of the queues of mandatory definitions may be changed.
        division_id: The division of new codes; None for all divisions, as the platform has it.
        on_step: Called after every step.
        clock: Seconds that never go back.
        sleep: Waits that many seconds.

    Raises:
        PolicyError: If definitions share a name or an identifier, are about a system code, or want a time that no
            queue can give; nothing was written then.
        UsageError: If something is to be written and the client only reads; nothing was written then.
        ApiError: If the codes or queues that exist could not be listed; nothing was written then.
    """
    wanted = catalogue.definitions if definitions is None else tuple(definitions)
    refuse_ambiguous(catalogue, wanted)
    if set_acw:
        _refuse_impossible_times(catalogue.definitions)
    run = Run(on_step)
    existing = read_codes(client)
    queues = read_queues(client) if any(it.queues for it in wanted) else ()
    org = Org(name="", origin=Origin(kind="live", location=client.access.region.api), queues=queues)
    codes: dict[str, WrapUpCode] = {}
    for definition in wanted:
        subject = f"code '{printable(definition.name)}'"
        run.take("create", subject, partial(_code, client, definition, existing, division_id, codes))
        for name in queues_named(definition, org).missing:
            run.take("attach", subject, partial(_no_queue, name, queues))
    named_on = _definitions_by_queue(catalogue, org)
    names = {it.name for it in wanted}
    for queue in queues:
        named = named_on.get(queue.id, ())
        here = [it for it in named if it.name in names]
        if not here:
            continue
        offered = attach_within(run, client, queue, [codes[it.name] for it in here if it.name in codes])
        for definition in here:
            if definition.name not in codes:
                run.note(_without_code(definition, queue))
        if offered and any(it.mandatory and it.name in codes for it in here):
            subject = f"queue '{printable(queue.name)}'"
            if set_acw:
                duration_ms = max(it.duration_ms or 0 for it in named)
                run.take("acw", subject, partial(demand_code, client, queue.id, duration_ms, clock=clock, sleep=sleep))
            else:
                run.take("acw", subject, partial(_demands, queue))
    return Created(codes, tuple(run.steps))


def _definitions_by_queue(catalogue: Catalogue, org: Org) -> Mapping[str, Sequence[Definition]]:
    """Return all definitions of the catalogue that name a queue, by the queue's id: they share its settings."""
    return grouped((queue_id, it) for it in catalogue.definitions for queue_id in queues_named(it, org).queues)


def _refuse_impossible_times(definitions: Sequence[Definition]) -> None:
    problems = [
        Problem(
            it.position.path,
            f"'{printable(it.name)}': no queue can give {seconds(it.duration_ms)} for after-call work",
            it.position.line,
            it.position.column,
            expected=f"{seconds(PLATFORM_MIN)} to {seconds(PLATFORM_MAX)}, or 0 when no time was agreed",
        )
        for it in definitions
        if it.duration_ms and not PLATFORM_MIN <= it.duration_ms <= PLATFORM_MAX
    ]
    if problems:
        raise PolicyError(problems)


# -- one code -------------------------------------------------------------------------------------------------------


def _code(
    client: GenesysClient,
    definition: Definition,
    existing: Sequence[WrapUpCode],
    division_id: str | None,
    codes: dict[str, WrapUpCode],
) -> Outcome:
    """Find or make the code of a definition, and put it among `codes`."""
    if definition.id is not None:
        return _by_id(definition, existing, codes)
    found = match(definition.name, ((code.id, code.name) for code in existing))
    if len(found.ids) > 1:
        names = [f"{printable(code.name)} ({code.id})" for code in existing if code.id in found.ids]
        return "failed", f"the org has {len(names)} codes that read the same: {quoted(names)}; name the id of one"
    if found.ids:
        code = next(it for it in existing if it.id == found.ids[0])
        codes[definition.name] = code
        return "already so", f"the code exists ({code.id})" + _spelt(code, definition)
    body: dict[str, Any] = {"name": definition.name}
    if definition.description is not None:
        body["description"] = definition.description
    if division_id is not None:
        body["division"] = {"id": division_id}
    try:
        code = client.post("/api/v2/routing/wrapupcodes", body, WrapUpCode)
    except ApiError as error:
        return _after_refusal(client, definition, error, codes)
    codes[definition.name] = code
    return "done", f"created ({code.id})"


def _by_id(definition: Definition, existing: Sequence[WrapUpCode], codes: dict[str, WrapUpCode]) -> Outcome:
    found = next((code for code in existing if code.id == definition.id), None)
    if found is None:
        return "failed", f"the definition names the id {definition.id}, and no code that can be seen has it"
    codes[definition.name] = found
    return "already so", f"the code exists ({found.id})" + _spelt(found, definition)


def _spelt(code: WrapUpCode, definition: Definition) -> str:
    return "" if code.name == definition.name else f", spelt '{printable(code.name)}'; it is not renamed"


def _after_refusal(
    client: GenesysClient, definition: Definition, error: ApiError, codes: dict[str, WrapUpCode]
) -> Outcome:
    """Look again: somebody else may have created it in this moment, or the answer to our own request was lost."""
    if isinstance(error, AuthError | RateLimitedError):
        raise error
    found = codes_named(client, definition.name)
    if found:
        codes[definition.name] = found[0]
        if error.status is not None and error.status < 500:
            return "already so", f"the code exists ({found[0].id}); it was created while we looked"
        return "done", f"created ({found[0].id}); the answer was lost, and a second look found it"
    if error.exchange.code == "duplicate.name" or error.status == 409:
        hint = "a code of that name exists where these credentials cannot see it: in another division"
        raise ConflictError(error.exchange, hint)
    raise error


# -- its queues -----------------------------------------------------------------------------------------------------


def _no_queue(name: str, queues: Sequence[Queue]) -> Outcome:
    near = None if is_pattern(name) else did_you_mean(printable(name), [printable(it.name) for it in queues])
    return "failed", f"no queue that can be seen is called '{printable(name)}'" + (f"; {near}" if near else "")


def _without_code(definition: Definition, queue: Queue) -> Step:
    return Step(
        action="attach",
        subject=f"queue '{printable(queue.name)}'",
        status="left alone",
        detail=f"'{printable(definition.name)}' is not offered: there is no such code",
    )


def _demands(queue: Queue) -> Outcome | None:
    if queue.acw.prompt.demands:
        return None
    return (
        "left alone",
        f"prompt {queue.acw.prompt} demands no code, and a mandatory one is offered: allow the change with --set-acw",
    )
