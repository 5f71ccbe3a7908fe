"""Faults about queues: what they demand, how long they wait, what they offer."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import msgspec

from harness.checks.wording import seconds
from harness.model import Division, Org, Prompt, Queue, is_known
from harness.model.ids import ALL_DIVISIONS, is_system_code
from harness.simulation.mutations import Fault, changed, mutation, named, offering

__all__ = [
    "code_assigned",
    "code_unassigned",
    "codes_all_assigned",
    "codes_all_unassigned",
    "prompt_agent_requested",
    "prompt_mandatory",
    "prompt_mandatory_timeout",
    "prompt_optional",
    "queue_deleted",
    "queue_moved",
    "queue_renamed",
    "timeout_beyond_platform",
    "timeout_lengthened",
    "timeout_shortened",
]


def _prompted(org: Org, prompt: Prompt) -> Iterator[Fault]:
    for queue in org.queues:
        if is_known(queue.acw) and is_known(queue.acw.prompt_word) and queue.acw.prompt_word != prompt:
            acw = msgspec.structs.replace(queue.acw, prompt_word=prompt.value)
            if prompt.timed and acw.timeout_ms is None:
                acw = msgspec.structs.replace(acw, timeout_ms=60_000)
            yield Fault(
                f"queue '{queue.name}' prompts {prompt}, not {queue.acw.prompt_word}",
                partial(changed, org, "queues", queue, acw=acw),
            )


@mutation
def prompt_optional(org: Org) -> Iterator[Fault]:
    """A queue no longer demands a code: OPTIONAL."""
    yield from _prompted(org, Prompt.OPTIONAL)


@mutation
def prompt_agent_requested(org: Org) -> Iterator[Fault]:
    """A queue leaves it to agents whether they wrap up: AGENT_REQUESTED."""
    yield from _prompted(org, Prompt.AGENT_REQUESTED)


@mutation
def prompt_mandatory_timeout(org: Org) -> Iterator[Fault]:
    """A queue falls back to Terraform's default: MANDATORY_TIMEOUT."""
    yield from _prompted(org, Prompt.MANDATORY_TIMEOUT)


@mutation
def prompt_mandatory(org: Org) -> Iterator[Fault]:
    """A queue loses its time limit: MANDATORY."""
    yield from _prompted(org, Prompt.MANDATORY)


def _timed(org: Org, factor: float, *, at_least: int = 0) -> Iterator[Fault]:
    for queue in org.queues:
        if is_known(queue.acw) and is_known(queue.acw.timeout_ms) and queue.acw.timeout_ms is not None:
            if is_known(queue.acw.prompt_word) and not queue.acw.prompt.timed:
                continue
            timeout = max(at_least, round(queue.acw.timeout_ms * factor))
            acw = msgspec.structs.replace(queue.acw, timeout_ms=timeout)
            yield Fault(
                f"the timeout of queue '{queue.name}' becomes {seconds(timeout)}, not {seconds(queue.acw.timeout_ms)}",
                partial(changed, org, "queues", queue, acw=acw),
            )


@mutation
def timeout_lengthened(org: Org) -> Iterator[Fault]:
    """A timeout becomes ten times as long."""
    yield from _timed(org, 10)


@mutation
def timeout_shortened(org: Org) -> Iterator[Fault]:
    """A timeout becomes a tenth, 1 s at least."""
    yield from _timed(org, 0.1, at_least=1_000)


@mutation
def timeout_beyond_platform(org: Org) -> Iterator[Fault]:
    """A timeout is set that Terraform accepts and the platform does not."""
    yield from _timed(org, 0, at_least=86_400_000)


def _own(org: Org, queue: Queue) -> list[str]:
    return [it for it in org.offered.get(queue.id, ()) if not is_system_code(it)]


@mutation
def code_unassigned(org: Org) -> Iterator[Fault]:
    """A queue no longer offers one of its codes."""
    for queue in org.queues:
        for code_id in _own(org, queue):
            kept = [it for it in org.offered[queue.id] if it != code_id]
            yield Fault(
                f"queue '{queue.name}' no longer offers {named(org, code_id)}",
                partial(offering, org, queue, kept),
            )


@mutation
def codes_all_unassigned(org: Org) -> Iterator[Fault]:
    """A queue no longer offers any code."""
    for queue in org.queues:
        if _own(org, queue):
            yield Fault(
                f"queue '{queue.name}' no longer offers any code",
                partial(offering, org, queue, ()),
            )


@mutation
def code_assigned(org: Org) -> Iterator[Fault]:
    """A queue offers a code that is not meant for it."""
    for queue in org.queues:
        offered = org.offered.get(queue.id)
        for code in org.codes if offered is not None else ():
            if code.id not in (offered or ()):
                yield Fault(
                    f"queue '{queue.name}' offers {named(org, code.id)} too",
                    partial(offering, org, queue, (*(offered or ()), code.id)),
                )


@mutation
def codes_all_assigned(org: Org) -> Iterator[Fault]:
    """A queue offers every code of the org."""
    every = [code.id for code in org.codes]
    for queue in org.queues:
        if queue.id in org.offered and set(every) - set(org.offered[queue.id]):
            yield Fault(
                f"queue '{queue.name}' offers every code of the org",
                partial(offering, org, queue, every),
            )


@mutation
def queue_moved(org: Org) -> Iterator[Fault]:
    """A queue is moved to another division."""
    known = {it.division.id: it.division for it in org.queues if is_known(it.division)}
    divisions = [it for it in known.values() if it.id != ALL_DIVISIONS]
    for queue in org.queues:
        if is_known(queue.division):
            other = next((it for it in divisions if it.id != queue.division.id), Division("division-new", "New"))
            yield Fault(
                f"queue '{queue.name}' is moved from division {queue.division.name} to {other.name}",
                partial(changed, org, "queues", queue, division=other),
            )


@mutation
def queue_renamed(org: Org) -> Iterator[Fault]:
    """A queue is renamed; the catalogue still says the old name."""
    for queue in org.queues:
        if is_known(queue.name):
            yield Fault(
                f"queue '{queue.name}' is renamed to '{queue.name} (old)'",
                partial(changed, org, "queues", queue, name=f"{queue.name} (old)"),
            )


@mutation
def queue_deleted(org: Org) -> Iterator[Fault]:
    """A queue is deleted."""
    for queue in org.queues:

        def make(gone: str = queue.id) -> Org:
            return replace(
                org,
                queues=tuple(it for it in org.queues if it.id != gone),
                offered={key: value for key, value in org.offered.items() if key != gone},
                members={key: value for key, value in org.members.items() if key != gone},
            )

        yield Fault(f"queue '{queue.name}' is deleted", make)
