"""What is kept beside a folder while one command, and one only, writes into it."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from harness.errors import UsageError

if sys.platform != "win32":
    import fcntl

__all__ = ["alone_in", "beside"]


def beside(folder: Path, ending: str) -> Path:
    """Return the name of something hidden beside a folder.

    Example:
        >>> beside(Path("/data/evidence"), "partial").as_posix()
        '/data/.evidence.partial'
    """
    # The folder may be `.`, which has no name of its own.
    whole = Path(os.path.abspath(folder))  # noqa: PTH100 - `resolve` would leave a link for what it points to
    return whole.parent / f".{whole.name}.{ending}"


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Keep other commands from writing into a folder, and into what is kept beside it, meanwhile.

    Two of them would take each other's pieces away, and neither would notice. A process that is killed holds nothing
    any more.

    Raises:
        UsageError: If another process is at it, or nothing can be written there.
    """
    if sys.platform == "win32":
        # It has no such locks, and nobody is kept out.
        yield
        return
    path = beside(folder, "lock")
    with _opened(path, folder) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise _busy(folder) from error
        if not _is_still(path, file.fileno()):
            # Who held it has removed it since, and somebody else may hold the next one.
            raise _busy(folder)
        try:
            yield
        finally:
            path.unlink(missing_ok=True)


def _opened(path: Path, folder: Path) -> BinaryIO:
    try:
        if not path.parent.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("ab")
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UsageError(f"cannot write '{folder}': {reason}", "name a folder that can be written to") from error


def _is_still(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def _busy(folder: Path) -> UsageError:
    return UsageError(f"{folder} is being written by another process", "wait until it is done, or name another folder")
