"""Values that a source could not determine.

An unknown value is not an absent one. `None` says "there is none"; `Unknown` says "we could not see".
Whoever uses an unknown value (compares, counts, iterates, formats it) gets an `UnknownValueError`, so that
no check can turn it into a pass or a finding by accident. `is None` and `is_known` look without reading.
"""

from typing import Any, NoReturn

from harness.errors import UnknownValueError

__all__ = ["Unknown", "is_known", "unknown"]


class Unknown:
    """A value that was not determined; every use of it raises `UnknownValueError`.

    Attributes:
        what: The value, in the words of the model.
        why: Why it is unknown.
        text: What the platform said, when it said a word that this version does not know.
    """

    __slots__ = ("text", "what", "why")
    what: str
    why: str
    text: str | None

    def read(self, *_: object, **__: object) -> NoReturn:
        """Raise `UnknownValueError`; every operator is this."""
        raise UnknownValueError(self.what, self.why)

    def __repr__(self) -> str:
        return f"<unknown {self.what}: {self.why}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return unknown, (self.what, self.why, self.text)

    def __copy__(self) -> "Unknown":
        return self

    def __deepcopy__(self, memo: object) -> "Unknown":
        return self

    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = read
    __hash__ = __bool__ = __len__ = __iter__ = __contains__ = __getitem__ = read
    __str__ = __format__ = __int__ = __float__ = __index__ = read
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = read
    __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = __neg__ = __abs__ = read
    __and__ = __rand__ = __or__ = __ror__ = __call__ = read

    def __getattr__(self, name: str) -> NoReturn:
        # Protocol probes (copy, pickle, msgspec) must see an ordinary missing attribute.
        if name.startswith("__"):
            raise AttributeError(name)
        self.read()


_INTERNED: dict[tuple[str, str, str | None], Unknown] = {}


def unknown(what: str, why: str, text: str | None = None) -> Any:
    """Return the unknown value for `what`.

    Equal arguments give the same object, so that two orgs with the same gaps compare equal.

    Args:
        what: The value, in the words of the model ("the queue's division").
        why: Why it is unknown ("the export does not carry it").
        text: The platform's own word, when it is one that this version does not know.
    """
    key = (what, why, text)
    found = _INTERNED.get(key)
    if found is None:
        found = _INTERNED[key] = Unknown.__new__(Unknown)
        found.what, found.why, found.text = key
    return found


def is_known(value: object) -> bool:
    """Tell whether a value was determined, without reading it."""
    return type(value) is not Unknown
