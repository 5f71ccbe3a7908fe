"""Every way in which the harness can fail to reach a verdict.

```
HarnessError                  no verdict could be reached (never means "not compliant")
├── UsageError                a flag or an environment variable is missing or wrong
├── InputError                files cannot be acted on; carries every problem found
│   ├── PolicyError           a policy, catalogue, CRM list or file of checks
│   └── SourceError           a recording, export or plan
├── ApiError                  a request was not answered as it should: method, path, status, code, correlation id
│   ├── AuthError             the token endpoint's errors, 401 and 403: which permission the call needs
│   ├── NotFoundError         404
│   ├── ConflictError         409, 412, and changes that cannot be merged: what conflicts
│   ├── RateLimitedError      429 after the last attempt: waited_s
│   ├── UnavailableError      5xx, time-outs and broken connections after the last attempt
│   ├── PayloadError          the answer is not what the API promises: json_path, expected, got
│   └── ListingChangedError   entities came or went while a listing was read
├── UnknownValueError         a value was read that the source could not determine
└── CheckError                a check itself raised: check, subject, __cause__
NotCompliant(AssertionError)  raised by a pytest item only; carries the verdict's text
```

Facts are attributes; `str()` builds the text from them.
"""

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

__all__ = [
    "ApiError",
    "AuthError",
    "CheckError",
    "ConflictError",
    "Exchange",
    "HarnessError",
    "InputError",
    "ListingChangedError",
    "NotCompliant",
    "NotFoundError",
    "PayloadError",
    "PolicyError",
    "Problem",
    "RateLimitedError",
    "SourceError",
    "UnavailableError",
    "UnknownValueError",
    "UsageError",
    "did_you_mean",
]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one file: where, what, what was expected, what to do.

    Attributes:
        path: The file, as the user named it.
        what: The fact, in lower case and without a final stop.
        line: Counted from 1, or None when the whole file is meant.
        column: Counted from 1, or None.
        expected: What would have been right.
        hint: What to do about it.
    """

    path: str
    what: str
    line: int | None = None
    column: int | None = None
    expected: str | None = None
    hint: str | None = None

    def __str__(self) -> str:
        where = ":".join(str(part) for part in (self.path, self.line, self.column) if part is not None)
        lines = [f"{where}: {self.what}"]
        if self.expected:
            lines.append(f"  expected {self.expected}")
        if self.hint:
            lines.append(f"  {self.hint}")
        return "\n".join(lines)


class HarnessError(Exception):
    """No verdict could be reached. Never means "not compliant"."""


class UsageError(HarnessError):
    """A flag or an environment variable is missing or wrong.

    Attributes:
        what: The fact.
        hint: What to do about it, or None.
    """

    def __init__(self, what: str, hint: str | None = None) -> None:
        super().__init__(what, hint)
        self.what = what
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.what}\n  {self.hint}" if self.hint else self.what


class InputError(HarnessError):
    """Files cannot be acted on.

    Attributes:
        problems: All problems found, in the order of the files and lines.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(problems)
        self.problems = tuple(problems)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


class PolicyError(InputError):
    """A policy, or a catalogue, CRM list or file of checks that it uses, cannot be acted on."""


class SourceError(InputError):
    """A recording, export or plan is missing, stale or malformed."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and what came back, as far as an error tells it. Never holds a secret or a query.

    Attributes:
        method: In capitals.
        path: Without the query: that may name people.
        status: The HTTP status, or None when no answer came.
        code: The platform's word for the problem ("missing.permissions"), or None.
        message: What the platform or the network said, redacted and shortened, or None.
        correlation_id: What the vendor's support asks for, or None.
    """

    method: str
    path: str
    status: int | None = None
    code: str | None = None
    message: str | None = None
    correlation_id: str | None = None

    def __str__(self) -> str:
        answered = "" if self.status is None else f" answered {self.status}"
        code = f" {self.code}" if self.code else ""
        correlation = f" (correlation id {self.correlation_id})" if self.correlation_id else ""
        return f"{self.method} {self.path}{answered}{code}{correlation}"


