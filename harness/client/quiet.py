"""Keeping the HTTP library's own log lines about our requests out of the logs.

httpx logs whole addresses, whose queries may name people or hold signatures; httpcore logs headers as they came, in
which a proxy may quote a token. `harness.client` logs what is worth knowing. Other users of httpx in the same process
keep their lines.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

__all__ = ["quietly"]

_LOGGERS = ("httpx", *(f"httpcore.{part}" for part in ("connection", "http11", "http2", "proxy", "socks")))

_ours: ContextVar[bool] = ContextVar("wrapup-harness request", default=False)


@contextmanager
def quietly() -> Iterator[None]:
    """Keep the HTTP library silent about what this thread does inside the block."""
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(_is_somebody_elses)  # adding it again does nothing
    before = _ours.set(True)
    try:
        yield
    finally:
        _ours.reset(before)


def _is_somebody_elses(record: logging.LogRecord) -> bool:
    return not _ours.get()
