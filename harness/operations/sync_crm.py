"""Telling the CRM what each code means: which disposition it is recorded as."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

import msgspec

from harness.checks import crm as crm_checks
from harness.checks.outcome import outcome_on
from harness.checks.wording import counted
from harness.errors import PolicyError, Problem
from harness.model import Crm, Definition, Org, Origin
from harness.model.names import printable
from harness.operations.agreement import Agreement, refuse_ambiguous
from harness.operations.crm_client import CrmClient
from harness.operations.steps import Outcome, Run, Step, complete

__all__ = ["CrmRecord", "Synced", "records", "sync_crm"]

_BATCH = 100


class CrmRecord(msgspec.Struct, frozen=True, rename="camel"):
    """What the CRM gets to know about one code; the keys are the guides' own.

    Attributes:
        wrap_up_code: The business identifier.
        category: None when the catalogue has none.
        sync_timestamp: When the run began, ISO 8601 in UTC; the same for all records of a run.
    """

    wrap_up_code: str
    category: str | None
    crm_disposition: str
    sync_timestamp: str


@dataclass(frozen=True)
class Synced:
    """What a synchronisation came to.

    Attributes:
        records: What was to be sent, in the catalogue's order.
        sent: The records that the CRM took.
        steps: One per batch.
        dry_run: Whether nothing was sent on purpose.
    """

    records: tuple[CrmRecord, ...]
    sent: tuple[CrmRecord, ...]
    steps: tuple[Step, ...]
    dry_run: bool

    @property
    def complete(self) -> bool:
        """Whether the CRM took everything. If not, the same call can be repeated."""
        return complete(self.steps) and not self.dry_run


def records(
    agreement: Agreement,
    definitions: Sequence[Definition] | None = None,
    *,
    unmapped_as: str | None = None,
    at: datetime | None = None,
) -> tuple[CrmRecord, ...]:
    """Return what the CRM is told about some definitions.

    Args:
        agreement: The catalogue, and what the CRM accepts where a list of it was named.
        definitions: Those of the catalogue that are meant; None for all.
        unmapped_as: The disposition of definitions that map to none; None refuses them.
        at: When the run began; now when None.

    Raises:
        PolicyError: If a definition has no identifier, shares it with another, maps to no disposition or to one that
            the CRM's list does not accept; with all of them.
    """
    wanted = agreement.catalogue.definitions if definitions is None else tuple(definitions)
    refuse_ambiguous(agreement.catalogue, wanted)
    crm = agreement.crm or Crm()
    moment = (at or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    found, problems = [], []
    for definition in wanted:
        disposition = (crm.disposition_of(definition) or "").strip() or unmapped_as
        if not (definition.identifier or "").strip():
            problems.append(_problem(definition, "has no identifier (`wrapupCode`) that the CRM could know it by"))
        if disposition is None:
            hint = "map it (`crmDisposition`), or say what such codes are recorded as: --unmapped-as"
            problems.append(_problem(definition, "maps to no disposition", hint))
        elif disposition != unmapped_as and (refused := _refused(definition, agreement)):
            problems.append(_problem(definition, refused))
        elif definition.identifier:
            found.append(CrmRecord(definition.identifier, definition.category, disposition, moment))
    if problems:
        raise PolicyError(problems)
    return tuple(found)


def sync_crm(
    client: CrmClient | None,
    to_send: Sequence[CrmRecord],
    *,
    batch: int = _BATCH,
    on_step: Callable[[Step], None] = lambda _: None,
) -> Synced:
    """Post records to the CRM, a batch at a time; what follows a batch that failed is left alone.

    A batch that is sent again with the same timestamp has the same idempotency key, so a run that stopped half-way
    can be repeated as it was.

    Args:
        client: Made with `allow_writes`; None for a dry run, which sends nothing.
        to_send: What `records` returned.
        batch: Records a request, 1 or more.
        on_step: Called after every batch.

    Raises:
        UsageError: If the client may not write.
    """
    if client is None:
        return Synced(tuple(to_send), (), (), dry_run=True)
    run = Run(on_step)
    sent: list[CrmRecord] = []
    going_on = True
    for start in range(0, len(to_send), batch):
        chunk = to_send[start : start + batch]
        first, last = (printable(it.wrap_up_code) for it in (chunk[0], chunk[-1]))
        subject = f"{counted(len(chunk), 'code')}, '{first}' to '{last}'" if len(chunk) > 1 else f"code '{first}'"
        if not going_on:
            run.note(Step(action="post", subject=subject, status="left alone", detail="a batch before it failed"))
        elif going_on := run.take("post", subject, partial(_post, client, chunk)):
            sent += chunk
    return Synced(tuple(to_send), tuple(sent), tuple(run.steps), dry_run=False)


def _post(client: CrmClient, chunk: Sequence[CrmRecord]) -> Outcome:
    receipt = client.post([msgspec.to_builtins(record) for record in chunk])
    if receipt.replayed:
        return "already so", f"the CRM had taken the same content before (key {receipt.key})"
    attempts = f", at attempt {receipt.attempts}" if receipt.attempts > 1 else ""
    return "done", f"the CRM answered {receipt.status}{attempts} (key {receipt.key})"


def _refused(definition: Definition, agreement: Agreement) -> str | None:
    """Return why the CRM's list does not accept a definition's disposition; None without a list."""
    if agreement.crm is None or agreement.crm.dispositions is None:
        return None
    org = Org(name="", origin=Origin(kind="live", location=""), catalogue=agreement.catalogue, crm=agreement.crm)
    return next(iter(outcome_on(crm_checks.mapped, definition, org, {}).findings), None)


def _problem(definition: Definition, what: str, hint: str | None = None) -> Problem:
    at = definition.position
    return Problem(at.path, f"'{printable(definition.name)}' {printable(what)}", at.line, at.column, hint=hint)