class ApiError(HarnessError):
    """A request was not answered as it should have been.

    Attributes:
        exchange: The request and what came back.
        hint: What to do about it, or None.
    """

    def __init__(self, exchange: Exchange, hint: str | None = None) -> None:
        super().__init__(exchange, hint)
        self.exchange = exchange
        self.hint = hint

    @property
    def status(self) -> int | None:
        """The HTTP status, or None when no answer came."""
        return self.exchange.status

    def __str__(self) -> str:
        message = self.exchange.message
        lines = [f"{self.exchange}: {message}" if message else str(self.exchange)]
        if self.hint:
            lines.append(f"  {self.hint}")
        return "\n".join(lines)


class AuthError(ApiError):
    """The platform does not know these credentials (401), or does not let them do this (403).

    Attributes:
        permissions: The permissions that this call needs, as far as they are documented.
    """

    def __init__(self, exchange: Exchange, hint: str | None = None, permissions: tuple[str, ...] = ()) -> None:
        super().__init__(exchange, hint)
        self.args = (exchange, hint, permissions)
        self.permissions = permissions


class NotFoundError(ApiError):
    """There is no such object, or none that these credentials may see."""


class ConflictError(ApiError):
    """Somebody else's change stands in the way of ours, and both cannot be kept.

    Attributes:
        conflicts: One line for each value that both changed: its JSON path and the three values.
    """

    def __init__(self, exchange: Exchange, hint: str | None = None, conflicts: tuple[str, ...] = ()) -> None:
        super().__init__(exchange, hint)
        self.args = (exchange, hint, conflicts)
        self.conflicts = conflicts

    def __str__(self) -> str:
        return "\n".join((super().__str__(), *(f"  {conflict}" for conflict in self.conflicts)))


class RateLimitedError(ApiError):
    """The platform still answered 429 after the last attempt.

    Attributes:
        waited_s: Seconds spent waiting between the attempts.
    """

    def __init__(self, exchange: Exchange, hint: str | None = None, waited_s: float = 0.0) -> None:
        super().__init__(exchange, hint)
        self.args = (exchange, hint, waited_s)
        self.waited_s = waited_s


class UnavailableError(ApiError):
    """The platform could not be reached, or could not answer, after the last attempt."""


class PayloadError(ApiError):
    """An answer came that is not what the API promises.

    Attributes:
        json_path: Where in the answer (`$.entities[3].name`).
        expected: What the API promises.
        got: What was there instead: a kind of value, never the value itself.
    """

    def __init__(self, exchange: Exchange, json_path: str, expected: str, got: str) -> None:
        super().__init__(exchange)
        self.args = (exchange, json_path, expected, got)
        self.json_path = json_path
        self.expected = expected
        self.got = got

    def __str__(self) -> str:
        return f"{self.exchange}: {self.json_path} is {self.got}, expected {self.expected}"


class ListingChangedError(ApiError):
    """Entities came or went while a listing was read, so that it may lack some or have some twice."""


class UnknownValueError(HarnessError):
    """A value was read that the source could not determine.

    Inside a check or an expression it makes the case's verdict *unknown*.

    Attributes:
        what: The value, in the words of the model ("the division's name").
        why: Why it is unknown.
    """

    def __init__(self, what: str, why: str) -> None:
        super().__init__(what, why)
        self.what = what
        self.why = why

    def __str__(self) -> str:
        return f"{self.what} is unknown: {self.why}"


class CheckError(HarnessError):
    """A check raised instead of judging; the cause is its `__cause__`.

    Attributes:
        check: The check's id.
        subject: The subject's label.
    """

    def __init__(self, check: str, subject: str) -> None:
        super().__init__(check, subject)
        self.check = check
        self.subject = subject

    def __str__(self) -> str:
        cause = f": {type(self.__cause__).__name__}: {self.__cause__}" if self.__cause__ else ""
        return f"check {self.check} raised on {self.subject}{cause}"


class NotCompliant(AssertionError):
    """A finding, as pytest wants to see it."""


def did_you_mean(word: str, candidates: Iterable[str]) -> str | None:
    """Return the hint for a word that was not found, or None when nothing is near.

    Example:
        >>> did_you_mean("naming.maxlength", ["naming.max_length", "naming.pattern"])
        "did you mean 'naming.max_length'?"
    """
    near = difflib.get_close_matches(word, list(candidates), n=1, cutoff=0.6)
    return f"did you mean '{near[0]}'?" if near else None
