"""Files that a run leaves: written whole or not at all, and those that later runs read back."""

import hashlib
import secrets
from pathlib import Path

import msgspec

from harness.checking import Baseline, decode_baseline
from harness.errors import InputError, Problem, UsageError
from harness.report.results import FORMAT, Results

__all__ = ["load_baseline", "load_results", "make_folder", "save_results", "write_whole"]


class _Version(msgspec.Struct, rename="camel"):
    """What every version of the document has in common."""

    format: int = FORMAT
    tool_version: str = "unknown"


def write_whole(path: Path, content: str | bytes) -> None:
    """Write a file under a temporary name in its folder and rename it, so that no reader sees half of it.

    Missing folders are created, a link stays a link, and a device or pipe is written to directly.

    Args:
        path: The target; what it held before is replaced.
        content: Text is encoded as UTF-8; what UTF-8 cannot hold is written as a Python escape.

    Raises:
        UsageError: If the target cannot be written.
    """
    data = content.encode(errors="backslashreplace") if isinstance(content, str) else content
    try:
        if path.exists() and not (path.is_file() or path.is_dir()):
            # Renaming onto /dev/stdout or a pipe would put a plain file in its place.
            path.write_bytes(data)
            return
        target = path.resolve()
        make_folder(path)
        temporary = target.parent / f".wrapup-{secrets.token_hex(8)}.tmp"
        try:
            temporary.write_bytes(data)
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise _unwritable(path, error) from error


def make_folder(path: Path) -> None:
    """Make the folder of a file that is to be written.

    Raises:
        UsageError: If it cannot be made.
    """
    try:
        path.resolve().parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(path, error) from error


def _unwritable(path: Path, error: OSError) -> UsageError:
    # A file where a folder has to be is reported as "file exists", which sounds like the opposite.
    reason = "not a directory" if isinstance(error, FileExistsError) else (error.strerror or str(error)).lower()
    return UsageError(f"cannot write '{path}': {reason}", "name a file in a folder that can be written to")


def save_results(results: Results, path: Path) -> None:
    """Write the results document: one line of JSON, the same bytes for the same results.

    Raises:
        UsageError: If the target cannot be written.
    """
    write_whole(path, msgspec.json.encode(results) + b"\n")


def load_results(path: Path) -> Results:
    """Read a results document.

    Raises:
        InputError: If it cannot be read, is no results document of this format, or refers to what it does not hold.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise _refused(path, f"cannot be read: {reason}", hint="write one with: wrapup check --json FILE") from error
    try:
        version = msgspec.json.decode(data, type=_Version)
        if version.format != FORMAT:
            raise _refused(
                path,
                f"is a results document of format {version.format}",
                expected=f"format {FORMAT}",
                hint=f"read it with the version of the harness that wrote it: {version.tool_version}",
            )
        results = msgspec.json.decode(data, type=Results)
    except msgspec.ValidationError as error:
        raise _refused(path, f"is no results document: {error}", expected="what wrapup check --json writes") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _refused(
            path,
            f"is not complete JSON: {error}",
            expected="what wrapup check --json writes",
            hint="the file was cut short or edited; write it again",
        ) from error
    dangling = _dangling(results)
    if dangling:
        raise InputError([Problem(str(path), what, hint="the file was edited; write it again") for what in dangling])
    return results


def load_baseline(path: Path) -> Baseline:
    """Read a baseline.

    Raises:
        InputError: If it cannot be read, or is no baseline of this format.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        hint = "begin one with: wrapup check --baseline FILE --update-baseline --accept-new"
        raise _refused(path, f"cannot be read: {reason}", hint=hint) from error
    return decode_baseline(data, str(path), hashlib.sha256(data).hexdigest())


def _refused(path: Path, what: str, *, expected: str | None = None, hint: str | None = None) -> InputError:
    return InputError([Problem(str(path), what, expected=expected, hint=hint)])


def _dangling(results: Results) -> list[str]:
    """Return what is wrong with the document's references from one list into another."""
    references = [
        *((f"$.rules[{at}].policy", rule.policy, len(results.policies)) for at, rule in enumerate(results.rules)),
        *((f"$.waivers[{at}].policy", it.policy, len(results.policies)) for at, it in enumerate(results.waivers)),
        *((f"$.cases[{at}].rule", case.rule, len(results.rules)) for at, case in enumerate(results.cases)),
        *(
            (f"$.cases[{at}].waiver", case.waiver, len(results.waivers))
            for at, case in enumerate(results.cases)
            if case.waiver is not None
        ),
        *(
            (f"$.plan.fixed[{at}].rule", fixed.rule, len(results.rules))
            for at, fixed in enumerate(results.plan.fixed if results.plan else ())
        ),
    ]
    return [
        f"{where} is {index}, but there are {count}" for where, index, count in references if not 0 <= index < count
    ]
