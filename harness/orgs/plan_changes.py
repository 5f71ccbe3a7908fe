"""What a plan does that no rule asks about: codes that go while they are in use, histories that split."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, TypeAlias

import msgspec

from harness.model import Catalogue, Org, WrapUpCode, is_known
from harness.model.names import printable
from harness.model.org import Resource
from harness.orgs.plan import Plan, PlannedResource
from harness.orgs.predicted import Prediction
from harness.orgs.references import CODE, DIVISION, QUEUE, SKILL, USER

__all__ = ["KindOfChange", "PlanChange", "plan_changes"]

KindOfChange: TypeAlias = Literal["deleted in use", "new id", "loses its last code", "not in the org"]

_MOST_NAMES = 5
_HELD: Mapping[str, Resource] = {
    CODE: "wrapupcodes",
    QUEUE: "queues",
    SKILL: "skills",
    USER: "users",
    DIVISION: "divisions",
}


class PlanChange(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that a plan does and that somebody should know. All text is safe to print.

    Attributes:
        subject: What it is about, for example `code Refund`.
        detail: A phrase that goes on from the subject.
        address: The resource's, or None when it is about several.
    """

    kind: KindOfChange
    subject: str
    detail: str
    address: str | None = None


def plan_changes(base: Org, plan: Plan, prediction: Prediction, catalogues: Sequence[Catalogue]) -> list[PlanChange]:
    """Return what a plan does to an org, in the plan's order.

    Args:
        base: The org as it is.
        plan: What is to be done to it.
        prediction: The plan, laid over the org.
        catalogues: What the business agreed, as far as policies say.
    """
    made = {it.id: it for it in prediction.org.codes if it.id not in base.code_by_id}
    found = [
        change
        for resource in plan.resources
        if resource.type == CODE and resource.action in ("delete", "replace")
        for change in _lost_code(resource, base, prediction, made, catalogues)
    ]
    return [*found, *_emptied(base, plan, prediction), *_strangers(base, plan)]


def _lost_code(
    resource: PlannedResource,
    base: Org,
    prediction: Prediction,
    made: Mapping[str, WrapUpCode],
    catalogues: Sequence[Catalogue],
) -> Iterator[PlanChange]:
    code = base.code_by_id.get(resource.id_before or "")
    name = code.name if code is not None and is_known(code.name) else resource.name_before
    subject = f"code {printable(name or resource.address)}"
    queues = [it.name if is_known(it.name) else it.id for it in prediction.queues_left_with(resource.id_before or "")]
    heir = resource.action == "replace" or any(is_known(it.name) and it.name == name for it in made.values())
    if heir:
        lost = f"; {_names(queues)} will no longer offer it" if queues else ""
        detail = f"gets a new id, so that its history splits{lost}"
        yield PlanChange(kind="new id", subject=subject, detail=detail, address=printable(resource.address))
        return
    flags = prediction.org.flags
    users = [f"offered on {_names(queues)}"] if queues else []
    users += ["named by the outbound mapping"] if flags is not None and resource.id_before in flags.mapping else []
    users += [
        f"defined in the catalogue {printable(catalogue.name)}"
        for catalogue in catalogues
        if resource.id_before in catalogue.by_id or (name is not None and name in catalogue.by_name)
    ]
    if users:
        detail = f"is deleted while it is {' and '.join(users)}"
        yield PlanChange(kind="deleted in use", subject=subject, detail=detail, address=printable(resource.address))


def _emptied(base: Org, plan: Plan, prediction: Prediction) -> Iterator[PlanChange]:
    addresses = {it.id_after: it.address for it in plan.resources if it.type == QUEUE}
    for queue in prediction.org.queues:
        if base.offered.get(queue.id) and prediction.org.offered.get(queue.id) == ():
            yield PlanChange(
                kind="loses its last code",
                subject=f"queue {printable(queue.name if is_known(queue.name) else queue.id)}",
                detail="offers codes today and will offer none",
                address=printable(addresses[queue.id]) if queue.id in addresses else None,
            )


def _strangers(base: Org, plan: Plan) -> Iterator[PlanChange]:
    held = {
        CODE: base.code_by_id,
        QUEUE: base.queue_by_id,
        SKILL: base.skill_by_id,
        USER: base.agent_by_id,
        DIVISION: {it.id: it for it in base.divisions},
    }
    existing = [
        it for it in plan.resources if it.type in held and it.id_before is not None and base.gap(_HELD[it.type]) is None
    ]
    strange = [it for it in existing if it.id_before not in held[it.type]]
    if strange:
        yield PlanChange(
            kind="not in the org",
            subject=f"org {printable(base.name)}",
            detail=f"does not hold {len(strange):,} of the {len(existing):,} resources that exist by the plan"
            + (": it may be another org" if len(strange) == len(existing) else ": it may be older than the plan"),
        )


def _names(names: Sequence[str]) -> str:
    shown = ", ".join(f"'{printable(name)}'" for name in names[:_MOST_NAMES])
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    return f"{'queue' if len(names) == 1 else 'queues'} {shown}{more}"
