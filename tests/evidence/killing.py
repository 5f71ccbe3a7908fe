"""A fetch in a process of its own, which is killed at a moment that can be named."""

import os
import signal
import sys
from datetime import timedelta
from itertools import count
from pathlib import Path

from tests.evidence.planting import FIRST, fetched, played

__all__ = ["fetch_and_die"]

_NOTICED = ("open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.listdir", "os.scandir")


def fetch_and_die(into: str, at: int | None, counted: str) -> None:
    """Fetch the days of an org; be killed at a moment, or count the moments that there are.

    Args:
        into: The folder.
        at: The number of a moment, or None to come to the end.
        counted: A file for the number of moments.
    """
    org = played()
    moments = count()
    last = 0

    def notice(event: str, args: tuple[object, ...]) -> None:
        nonlocal last
        if event in _NOTICED and into.rpartition("/")[0] in str(args[0]):
            last = next(moments)
            if last == at:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(notice)
    fetched(org, Path(into), FIRST, FIRST + timedelta(days=3))
    Path(counted).write_text(str(last))
