"""Validating a code against a queue: the policy's own checks, on an org made of what the platform answers just now.

Nothing is judged here: a second implementation of the rules would one day disagree with the first.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

import msgspec

from harness.checks import catalogue as catalogue_checks
from harness.checks import channels, duration, prompt, skills
from harness.checks.outcome import outcome_on
from harness.client import GenesysClient, Listing
from harness.errors import UnknownValueError
from harness.model import Agent, Assignment, Catalogue, Definition, Member, Org, Origin, Queue, Skill, WrapUpCode
from harness.model.names import printable
from harness.model.verdict import Verdict
from harness.operations.reading import read_listing, read_queue_codes
from harness.orgs.names import with_names
from harness.orgs.resources import LISTINGS, OF_QUEUES

__all__ = ["Reason", "Validation", "validate"]

_NOT_READ = "only what concerns this queue was read"
_USERS_A_QUESTION = 100


@dataclass(frozen=True)
class Reason:
    """What one check came to.

    Attributes:
        check: The check's id.
        text: A finding, a remark, or why there is no verdict; safe to print, None when there is nothing to say.
    """

    check: str
    verdict: Verdict
    text: str | None = None


@dataclass(frozen=True)
class Validation:
    """Whether a code suits a queue.

    Attributes:
        supported_channels: That the queue serves, as the catalogue declares them; None when they are not known.
        required_skills: That the code needs, as the catalogue has them; None when it has no definition.
        offered: Whether the queue offers the code already.
        reasons: What every check came to, in a fixed order.
    """

    queue_id: str
    wrap_up_code_id: str
    supported_channels: tuple[str, ...] | None
    required_skills: tuple[str, ...] | None
    offered: bool
    reasons: tuple[Reason, ...]

    @property
    def verdict(self) -> Verdict:
        """What all checks come to: a finding outweighs what is unknown, and that outweighs what passed."""
        verdicts = {reason.verdict for reason in self.reasons}
        if "failed" in verdicts:
            return "failed"
        # Where no question arose at all, nothing was examined.
        return "passed" if "unknown" not in verdicts and "passed" in verdicts else "unknown"

    @property
    def is_valid(self) -> bool:
        """Whether the code suits the queue; what is unknown is not valid."""
        return self.verdict == "passed"

    def as_json(self) -> Mapping[str, Any]:
        """Return the guides' answer, and the reasons for it."""
        return {
            "queueId": self.queue_id,
            "wrapUpCodeId": self.wrap_up_code_id,
            "supportedChannels": self.supported_channels,
            "requiredSkills": self.required_skills,
            "isValid": self.is_valid,
            "isOffered": self.offered,
            "reasons": [
                {"check": reason.check, "verdict": reason.verdict, "text": reason.text} for reason in self.reasons
            ],
        }


def validate(
    client: GenesysClient,
    catalogue: Catalogue,
    queue: Queue,
    code: WrapUpCode,
    *,
    skills_at_least: Fraction = Fraction(1),
    mode: Literal["any", "all"] = "any",
) -> Validation:
    """Tell whether a code suits a queue.

    Args:
        client: Reads.
        catalogue: What the business agreed.
        queue: The queue.
        code: The code; whether the queue offers it already does not matter.
        skills_at_least: Smallest share of the queue's agents who hold every skill that the code requires.
        mode: Whether the queue must serve `any` or `all` of the code's channels.

    Raises:
        ApiError: If the platform could not be asked.
    """
    met = Org(name="", origin=Origin(kind="live", location=""), catalogue=catalogue).definition_of(code)
    offered = read_queue_codes(client, queue.id)
    org = _org(client, catalogue, queue, (code, *offered), needs_agents=met is not None and bool(met.skills))
    reasons = tuple(_reasons(org, queue, code, met, skills_at_least, mode))
    return Validation(
        queue_id=queue.id,
        wrap_up_code_id=code.id,
        supported_channels=_channels(org, queue),
        required_skills=None if met is None else met.skills,
        offered=any(it.id == code.id for it in offered),
        reasons=reasons,
    )


def _reasons(
    org: Org,
    queue: Queue,
    code: WrapUpCode,
    met: Definition | None,
    skills_at_least: Fraction,
    mode: Literal["any", "all"],
) -> Iterator[Reason]:
    assignment = Assignment(code, queue)
    yield from _judged(catalogue_checks.known, code, org)
    yield from _judged(channels.configured, queue, org)
    yield from _judged(channels.compatible, assignment, org, mode=mode)
    yield from _judged(skills.covered, assignment, org, at_least=skills_at_least)
    yield from _judged(duration.agrees, assignment, org)
    if met is not None:
        # What it says about other queues is not the question here.
        here = msgspec.structs.replace(met, queues=(queue.id,))
        yield from _judged(skills.exist, here, org)
        yield from _judged(duration.definition, here, org)
        yield from _judged(prompt.definition, here, org)


def _judged(check: Callable[..., Iterator[str]], subject: Any, org: Org, **parameters: Any) -> Iterator[Reason]:
    check_id = f"{check.__module__.rpartition('.')[2]}.{check.__name__}"
    found = outcome_on(check, subject, org, parameters)
    for text in found.findings:
        yield Reason(check_id, "failed", printable(text))
    if not found.findings:
        remark = "; ".join(filter(None, (found.reason, *found.notes)))
        yield Reason(check_id, found.verdict, printable(remark) or None)


def _channels(org: Org, queue: Queue) -> tuple[str, ...] | None:
    try:
        return org.channels_of(queue)
    except UnknownValueError:
        return None


# -- what the platform answers ----------------------------------------------------------------------------------------


def _org(
    client: GenesysClient, catalogue: Catalogue, queue: Queue, codes: tuple[WrapUpCode, ...], *, needs_agents: bool
) -> Org:
    """Return an org that holds this queue only, and knows that it does not hold the others."""
    members: tuple[Member, ...] = ()
    agents: tuple[Agent, ...] = ()
    held: tuple[Skill, ...] = ()
    if needs_agents:
        members = read_listing(client, OF_QUEUES["queue_members"].of(queue.id), Member)
        agents = _agents(client, [member.id for member in members])
        held = read_listing(client, LISTINGS["skills"], Skill)
    hidden = dict.fromkeys(("wrapupcodes", "queues", "queue_wrapupcodes", "queue_members", "users"), _NOT_READ)
    return with_names(
        Org(
            name="",
            origin=Origin(kind="live", location=client.access.region.api),
            codes=tuple({it.id: it for it in codes}.values()),
            queues=(queue,),
            skills=held,
            agents=agents,
            offered={queue.id: tuple(it.id for it in codes[1:])},
            members={queue.id: members} if needs_agents else {},
            hidden=hidden,
            catalogue=catalogue,
        )
    )


def _agents(client: GenesysClient, ids: list[str]) -> tuple[Agent, ...]:
    listing = LISTINGS["users"]
    found: list[Agent] = []
    for start in range(0, len(ids), _USERS_A_QUESTION):
        asked = ids[start : start + _USERS_A_QUESTION]
        params = {**listing.params, "id": asked}
        found += read_listing(client, Listing(listing.path, listing.page_size, params=params), Agent)
    return tuple(found)
