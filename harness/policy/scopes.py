"""Expressions of one policy: compiled for the kinds that use them, each scope's problems reported once."""

from collections.abc import Mapping
from typing import Final, get_args

from harness.model import KINDS, KindName
from harness.policy.expressions import Expression, ExpressionError, compile_expression, scopes_named
from harness.policy.inherit import Item
from harness.policy.problems import File
from harness.policy.tree import ScalarNode

__all__ = ["Scopes"]

# What expressions read, and what CEL keeps for itself: a scope of that name could never be meant.
_RESERVED: Final = (
    "as break const continue else false for function if import in let loop namespace null package return true var void"
)
_TAKEN: Final = frozenset([*get_args(KindName), "agent", *_RESERVED.split(), "while"])


class Scopes:
    """The named scopes of a policy, and the compiler of every expression that may name them."""

    def __init__(self, items: Mapping[str, Item[ScalarNode]]) -> None:
        self._items = {name: item for name, item in items.items() if name not in _TAKEN}
        self._misnamed = {name: item for name, item in items.items() if name in _TAKEN}
        self._texts = {name: item.value.text for name, item in self._items.items()}
        self._compiled: dict[tuple[str, KindName], bool] = {}
        self._circular: set[str] = set()

    def compile(self, node: ScalarNode, file: File, kind: KindName) -> Expression | None:
        """Return a compiled expression, or None with a problem reported, at the scope when that is to blame."""
        usable = [self._usable(name, kind, ()) for name in scopes_named(node.text, self._texts)]
        return self._compile(node, file, kind) if all(usable) else None

    def compile_unused(self) -> None:
        """Compile the scopes that no expression names, for the kind of subject that they seem to be about."""
        for name, item in self._misnamed.items():
            item.file.problem(item.node, f"'{name}' cannot be the name of a scope", hint="expressions use it already")
        used = {name for name, _ in self._compiled}
        for name in self._items:
            if name not in used:
                self._usable(name, self._likely_kind(name), ())

    def _usable(self, name: str, kind: KindName, inside: tuple[str, ...]) -> bool:
        if name in inside:
            item = self._items[name]
            if not self._circular.intersection(inside):
                hint = f"by way of {' > '.join((*inside[inside.index(name) :], name))}"
                item.file.problem(item.node, f"scope '{name}' refers to itself", hint=hint)
            self._circular.update(inside)
            return False
        if (name, kind) not in self._compiled:
            item = self._items[name]
            inner = [self._usable(other, kind, (*inside, name)) for other in scopes_named(item.value.text, self._texts)]
            self._compiled[name, kind] = all(inner) and self._compile(item.value, item.file, kind, name) is not None
        return self._compiled[name, kind]

    def _compile(self, node: ScalarNode, file: File, kind: KindName, scope: str | None = None) -> Expression | None:
        try:
            return compile_expression(node.text, kind, self._texts)
        except ExpressionError as error:
            what = error.what if scope is None else f"scope '{scope}', for rules about a {kind}: {error.what}"
            file.problem_inside(node, error.line, error.column, what, hint=error.hint)
            return None

    def _likely_kind(self, name: str) -> KindName:
        """Return the first kind that a scope compiles for, else one whose variables it names."""
        text = self._texts[name]
        for kind in KINDS:
            try:
                compile_expression(text, kind, self._texts)
            except ExpressionError:
                continue
            return kind
        if "code." in text and "queue." in text:
            return "assignment"
        return next((kind for kind in KINDS if f"{kind}." in text), "queue")
