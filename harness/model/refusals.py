"""What the platform refuses while a conversation is handled and wrapped up.

```
RefusedError                  the platform says no: status, code
├── TooEarlyError             after-call work has not begun
├── NotActiveError            the agent's part is over, or not where the transition needs it
├── AlreadyWrappedUpError     409: there is a wrap-up, and it was not to be replaced
├── CodeRequiredError         a final wrap-up, or the prompt, needs a code
├── ForeignCodeError          the queue does not offer the code
├── CannotSkipError           the prompt demands a code
└── NotAllowedError           the queue's settings do not leave that to the agent
```

Source:
    The codes `conversation.error.*` of the vendor's OpenAPI document of 2018; the status is 400 where nothing else
    is known, and 409 for a second wrap-up, as the second guide has it (`guides.md`, row 19).
"""

from typing import ClassVar

__all__ = [
    "AlreadyWrappedUpError",
    "CannotSkipError",
    "CodeRequiredError",
    "ForeignCodeError",
    "NotActiveError",
    "NotAllowedError",
    "RefusedError",
    "TooEarlyError",
]


class RefusedError(Exception):
    """The platform says no.

    Attributes:
        status: The HTTP status of its answer.
        code: Its word for the problem.
        message: What it says.
    """

    status: ClassVar[int] = 400
    code: str = "bad.request"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class TooEarlyError(RefusedError):
    """After-call work has not begun."""


class NotActiveError(RefusedError):
    """The agent's part is over, or not at the stage that the transition needs."""

    code = "conversation.error.participant.no.active.conversations"

    def __init__(self, message: str, code: str | None = None) -> None:
        super().__init__(message)
        self.args = (message, code)
        self.code = code or self.code


class AlreadyWrappedUpError(RefusedError):
    """There is a wrap-up, and it was not to be replaced."""

    status = 409
    code = "general.conflict"


class CodeRequiredError(RefusedError):
    """A final wrap-up, or the prompt, needs a code."""

    code = "conversation.error.wrapup.code.required"

    def __init__(self, message: str = "Wrapup code is a required field and cannot be empty.") -> None:
        super().__init__(message)


class ForeignCodeError(RefusedError):
    """The queue does not offer the code."""


class CannotSkipError(RefusedError):
    """The prompt demands a code."""

    code = "conversation.error.wrapup.cannot.skip"

    def __init__(self, message: str = "Wrap-up cannot be skipped for this participant.") -> None:
        super().__init__(message)


class NotAllowedError(RefusedError):
    """The queue's settings do not leave that to the agent."""
