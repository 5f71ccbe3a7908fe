"""Finding out what a SOURCE is, and reading it."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from harness.errors import Problem, SourceError
from harness.model import Org
from harness.orgs.export import read_export
from harness.orgs.manifest import MANIFEST
from harness.orgs.plan import Plan, read_plan
from harness.orgs.plan_document import read_bytes
from harness.orgs.recording import read_recording
from harness.orgs.state import read_state
from harness.orgs.terraform import SUFFIX

if TYPE_CHECKING:
    from harness.orgs.recorder import Progress

__all__ = ["LIVE", "load_org", "load_plan"]

LIVE = "live"
"""What the platform itself is called where a source is named."""

_EXPECTED = (
    f"a recording's folder (with {MANIFEST}), a Terraform export (a {SUFFIX} file or a folder of them), "
    f"a Terraform plan or state file, or {LIVE}"
)
_AS_JSON = 'export again with export_format = "json"'


def load_org(
    location: str | Path,
    *,
    keep_names: bool = False,
    on_progress: "Callable[[Progress], None]" = lambda _: None,
) -> Org:
    """Read an org from a recording, what Terraform wrote, or the platform itself.

    Args:
        location: A recording's folder, a `.tf.json` file, a folder that holds some, a plan, a state file, or `live`
            for the org of the credentials in the environment.
        keep_names: Whether people keep the names that the source holds; else they appear by pseudonym.
        on_progress: Called after every page that the platform answers.

    Raises:
        UsageError: If the environment lacks credentials.
        SourceError: If it is no source, or cannot be read; with all problems.
        ApiError: If the platform does not answer as it should.
    """
    if str(location) == LIVE:
        # The HTTP library is loaded only for those who talk to the platform.
        from harness.client import GenesysClient, access_from_environment
        from harness.orgs.live import read_live

        with GenesysClient(access_from_environment(os.environ)) as client:
            return read_live(client, keep_names=keep_names, on_progress=on_progress)
    path = Path(location)
    try:
        return _read(path, keep_names=keep_names)
    except OSError as error:
        where = path if error.filename is None else Path(error.filename)
        raise _unfit(where, f"cannot be read: {error.strerror}", None) from None


def load_plan(location: str | Path, *, keep_names: bool = False) -> Plan:
    """Read a plan.

    Args:
        location: A file as `terraform show -json` writes it.
        keep_names: Whether people keep the names that the plan holds; else they appear by pseudonym.

    Raises:
        SourceError: If it is no plan, cannot be read, or cannot be judged; with all problems.
    """
    path = Path(location)
    try:
        return read_plan(path, keep_names=keep_names)
    except OSError as error:
        problem = Problem(
            str(path),
            "there is no such file" if isinstance(error, FileNotFoundError) else f"cannot be read: {error.strerror}",
            expected="a plan as `terraform show -json` writes it",
        )
        raise SourceError([problem]) from None


def _read(path: Path, *, keep_names: bool) -> Org:
    if path.is_dir():
        if (path / MANIFEST).exists():
            return read_recording(path, keep_names=keep_names)
        if any(path.glob(f"*{SUFFIX}")):
            return read_export(path, keep_names=keep_names)
        raise _unfit(path, *_folder_shape(path))
    if not path.exists():
        raise _unfit(path, "there is no such file or folder", None)
    if path.name == MANIFEST:
        raise _unfit(path, "is a recording's manifest", f"name its folder: {path.parent}")
    if path.name.endswith(SUFFIX):
        return read_export(path, keep_names=keep_names)
    keys = _keys(path)
    if keys & {"format_version", "planned_values", "resource_changes"}:
        return read_plan(path, keep_names=keep_names).org
    if {"version", "terraform_version"} <= keys or path.suffix == ".tfstate":
        return read_state(path, keep_names=keep_names)
    raise _unfit(path, *_file_shape(path, keys))


def _keys(path: Path) -> frozenset[str]:
    """Return the keys of a JSON object; of a broken one the first."""
    if path.suffix == ".tf":
        return frozenset()
    data, _ = read_bytes(path)
    try:
        return frozenset(msgspec.json.decode(data, type=dict[str, msgspec.Raw]))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return frozenset({"format_version"} if data.lstrip()[:30].startswith(b'{"format_version"') else ())


def _unfit(path: Path, what: str, hint: str | None) -> SourceError:
    return SourceError([Problem(str(path), what, expected=_EXPECTED, hint=hint)])


def _folder_shape(path: Path) -> tuple[str, str | None]:
    """Return what a folder is that is no source, and what to do about it."""
    if any(path.glob("*.ndjson")):
        return f"holds a recording's files, but no {MANIFEST}", f"re-record with: wrapup record --into {path}"
    if any(path.glob("*.tf")):
        return "holds Terraform's own language (.tf), not JSON", _AS_JSON
    inside = sorted({found.parent for found in [*path.glob(f"*/{MANIFEST}"), *path.glob(f"*/*{SUFFIX}")]})
    if inside:
        return "holds no org itself", "name one of the folders in it: " + ", ".join(map(str, inside))
    return ("is an empty folder" if not any(path.iterdir()) else "is a folder without an org"), None


def _file_shape(path: Path, keys: frozenset[str]) -> tuple[str, str | None]:
    """Return what a file is that is no source, and what to do about it."""
    if path.suffix == ".tf":
        return "is in Terraform's own language, not JSON", _AS_JSON
    if "resource" in keys:
        return f"looks like an export, but its name does not end in {SUFFIX}", f"rename it to {path.stem}{SUFFIX}"
    return "is not a source of an org", None
