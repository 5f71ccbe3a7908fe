"""Taking secrets and e-mail addresses out of texts that others wrote, before they reach an error or a log."""

import re
from collections.abc import Iterable

__all__ = ["redact"]

_LONGEST = 300
_HIDDEN = "(hidden)"
_SECRET_SHAPES = re.compile(
    r"(?i)\b(bearer|basic)\s+[\w.~+/=-]+"
    r"|\b(access_token|refresh_token|client_secret|code_verifier|code)(\"?\s*[=:]\s*\"?)[^\s\"&,}]+"
    r"|[\w.+!#$%&'*/=?^`{|}~-]+@[\w.-]+\w"
)


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """Return a text that may be shown: one line, at most 300 characters, without what must not leave.

    Args:
        text: What a server or a library said. A proxy may quote the request, with its token, in an error page.
        secrets: Values known to be secret, taken out wherever they stand.

    Example:
        >>> redact("user jo@example.test sent 'Authorization: Bearer abc.def'")
        "user (hidden) sent 'Authorization: Bearer (hidden)'"
    """
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        text = text.replace(secret, _HIDDEN)
    line = " ".join(_SECRET_SHAPES.sub(_hide, text).split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


def _hide(match: re.Match[str]) -> str:
    scheme, name, between = match.groups()
    if scheme:
        return f"{scheme} {_HIDDEN}"
    return f"{name}{between}{_HIDDEN}" if name else _HIDDEN
