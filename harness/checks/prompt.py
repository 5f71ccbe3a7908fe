"""Is a wrap-up code demanded?"""

from collections.abc import Iterator, Mapping
from typing import Literal

from harness.checks.agreed import queues_named
from harness.checks.extremes import of_codes_offered, of_prompts
from harness.checks.registry import Breach, NotApplicable, check
from harness.checks.wording import counted, quoted
from harness.errors import UnknownValueError
from harness.model import Definition, Org, Queue, is_system_code

__all__ = ["definition", "mandatory", "offers_codes"]


@check(source="GET /api/v2/routing/queues, acwSettings.wrapupPrompt; the guides' isMandatory", extremes=of_prompts)
def mandatory(
    queue: Queue,
    org: Org,
    *,
    allowed: list[Literal["MANDATORY", "OPTIONAL", "MANDATORY_TIMEOUT", "MANDATORY_FORCED_TIMEOUT", "AGENT_REQUESTED"]],
) -> Iterator[str]:
    """A queue prompts for a wrap-up code as the business demands.

    Only MANDATORY guarantees a code that an agent chose: a timed prompt may end in the platform's
    ININ-WRAP-UP-TIMEOUT, so pair it with a rule on what agents really did. Terraform sets MANDATORY_TIMEOUT when a
    configuration says nothing.

    Args:
        queue: The queue under test.
        org: The org it belongs to; unused.
        allowed: The prompts that are acceptable.

    Yields:
        One message if the queue's prompt is none of them.
    """
    prompt = queue.acw.prompt
    if prompt not in set(allowed):
        yield Breach(f"prompt is {prompt}", expected=" or ".join(allowed) or "no prompt at all")


@check(source="GET /api/v2/routing/queues/{queueId}/wrapupcodes", extremes=of_codes_offered)
def offers_codes(
    queue: Queue,
    org: Org,
    *,
    at_least: int = 1,
    at_most: int | None = None,
    when: Literal["demanding", "always"] = "demanding",
) -> Iterator[str]:
    """A queue offers a sensible number of wrap-up codes.

    On a queue without codes agents can only pick the platform's Default Wrap-up Code, which says nothing. The
    platform's own codes are not counted.

    Args:
        queue: The queue under test.
        org: The org it belongs to.
        at_least: Fewest codes.
        at_most: Most codes; no limit when left out.
        when: `demanding` judges only queues whose prompt demands a code; `always` judges every queue.

    Yields:
        One message if there are too few codes, or too many.
    """
    if when == "demanding" and not queue.acw.prompt.demands:
        raise NotApplicable(f"prompt {queue.acw.prompt} demands no code")
    number = len([code for code in org.codes_of(queue) if not is_system_code(code.id)])
    if number < at_least:
        yield Breach(f"offers {counted(number, 'code')}", expected=f"at least {at_least}")
    elif at_most is not None and number > at_most:
        yield Breach(f"offers {counted(number, 'code')}", expected=f"at most {at_most}")


@check(source="the guides' simulator: mandatory code missing identifier; acwSettings.wrapupPrompt")
def definition(definition: Definition, org: Org) -> Iterator[str]:
    """A mandatory definition has an identifier, and every queue it names demands a code.

    The platform has no mandatory code, only queues that demand one. A named queue that does not exist demands
    nothing, and is a finding here too.

    Args:
        definition: The definition under test.
        org: The org whose queues it names.

    Yields:
        One message for a missing identifier, one for named queues that do not exist, one for those that demand no
        code.
    """
    if not definition.mandatory:
        raise NotApplicable("the definition is not mandatory")
    if not (definition.identifier or "").strip():
        yield Breach("is mandatory and has no identifier", expected="an identifier (`wrapupCode`)")
    named = queues_named(definition, org)
    lenient_prompts, unknown_prompts = org.index(_queues_by_prompt)
    lenient = [queue.name for queue_id, queue in named.queues.items() if queue_id in lenient_prompts]
    if named.missing:
        yield Breach(f"names queues that do not exist: {quoted(named.missing)}", expected="queues that demand a code")
    if lenient:
        yield Breach(
            f"is mandatory on queues that demand no code: {quoted(lenient)}", expected="a prompt that demands one"
        )
    if named.unseen:
        raise named.unseen
    for queue_id in sorted(named.queues.keys() & unknown_prompts.keys()):
        raise unknown_prompts[queue_id]


def _queues_by_prompt(org: Org) -> tuple[frozenset[str], Mapping[str, UnknownValueError]]:
    """Return the ids of queues that demand no code, and of those whose prompt is unknown, with the reason."""
    lenient: set[str] = set()
    unknown: dict[str, UnknownValueError] = {}
    for queue in org.queues:
        try:
            if not queue.acw.prompt.demands:
                lenient.add(queue.id)
        except UnknownValueError as error:
            unknown[queue.id] = error
    return frozenset(lenient), unknown
