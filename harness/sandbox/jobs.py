"""Work that a caller starts, asks after and fetches page by page: asynchronous queries of analytics and audits."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from harness.sandbox.problems import bad_request, not_found
from harness.sandbox.query import Query

if TYPE_CHECKING:
    from harness.sandbox.state import State

__all__ = ["Job", "Jobs"]

_LIVES = timedelta(days=1)


@dataclass
class Job:
    """A query that runs.

    Attributes:
        kind: What it is about; a job is found only as what it is.
        results: What it finds.
        asked: What was asked, for answers that repeat it.
    """

    id: str
    kind: str
    results: Sequence[Any]
    submitted: datetime
    asked: dict[str, Any] = field(default_factory=dict)
    polls: int = 0
    completed: datetime | None = None
    cancelled: bool = False

    @property
    def expires(self) -> datetime:
        """When its results are thrown away."""
        return self.submitted + _LIVES


class Jobs:
    """All jobs since the sandbox started.

    Attributes:
        polls_until_done: How often a caller asks after a job before it is done: first it is queued, then it runs.
    """

    def __init__(self, state: "State") -> None:
        self.polls_until_done = 2
        self._state = state
        self._jobs: dict[str, Job] = {}

    def submit(self, kind: str, results: Sequence[Any], asked: dict[str, Any] | None = None) -> Job:
        """Start a job; what it finds is settled now."""
        job = Job(self._state.new_id(), kind, results, self._state.stamp(), asked or {})
        self._jobs[job.id] = job
        return job

    def poll(self, kind: str, job_id: str) -> tuple[Job, Literal["queued", "running", "done", "cancelled", "expired"]]:
        """Count that a caller asks after a job, and tell how it is.

        Raises:
            ApiProblem: If there is no such job.
        """
        job = self._found(kind, job_id)
        job.polls += 1
        if not job.cancelled and job.polls > self.polls_until_done and job.completed is None:
            job.completed = self._state.stamp()
        if job.cancelled:
            return job, "cancelled"
        if self._state.clock.now() >= job.expires:
            return job, "expired"
        if job.completed is not None:
            return job, "done"
        return job, "queued" if job.polls == 1 else "running"

    def cancel(self, kind: str, job_id: str) -> None:
        """Stop a job.

        Raises:
            ApiProblem: If there is no such job.
        """
        self._found(kind, job_id).cancelled = True

    def page(
        self, kind: str, job_id: str, query: Query, *, default: int, most: int
    ) -> tuple[Job, Sequence[Any], str | None]:
        """Return a page of a job's results, and the cursor of the next; None after the last.

        Raises:
            ApiProblem: If there is no such job, it is not done, or the cursor is not one of its own.
        """
        job = self._found(kind, job_id)
        if job.cancelled or job.completed is None or self._state.clock.now() >= job.expires:
            raise bad_request("The results of the query are not available")
        size = query.integer("pageSize", default, least=1, most=most)
        start = 0
        if cursor := query.text("cursor"):
            owner, _, offset = cursor.partition(".")
            if owner != job.id or not offset.isdecimal():
                raise bad_request("The cursor is not valid")
            start = int(offset)
        end = start + size
        return job, job.results[start:end], f"{job.id}.{end}" if end < len(job.results) else None

    def _found(self, kind: str, job_id: str) -> Job:
        job = self._jobs.get(job_id)
        if job is None or job.kind != kind:
            raise not_found("The query does not exist")
        return job
