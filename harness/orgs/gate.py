"""A plan as a run judges it: alone, or laid over an org; and where its resources are written."""

from collections.abc import Sequence
from pathlib import Path

from harness.model import Assignment, Catalogue, Flags, Membership, Org, Position, Queue, WrapUpCode
from harness.model.names import printable
from harness.orgs.hcl import Places
from harness.orgs.plan import Plan
from harness.orgs.plan_changes import PlanChange, plan_changes
from harness.orgs.predicted import Prediction
from harness.orgs.references import MAPPINGS

__all__ = ["Gate"]


class Gate:
    """A plan that is judged before it is applied.

    Args:
        plan: The plan.
        base: The org that it is laid over, recorded or live; None: the plan is judged alone.
        terraform: The folder of the configuration that the plan was made from, or None.

    Attributes:
        org: What is judged: the org as it will be, or what the plan alone declares.

    Raises:
        UsageError: If the folder holds no configuration.
    """

    def __init__(self, plan: Plan, base: Org | None = None, terraform: Path | None = None) -> None:
        self.plan = plan
        self.base = base
        self._prediction = None if base is None else Prediction(base, plan)
        self.org = plan.org if self._prediction is None else self._prediction.org
        self._places = None if terraform is None else Places(terraform, plan.sources)
        self._addresses = {it.id_after: it.address for it in plan.resources if it.id_after is not None}
        self._mapping = next((it.address for it in plan.resources if it.type == MAPPINGS), None)

    def changes(self, catalogues: Sequence[Catalogue]) -> list[PlanChange]:
        """Return what the plan does to the org that no rule asks about; nothing when it is judged alone."""
        if self.base is None or self._prediction is None:
            return []
        return plan_changes(self.base, self.plan, self._prediction, catalogues)

    def place_of(self, subject: object) -> tuple[str | None, Position | None]:
        """Return the address of the resource that a subject comes from, printable, and where it is written."""
        if isinstance(subject, Assignment | Membership):
            # Which codes and members a queue has is said in its own resource.
            address = self._addresses.get(subject.queue.id)
        elif isinstance(subject, Queue | WrapUpCode):
            address = self._addresses.get(subject.id)
        else:
            address = self._mapping if isinstance(subject, Flags) else None
        if address is None:
            return None, None
        return printable(address), None if self._places is None else self._places.of(address)
