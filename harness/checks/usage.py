"""What did agents really do?

Evidence says it: handlings of real conversations, counted by queue, or by code and queue. A *handling* is one agent's
part in one conversation. Handlings that are still pending, and wrap-ups that are only drafts, are never judged; where
the evidence does not tell something that could change the verdict, the verdict is *unknown*.

Every number is reported, with its whole, whatever the verdict; one that breaks its rule comes with conversations to
look at. Without evidence nothing here is applicable.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Literal

from harness.checks.measuring import at_least_share, at_most_share, measurement, share_of, told
from harness.checks.parameters import DurationMs, Share
from harness.checks.registry import Breach, NotApplicable, check
from harness.checks.wording import counted, seconds
from harness.errors import UnknownValueError
from harness.model import Org, WrapUpCode
from harness.model.ids import is_system_code
from harness.model.usage import CodeUse, Usage

__all__ = [
    "changed",
    "coded",
    "default_code",
    "dominant",
    "limit",
    "noted",
    "offered",
    "reconciled",
    "timeouts",
    "unused",
]

_MOST_VALUES = 5
_DETAILS = "conversation details (docs/evidence.md)"


@check(source=_DETAILS)
def coded(
    usage: Usage,
    org: Org,
    *,
    at_least: Share,
    exempt: tuple[Literal["transferred", "skipped"], ...] = (),
    from_: int = 1,
) -> Iterator[str]:
    """Agents choose a code for what they handled.

    A system code, such as the platform's own after a timeout, is no code that an agent chose. What is exempt is
    not judged, and its number is always printed: agents can dodge a code by transferring.

    Args:
        usage: What the queue's agents did.
        org: The org; unused.
        at_least: The smallest share of handlings with a code.
        exempt: Handlings that need no code.
        from_: The smallest number of handlings that is judged.

    Yields:
        One message if too few have a code.
    """
    exempted = [f"{usage.exempt} exempt ({' or '.join(exempt)})"] if exempt else []
    yield from at_least_share(
        usage, told(usage.coded), told(usage.handled), "handlings coded", at_least, from_, exempted
    )


@check(source=_DETAILS)
def timeouts(usage: Usage, org: Org, *, at_most: Share, from_: int = 1) -> Iterator[str]:
    """Wrap-ups seldom run out of time.

    A timed-out wrap-up has no code: the platform writes its own, `ININ-WRAP-UP-TIMEOUT`.

    Args:
        usage: What the queue's agents did.
        org: The org; unused.
        at_most: The largest share of wrap-ups that timed out.
        from_: The smallest number of wrap-ups that is judged.

    Yields:
        One message if too many timed out.
    """
    yield from at_most_share(usage, told(usage.timed_out), told(usage.wrapped), "wrap-ups timed out", at_most, from_)


@check(source=_DETAILS)
def default_code(usage: Usage, org: Org, *, at_most: Share, from_: int = 1) -> Iterator[str]:
    """Wrap-ups seldom end with the Default Wrap-up Code.

    Agents pick it on a queue that offers no code, and it says nothing.

    Args:
        usage: What the queue's agents did.
        org: The org; unused.
        at_most: The largest share of wrap-ups with that code.
        from_: The smallest number of wrap-ups that is judged.

    Yields:
        One message if too many have it.
    """
    part = told(usage.default_code)
    yield from at_most_share(usage, part, told(usage.wrapped), "wrap-ups with the Default Wrap-up Code", at_most, from_)


@check(source=_DETAILS)
def limit(
    usage: Usage,
    org: Org,
    *,
    max: DurationMs,
    at_most: Share,
    channel: str | None = None,
    from_: int = 1,
) -> Iterator[str]:
    """After-call work seldom takes too long.

    ACW is set for a queue, but may be judged for one of its channels. Handlings without ACW are not counted.

    Args:
        usage: What the queue's agents did.
        org: The org; unused.
        max: The longest ACW that is right.
        at_most: The largest share that took longer.
        channel: The only channel that is judged.
        from_: The smallest number of ACW durations that is judged.

    Yields:
        One message if too many took longer.
    """
    whole = told(usage.timed)
    if not whole and usage.wrapped and channel is None:
        raise UnknownValueError("how long ACW took", f"{counted(usage.wrapped, 'wrap-up')} and no duration of any")
    what = f"ACW durations over {seconds(max)}" + ("" if channel is None else f" ({channel})")
    yield from at_most_share(usage, told(usage.over), whole, what, at_most, from_)


@check(source=f"{_DETAILS}; GET /api/v2/routing/queues/{{queueId}}/wrapupcodes")
def offered(usage: Usage, org: Org) -> Iterator[str]:
    """A code that agents use on a queue is offered there.

    The org says what is offered *today*: a code may have been detached since it was used. A code that is deleted is
    counted apart, and no finding.

    Args:
        usage: What the queue's agents did with one code.
        org: The org that says what the queue offers.

    Yields:
        One message if the queue does not offer the code.
    """
    used = told(usage.coded)
    words = f"chosen {counted(used, 'time')}"
    yield measurement(usage, used, used, words)
    if not used and usage.untold:
        raise UnknownValueError("whether the code was chosen", f"{counted(usage.untold, 'handling')} may be drafts")
    if not used:
        raise NotApplicable("the code was not chosen in a wrap-up that is judged")
    if usage.queue_id is None:
        raise NotApplicable("the handlings came through no queue, and none offers codes to them")
    if usage.code is None:
        org.require("wrapupcodes", "whether the code exists")
        raise NotApplicable(f"the code is deleted; it was {words}")
    if usage.queue is None:
        raise UnknownValueError("which codes the queue offers", "the org does not hold the queue: it may be deleted")
    if usage.code_id not in {code.id for code in org.codes_of(usage.queue)}:
        yield Breach(f"{words}, and not offered today", expected="a code that the queue offers")


@check(source=f"{_DETAILS}; GET /api/v2/routing/queues/{{queueId}}/wrapupcodes")
def dominant(usage: Usage, org: Org, *, at_most: Share, from_: int = 1) -> Iterator[str]:
    """No code takes almost everything.

    Agents in a hurry pick the first of the list. A queue that offers fewer than two codes leaves no choice.

    Args:
        usage: What the queue's agents did.
        org: The org that says what the queue offers.
        at_most: The largest share of coded handlings with one and the same code.
        from_: The smallest number of coded handlings that is judged.

    Yields:
        One message if one code takes more.
    """
    code = org.code_by_id.get(usage.top_code_id or "")
    name = usage.top_code_id if code is None else code.name
    what = f"coded handlings with '{name}'"
    part, whole = told(usage.top_coded), told(usage.coded)
    if usage.queue_id is None:
        raise NotApplicable("the handlings came through no queue, and none offers codes to them")
    if usage.queue is None:
        raise UnknownValueError("which codes the queue offers", "the org does not hold the queue: it may be deleted")
    choices = sum(not is_system_code(it.id) for it in org.codes_of(usage.queue))
    if choices < 2:
        yield measurement(usage, part, whole, share_of(part, whole, what))
        raise NotApplicable(f"the queue offers {counted(choices, 'code')}, and that is no choice")
    yield from at_most_share(usage, part, whole, what, at_most, from_)


@check(source=f"{_DETAILS}; GET /api/v2/routing/wrapupcodes", needs=("evidence",))
def unused(code: WrapUpCode, org: Org, *, days: int) -> Iterator[str]:
    """A code is used.

    It was written, first or last, in some handling that ended in the last `days` days of the evidence. A code that
    was created later than that had no chance, and is not judged.

    Args:
        code: The wrap-up code under test.
        org: The org with what was measured.
        days: How many days without use are too many.

    Yields:
        One message if nobody used it.
    """
    measured = org.measured
    if measured is None:
        raise NotApplicable("no evidence was given")
    if measured.codes is None:
        raise UnknownValueError("whether the code is used", "the evidence was not asked")
    use, covered = measured.codes.get(code.id, CodeUse(0)), measured.covered
    last = "" if use.last_used is None else f", last on {use.last_used.astimezone(UTC):%Y-%m-%d}"
    about = Usage(queue_id=None, covered=covered, untold=use.untold)
    yield measurement(about, use.used, use.used, f"used {counted(use.used, 'time')}{last}")
    if use.last_used and covered.until and use.last_used >= covered.until - timedelta(days=days):
        return
    begin = covered.begins_within(timedelta(days=days))
    if begin is None:
        what = f"whether the code was used in the last {counted(days, 'day')}"
        raise UnknownValueError(what, "the evidence does not cover them")
    if use.untold:
        raise UnknownValueError("whether the code was used", f"{counted(use.untold, 'handling')} may be drafts")
    if code.created is None:
        raise UnknownValueError("since when the code exists", "it has no creation date")
    created = datetime.fromisoformat(code.created)
    if created > begin:
        raise NotApplicable(f"the code was created on {created:%Y-%m-%d}, and the rule wants {counted(days, 'day')}")
    yield Breach(f"not used in the last {counted(days, 'day')}", expected="some use")


@check(source=_DETAILS)
def noted(usage: Usage, org: Org, *, at_least: Share, from_: int = 1) -> Iterator[str]:
    """A wrap-up with this code comes with a note.

    Only whether there is a note is known, never its text.

    Args:
        usage: What the queue's agents did with one code.
        org: The org; unused.
        at_least: The smallest share of wrap-ups with a note.
        from_: The smallest number of wrap-ups that is judged.

    Yields:
        One message if too few have one.
    """
    whole = told(usage.noted) + told(usage.unnoted)
    yield from at_least_share(usage, told(usage.noted), whole, "wrap-ups with a note", at_least, from_)


@check(source=_DETAILS)
def changed(usage: Usage, org: Org, *, at_most: Share, from_: int = 1) -> Iterator[str]:
    """The code that was written first is the one that stays.

    The dialer's mappings run on the first code; what is changed later reaches no contact list.

    Args:
        usage: What the queue's agents did.
        org: The org; unused.
        at_most: The largest share of wrap-ups whose first and final code differ.
        from_: The smallest number of wrap-ups that is judged.

    Yields:
        One message if too many were changed.
    """
    yield from at_most_share(usage, told(usage.changed), told(usage.wrapped), "wrap-ups changed", at_most, from_)


@check(
    source=f"{_DETAILS}; the CRM's export; the guides' assignment accuracy",
    needs=("catalogue", "crm_export", "evidence"),
)
def reconciled(usage: Usage, org: Org, *, at_least: Share, from_: int = 1) -> Iterator[str]:
    """The CRM's record of a conversation shows what the agent's code maps to.

    The CRM holds one outcome for a conversation, the last agent's, so handlings that were transferred are left out.
    Records whose conversation the evidence does not hold have a case of their own: an export may cover another period.

    Args:
        usage: What the CRM shows for one code on one queue.
        org: The org with catalogue and mapping.
        at_least: The smallest share of coded handlings that the CRM agrees with.
        from_: The smallest number of coded handlings that is judged.

    Yields:
        One message if too few agree.
    """
    if usage.unmatched is not None:
        whole = told(usage.handled)
        text = share_of(usage.unmatched, whole, "records of the CRM without a conversation in the evidence")
        yield measurement(usage, usage.unmatched, whole, text)
        if usage.unmatched or not whole:
            raise NotApplicable(text if whole else "the CRM export holds no records")
        return
    if usage.code is None:
        raise NotApplicable("the code is deleted, and maps to nothing any more")
    mapped = org.disposition_of(usage.code)
    if mapped is None:
        raise NotApplicable("the code maps to no disposition")
    shown = told(usage.shown)
    others = sorted(((-n, value) for value, n in shown.items() if value != mapped))
    apart = [f"'{value}' {-n}" if value else f"no disposition {-n}" for n, value in others[:_MOST_VALUES]]
    apart += [f"{usage.absent} missing in the CRM"] if usage.absent else []
    apart += [f"{usage.several} with contradicting records"] if usage.several else []
    what = f"wrap-ups shown as '{mapped}'"
    yield from at_least_share(usage, shown.get(mapped, 0), told(usage.coded), what, at_least, from_, apart)
