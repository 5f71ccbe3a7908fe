"""What a call asks for in its address."""

from collections.abc import Sequence
from dataclasses import dataclass

from harness.sandbox.problems import bad_request, invalid_value

__all__ = ["Query"]


@dataclass(frozen=True)
class Query:
    """The path and the parameters of a call.

    Attributes:
        items: In the order they came.
    """

    path: str
    items: Sequence[tuple[str, str]]

    def text(self, name: str) -> str | None:
        """Return a parameter, or None when it is missing or empty."""
        return next((value for key, value in self.items if key == name and value), None)

    def integer(self, name: str, default: int, *, least: int, most: int | None = None) -> int:
        """Return a whole number.

        Raises:
            ApiProblem: If it is none, or out of bounds.
        """
        text = self.text(name)
        if text is None:
            return default
        if not text.removeprefix("-").isdecimal():
            raise invalid_value(text, name, "a whole number")
        number = int(text)
        if number < least or (most is not None and number > most):
            bounds = f"between {least} and {most}" if most is not None else f"at least {least}"
            raise bad_request(f"{name} must be {bounds}")
        return number

    def flag(self, name: str, *, default: bool) -> bool:
        """Return whether something is wanted.

        Raises:
            ApiProblem: If it is neither `true` nor `false`.
        """
        return self.word(name, str(default).lower(), ("true", "false")) == "true"

    def word(self, name: str, default: str, allowed: Sequence[str]) -> str:
        """Return one of the words that a parameter takes.

        Raises:
            ApiProblem: If it is another.
        """
        text = self.text(name)
        if text is None:
            return default
        if text not in allowed:
            raise invalid_value(text, name, ", ".join(allowed))
        return text

    def many(self, name: str) -> frozenset[str]:
        """Return all values of a parameter; vendor clients repeat it, or join the values with commas."""
        return frozenset(part for key, value in self.items if key == name for part in value.split(",") if part)
