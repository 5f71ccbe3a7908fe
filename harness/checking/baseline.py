"""The baseline as a file: findings that were known when it was last updated, one a line."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

import msgspec

from harness.errors import InputError, Problem

__all__ = ["BASELINE_FORMAT", "Baseline", "Entry", "decode_baseline", "encode_baseline", "in_order"]

BASELINE_FORMAT: Final = 1


class Entry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One known finding: a rule and what its subject is recognised by.

    Attributes:
        rule: The rule's id.
        kind: The kind of subject.
        name: The subject's exact name.
        id: The platform's id, or None when it was not known.
        address: The Terraform resource address, or None.
        label: The subject as reports print it; for people who read the file.
        added: The day on which it was taken in.
    """

    rule: str
    kind: str
    name: str
    id: str | None = None
    address: str | None = None
    label: str
    added: date

    @property
    def order(self) -> tuple[str, ...]:
        """What entries are sorted by."""
        return (self.rule, self.kind, self.name, self.id or "", self.address or "", str(self.added), self.label)


@dataclass(frozen=True)
class Baseline:
    """All known findings.

    Attributes:
        entries: Sorted. Two that are equal stand for two findings that cannot be told apart.
        path: The file, as the user named it.
        sha256: Of the file's bytes, in hex; None when there is no file yet.
    """

    entries: tuple[Entry, ...] = ()
    path: str = ""
    sha256: str | None = None


class _File(msgspec.Struct, forbid_unknown_fields=True):
    format: Literal[1]
    entries: tuple[Entry, ...]


class _Format(msgspec.Struct):
    format: int | None = None


def decode_baseline(data: bytes, path: str, sha256: str | None = None) -> Baseline:
    """Return the baseline that a file's bytes hold.

    Args:
        data: JSON, as `encode_baseline` writes it; the order of the entries does not matter.
        path: The file, as the user named it.
        sha256: Of the bytes, in hex.

    Raises:
        InputError: If they hold none of this format.
    """
    try:
        found = msgspec.json.decode(data, type=_Format).format
        if found is not None and found != BASELINE_FORMAT:
            raise InputError([Problem(path, f"is a baseline of format {found}", expected=f"format {BASELINE_FORMAT}")])
        entries = msgspec.json.decode(data, type=_File).entries
    except msgspec.ValidationError as error:
        problem = Problem(path, f"is no baseline: {error}", expected="what wrapup check --update-baseline writes")
        raise InputError([problem]) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        hint = "the file was cut short or edited; restore it from version control"
        raise InputError([Problem(path, f"is not complete JSON: {error}", hint=hint)]) from error
    return Baseline(in_order(entries), path, sha256)


def encode_baseline(baseline: Baseline) -> bytes:
    """Return a baseline's file: an entry a line, sorted, so that a change is read as a change of lines."""
    lines = ",\n".join(msgspec.json.encode(entry).decode() for entry in in_order(baseline.entries))
    inner = f"\n{lines}\n" if lines else ""
    return f'{{"format": {BASELINE_FORMAT}, "entries": [{inner}]}}\n'.encode()


def in_order(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return entries as a baseline has them."""
    return tuple(sorted(entries, key=lambda entry: entry.order))
