"""Faults on demand: what goes wrong, on which requests, how often; read from YAML or from a control request.

Example:
    A file for `--faults`:

    ```yaml
    faults:
      - {kind: unauthorized, path: /api/v2/routing/queues, from: 2}
      - {kind: rate_limited, retry_after: 2s, times: 3}
      - {kind: connection_reset, method: POST, after: true}
    ```
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from harness.errors import InputError, did_you_mean
from harness.policy.documents import read_document
from harness.policy.json import compose_json
from harness.policy.problems import File, Problems, shown
from harness.policy.shapes import INVALID, Fields, Key, Raw, Record, read
from harness.policy.tree import MappingNode, Node, ScalarNode, SequenceNode
from harness.policy.values import BOOLEAN, SECONDS, TEXT, BadValueError, Value, word

__all__ = ["KINDS", "Fault", "Faults", "load_faults", "read_faults"]


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing that goes wrong.

    Attributes:
        kind: One of `KINDS`.
        method: Of the requests that it meets, or `*`.
        path: Of the requests that it meets; `*` stands for any text.
        first: The first of the matching requests that it meets, counted from 1.
        times: How many it meets, or None for all from the first on.
        options: What its kind takes, as `KINDS` says; durations in milliseconds.
    """

    kind: str
    method: str = "*"
    path: str = "/api/*"
    first: int = 1
    times: int | None = 1
    options: MappingProxyType[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    def matches(self, method: str, path: str) -> bool:
        """Tell whether it is about requests such as this."""
        return self.method in ("*", method) and fnmatchcase(path, self.path.replace("[", "[[]"))


class Faults:
    """The faults that are planned, and how many requests each has seen."""

    def __init__(self, planned: Sequence[Fault] = ()) -> None:
        self._planned: list[list[Any]] = []
        self.add(planned)

    def add(self, faults: Sequence[Fault]) -> None:
        """Plan faults; they count requests from now on."""
        self._planned += [[fault, 0] for fault in faults]

    def clear(self) -> None:
        """Let nothing go wrong any more."""
        self._planned.clear()

    def due(self, method: str, path: str) -> list[Fault]:
        """Count a request, and return what goes wrong with it, in the order of planning."""
        found = []
        for entry in self._planned:
            fault: Fault = entry[0]
            if fault.matches(method, path):
                entry[1] += 1
                if entry[1] >= fault.first and (fault.times is None or entry[1] < fault.first + fault.times):
                    found.append(fault)
        return found


# -- reading -------------------------------------------------------------------------------------------------------


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise BadValueError
    return int(text)


def _times(text: str) -> int | None:
    return None if text == "always" else _count(text)


def _error_status(text: str) -> int:
    if len(text) != 3 or text[0] not in "45" or not text.isdecimal():
        raise BadValueError
    return int(text)


def _length(text: str) -> int:
    milliseconds: int = SECONDS.parse(text)
    if milliseconds < 0:
        raise BadValueError
    return milliseconds


_COUNT: Final = Value("a whole number, 1 or more", _count, {"type": "integer", "minimum": 1}, plain=True)
_TIMES: Final = Value("a whole number, 1 or more, or 'always'", _times, {"type": ["integer", "string"]})
_STATUS: Final = Value("an error's status, such as 503", _error_status, {"type": "integer"}, plain=True)
_DURATION: Final = Value("seconds, or a duration with its unit: 90s, 2m", _length, {"type": ["number", "string"]})

_COMMON: Final = (
    Key("kind", TEXT, required=True),
    Key("method", word("*", "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"), text="Which requests: their method."),
    Key("path", TEXT, text="Which requests: their path, with * for any text; /api/* when it is left out."),
    Key("from", _COUNT, text="The first of them that it meets; 1 when it is left out."),
    Key("times", _TIMES, text="How many of them it meets; 1 when it is left out."),
)
_AFTER: Final = Key("after", BOOLEAN, text="Whether the request takes effect before it goes wrong.")

KINDS: Final[dict[str, tuple[Key, ...]]] = {
    "unauthorized": (),
    "forbidden": (Key("permission", TEXT, required=True, text="The permission that the answer names."),),
    "rate_limited": (
        Key("retry_after", _DURATION, text="What Retry-After says; without it there is no such header."),
        Key("as_date", BOOLEAN, text="Whether Retry-After is a date."),
    ),
    "server_error": (Key("status", _STATUS, text="503 when it is left out."), _AFTER),
    "connection_reset": (_AFTER,),
    "slow": (
        Key("chunk", _COUNT, text="Bytes at a time; 16 when it is left out."),
        Key("pause", _DURATION, text="Between them; 50 ms when it is left out."),
    ),
    "truncated": (),
    "malformed": (),
    "html": (Key("status", _STATUS, text="The page's status; 200 when it is left out."),),
    "page_drift": (
        Key("insert", _COUNT, text="How many entities appear at the listing's beginning."),
        Key("remove", _COUNT, text="How many entities vanish from the listing's beginning."),
    ),
    "repeated_page": (),
    "repeated_cursor": (),
    "clock_skew": (Key("by", SECONDS, required=True, text="How far the server's clock is ahead; may be negative."),),
    "propagation_delay": (Key("by", _DURATION, required=True, text="How long nobody sees what was written."),),
}
"""What can go wrong, and what each kind takes.

- `unauthorized`: 401, and the token is useless from then on
- `forbidden`: 403 that names a permission
- `rate_limited`: 429
- `server_error`: 5xx, before or after the request took effect
- `connection_reset`: the connection breaks without an answer
- `slow`: the answer comes in drips
- `truncated`: the connection ends in the middle of the answer
- `malformed`: a whole answer that is half the JSON
- `html`: a proxy's page in place of the answer
- `page_drift`: entities appear or vanish before this page is made
- `repeated_page`: the page before this one once more
- `repeated_cursor`: the link or cursor to the next page leads here again
- `clock_skew`: dates that the answer holds are off
- `propagation_delay`: what is written stays unseen for a while
"""


def load_faults(path: Path) -> list[Fault]:
    """Return the faults that a YAML file plans.

    Raises:
        InputError: If the file cannot be acted on; with all problems.
    """
    problems = Problems()
    document = read_document(str(path), problems)
    faults = [] if document is None else _faults(*document)
    if problems:
        raise InputError(problems.listed())
    return faults


def read_faults(text: str, path: str) -> list[Fault]:
    """Return the faults that a JSON text plans.

    Args:
        text: An object with the key `faults`.
        path: What to call it in messages.

    Raises:
        InputError: If it cannot be acted on; with all problems.
    """
    problems = Problems()
    file = File(path, text, "", problems)
    node = compose_json(file)
    faults = [] if node is None else _faults(file, node)
    if problems:
        raise InputError(problems.listed())
    return faults


def _faults(file: File, root: Node) -> list[Fault]:
    listed = root.entries.get("faults") if isinstance(root, MappingNode) else None
    if listed is None or not isinstance(listed.value, SequenceNode):
        file.problem(root, "holds no list 'faults'", hint="write: faults: [{kind: rate_limited}]")
        return []
    found = [_fault(file, item) for item in listed.value.items]
    return [fault for fault in found if fault is not None]


def _fault(file: File, node: Node) -> Fault | None:
    record = read(Raw("a mapping with 'kind'"), node, file, "a fault")
    if record is INVALID or not isinstance(node, MappingNode):
        return None
    kind = node.entries.get("kind")
    if kind is None or not isinstance(kind.value, ScalarNode):
        file.problem(node, "a fault has no 'kind'", expected=f"one of {', '.join(KINDS)}")
        return None
    name = kind.value.text
    if name not in KINDS:
        expected = f"one of {', '.join(KINDS)}"
        file.problem(kind.value, f"unknown kind {shown(name)}", expected=expected, hint=did_you_mean(name, KINDS))
        return None
    values: Record = read(Fields(f"a fault of kind '{name}'", (*_COMMON, *KINDS[name])), node, file, "a fault")
    return Fault(
        kind=name,
        method=values.get("method", "*"),
        path=values.get("path", "/api/*"),
        first=values.get("from", 1),
        times=values.get("times", 1),
        options=MappingProxyType({key.name: values.get(key.name) for key in KINDS[name] if key.name in values.values}),
    )
