"""Every way in which the harness can fail to reach a verdict.

```
HarnessError                  no verdict could be reached (never means "not compliant")
├── UsageError                a flag or an environment variable is missing or wrong
├── InputError                files cannot be acted on; carries every problem found
│   ├── PolicyError           a policy, catalogue, CRM list or file of checks
│   └── SourceError           a recording, export or plan
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
    "CheckError",
    "HarnessError",
    "InputError",
    "NotCompliant",
    "PolicyError",
    "Problem",
    "SourceError",
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
