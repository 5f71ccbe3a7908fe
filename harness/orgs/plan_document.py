"""A plan as `terraform show -json` writes it, decoded as far as it is read.

Source:
    Terraform, JSON Output Format: format version 1.x; readers ignore what they do not know within a major version.
"""

import codecs
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from harness.errors import Problem, SourceError

__all__ = [
    "Call",
    "Change",
    "Configured",
    "Module",
    "PlanDocument",
    "PlannedChange",
    "Resource",
    "decode",
    "read_bytes",
    "read_document",
]

LARGEST_BYTES = 200_000_000
"""A larger file is refused: judging it takes about seven times its size in memory."""

_SHOW = "write it with: terraform show -json PLAN > plan.json"


class _Struct(msgspec.Struct, frozen=True):
    pass


class PlannedChange(_Struct, frozen=True, kw_only=True):
    """What is to become of one resource.

    Attributes:
        before: Its attributes, or None when there is no such resource yet.
        after: Its attributes as far as they are known, or None when it will be gone.
        after_unknown: Of the same shape: what is known only after apply is true.
        before_sensitive: Of the same shape: what nobody must see is true.
        after_sensitive: Likewise.
    """

    actions: tuple[str, ...]
    before: Any = None
    after: Any = None
    after_unknown: Any = None
    before_sensitive: Any = None
    after_sensitive: Any = None
    importing: Any = None


class Change(_Struct, frozen=True, kw_only=True):
    """One entry of `resource_changes`; what is to become of it is decoded when it is of interest."""

    address: str
    mode: str = "managed"
    type: str
    name: str
    index: Any = None
    module_address: str = ""
    previous_address: str | None = None
    deposed: str | None = None
    change: msgspec.Raw


class Resource(_Struct, frozen=True, kw_only=True):
    """One resource of planned or prior values."""

    address: str
    mode: str = "managed"
    type: str
    values: msgspec.Raw = msgspec.Raw(b"{}")
    sensitive_values: msgspec.Raw = msgspec.Raw(b"{}")


class _Values(_Struct, frozen=True, kw_only=True):
    resources: tuple[Resource, ...] = ()
    child_modules: "tuple[_Values, ...]" = ()

    def walk(self) -> Iterator[Resource]:
        yield from self.resources
        for module in self.child_modules:
            yield from module.walk()


class _Root(_Struct, frozen=True, kw_only=True):
    root_module: _Values = _Values()


class _Prior(_Struct, frozen=True, kw_only=True):
    values: _Root = _Root()


class _Output(_Struct, frozen=True, kw_only=True):
    expression: Any = None


class Configured(_Struct, frozen=True, kw_only=True):
    """One `resource` or `data` block."""

    mode: str = "managed"
    type: str
    name: str
    expressions: dict[str, Any] = {}
    for_each_expression: Any = None


class Call(_Struct, frozen=True, kw_only=True):
    """One `module` block."""

    source: str = ""
    expressions: dict[str, Any] = {}
    for_each_expression: Any = None
    module: "Module"


class Module(_Struct, frozen=True, kw_only=True):
    """What the configuration of one module says."""

    resources: tuple[Configured, ...] = ()
    module_calls: dict[str, Call] = {}
    outputs: dict[str, _Output] = {}


class _Configuration(_Struct, frozen=True, kw_only=True):
    root_module: Module = Module()


class PlanDocument(_Struct, frozen=True, kw_only=True):
    """A plan's document.

    Attributes:
        complete: None in older versions, which do not say.
        errored: Likewise.
        configuration: None when the document has none, so that what is not set cannot be told from what is not known.
    """

    format_version: str
    terraform_version: str | None = None
    planned_values: _Root = _Root()
    resource_changes: tuple[Change, ...] = ()
    prior_state: _Prior = _Prior()
    configuration: _Configuration | None = None
    complete: bool | None = None
    errored: bool | None = None

    def planned(self) -> Iterator[Resource]:
        """Return the resources of all modules as they will be."""
        return self.planned_values.root_module.walk()

    def looked_up(self) -> Iterator[Resource]:
        """Return the data sources of all modules that were read when the plan was made."""
        return (it for it in self.prior_state.values.root_module.walk() if it.mode == "data")


_T = TypeVar("_T")


def read_document(path: Path, data: bytes) -> PlanDocument:
    """Decode a plan's document and refuse what cannot be judged.

    Raises:
        SourceError: If it is no plan, of another major version, had an error, or is not complete.
    """
    if data.startswith(b"PK"):
        what = "is Terraform's own plan file, not JSON"
        raise _unfit(path, what, expected="a plan as `terraform show -json` writes it", hint=_SHOW)
    document = decode(path, data, PlanDocument, expected="a plan as `terraform show -json` writes it", hint=_SHOW)
    major = document.format_version.partition(".")[0]
    if major != "1":
        raise _unfit(
            path,
            f"is a plan of format version '{document.format_version}'",
            expected="a format version of 1.x",
            hint="this version of the harness may be too old for your Terraform",
        )
    if document.errored:
        raise _unfit(
            path,
            "says that planning ended with an error, so that it lacks resources",
            expected="a plan without errors",
            hint="mend what `terraform plan` says, and plan again",
        )
    if document.complete is False:
        raise _unfit(
            path,
            "says that it is not complete: applying it would need another plan",
            expected="a complete plan",
            hint="plan without -target, and let Terraform defer nothing",
        )
    return document


def read_bytes(path: Path) -> tuple[bytes, str]:
    """Return a file's content and its hash, in hex.

    Raises:
        SourceError: If the file is too large.
    """
    size = path.stat().st_size
    if size > LARGEST_BYTES:
        raise _unfit(
            path,
            f"has {size / 1e6:,.0f} MB",
            expected=f"at most {LARGEST_BYTES / 1e6:,.0f} MB",
            hint="plan the modules apart from each other",
        )
    data = path.read_bytes()
    return data.removeprefix(codecs.BOM_UTF8), hashlib.sha256(data).hexdigest()


def decode(path: Path, data: bytes | msgspec.Raw, shape: type[_T], *, expected: str, hint: str) -> _T:
    """Decode JSON; what is wrong is told by its place, never by its content, which may be secret.

    Raises:
        SourceError: If it is not JSON, or of another shape.
    """
    try:
        return msgspec.json.decode(data, type=shape)
    except msgspec.ValidationError as error:
        raise _unfit(path, f"is of another shape: {_lowered(error)}", expected=expected, hint=hint) from None
    except msgspec.DecodeError as error:
        what = "ends in the middle" if "truncated" in str(error) else _lowered(error)
        raise _unfit(path, f"is not JSON: {what}", expected=expected, hint=hint) from None
    except UnicodeDecodeError:
        raise _unfit(path, "is not UTF-8 text", expected=expected, hint=hint) from None
    except RecursionError:
        raise _unfit(path, "is nested too deeply", expected=expected, hint=hint) from None


def _lowered(error: Exception) -> str:
    text = str(error).removeprefix("JSON is malformed: ")
    return f"{text[:1].lower()}{text[1:]}"


def _unfit(path: Path, what: str, *, expected: str, hint: str) -> SourceError:
    return SourceError([Problem(str(path), what, expected=expected, hint=hint)])
