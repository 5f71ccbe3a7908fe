"""Who touched codes and queues?

The platform's audit trail says who changed what, when, from what to what. What lies outside the period of the trail is
unknown, and entries come late: a trail without an entry does not prove that nothing changed.
"""

from collections.abc import Iterator, Sequence

from harness.checks.parameters import Days, Window
from harness.checks.registry import Breach, NotApplicable, Note, check
from harness.checks.traces import Explained, account
from harness.checks.wording import counted, quoted
from harness.errors import UnknownValueError
from harness.model import Org
from harness.model.change import Change

__all__ = ["authorised", "explained", "window"]

_AUDIT = "audit trail: POST /api/v2/audits/query, service ContactCenter, Queue and WrapupCode"
_MOST_PROPERTIES = 5


@check(source=_AUDIT)
def authorised(change: Change, org: Org, *, actors: list[str]) -> Iterator[str]:
    """Only those who may change codes and queues do.

    An entry passes when its user or its OAuth client is an actor. The platform often does not tell the client.

    Args:
        change: The entry under test.
        org: The org it belongs to; unused.
        actors: Ids of users and of OAuth clients.

    Yields:
        One message if neither the user nor the client is an actor.

    Raises:
        UnknownValueError: If the entry names neither a user nor a client.
    """
    told = [actor for actor in (change.user_id, change.client_id) if actor is not None]
    if not told:
        raise UnknownValueError("who made the change", "the audit entry names neither a user nor a client")
    if not set(told) & set(actors):
        who = [f"user {change.user_id}"] if change.user_id else []
        who += [f"client {change.client_id}"] if change.client_id else []
        yield Breach(f"{_what(change)} by {' through '.join(who)}", expected="a change by one of the actors")


@check(source=_AUDIT)
def window(
    change: Change, org: Org, *, allow: list[Window] | None = None, freeze: list[Days] | None = None
) -> Iterator[str]:
    """Codes and queues change only when they may.

    Windows and days are those of the policy's time zone. A freeze is stronger than a window.

    Args:
        change: The entry under test.
        org: The org it belongs to; tells the time zone.
        allow: Weekly windows; none: at any time.
        freeze: Days on which nothing may change.

    Yields:
        One message if the change was made in a freeze, or outside all windows.

    Raises:
        NotApplicable: If the rule gives neither.
    """
    if not allow and not freeze:
        raise NotApplicable("the rule has neither 'allow' nor 'freeze'")
    local = change.at.astimezone(org.timezone)
    when = f"{_what(change)} on {local:%a %Y-%m-%d} at {local:%H:%M} ({local.tzname()})"
    frozen = [days for days in freeze or () if days.holds(local)]
    if frozen:
        yield Breach(when, expected=f"no change in the freeze {frozen[0]}")
    elif allow and not any(each.holds(local) for each in allow):
        yield Breach(when, expected=f"a change within {' or '.join(map(str, allow))}")


@check(source=f"{_AUDIT}; what differs between two recordings")
def explained(_: Org, org: Org) -> Iterator[str]:
    """Every difference since the earlier recording has an entry in the audit trail.

    The trail is about codes and queues: what else differs is noted and not judged. Where the platform tells the new
    value, the last entry must lead to what the newer recording shows.

    Yields:
        One message for each difference that no entry accounts for; a note about what the trail is not about.

    Raises:
        NotApplicable: If no trail or no earlier recording was given.
        UnknownValueError: If the trail does not reach far enough, or something could not be compared.
    """
    if org.trail is None:
        raise NotApplicable("no audit trail was given")
    if org.past is None:
        raise NotApplicable("no earlier recording was given")
    found = [account(difference, org, org.past, org.trail) for difference in org.past.differences]
    beyond = sorted({it.difference.kind for it in found if it.how == "beyond"})
    if beyond:
        number = sum(it.how == "beyond" for it in found)
        yield Note(f"{counted(number, 'difference')} in {quoted(beyond)}: the trail is about codes and queues only")
    gap = org.trail.gap(org.past.recorded_at, org.past.until)
    unsure: list[Explained] = [it for it in found if it.how == "unsure"]
    for it in found:
        if it.how == "missing" and gap is None:
            yield Breach(it.says, expected="an entry in the audit trail")
        elif it.how == "missing":
            unsure.append(it)
    if unsure:
        why = gap if unsure[0].how == "missing" and gap else unsure[0].says
        raise UnknownValueError(f"who made {counted(len(unsure), 'difference')}", why)


def _what(change: Change) -> str:
    """Return what was changed, as the beginning of a sentence."""
    kind = {"WrapupCode": "code", "Queue": "queue"}.get(change.entity_type, change.entity_type)
    name = change.entity_name or change.entity_id or "that the entry does not name"
    return f"{kind} {name}: {change.action}{_details(change)}"


def _details(change: Change) -> str:
    told = [it for it in change.changes or () if it.property]
    shown = [f"{it.property} {_values(it.old_values)} → {_values(it.new_values)}" for it in told[:_MOST_PROPERTIES]]
    more = len(told) - len(shown)
    parts = [*shown, *([f"{more} more"] if more else [])]
    return f" ({'; '.join(parts)})" if parts else ""


def _values(values: Sequence[str | None] | None) -> str:
    return ", ".join(value for value in values or () if value is not None) or "nothing"
