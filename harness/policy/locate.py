"""From a place in a scalar's text to the place in the file where it is written."""

from harness.policy.tree import ScalarNode

__all__ = ["locate"]

_ESCAPE_LENGTHS = {"x": 4, "u": 6, "U": 10}


def locate(source: str, scalar: ScalarNode, line: int, column: int) -> tuple[int, int]:
    """Return the line and column in a file of a place in the text of one of its scalars.

    The text and the source are walked side by side, past indentation, folded lines and escapes. Where they part
    (they do not, for what YAML can write), the last common place is returned.

    Args:
        source: The file's text, with line feeds between lines.
        scalar: Where the text comes from.
        line: Within the scalar's text, counted from 1.
        column: Within that line, counted from 1.
    """
    lines = source.split("\n")
    at_line, at = scalar.line - 1, scalar.column - 1
    if scalar.style in ("|", ">"):
        at_line, at = at_line + 1, 0
    elif scalar.style:
        at += 1
    rest = "\n".join(lines[at_line:])[at:]
    before = scalar.text.split("\n")[: line - 1]
    passed = rest[: _walk(rest, scalar, sum(len(text) + 1 for text in before) + column - 1)]
    if "\n" in passed:
        return at_line + 1 + passed.count("\n"), len(passed) - passed.rindex("\n")
    return at_line + 1, at + len(passed) + 1


def _walk(rest: str, scalar: ScalarNode, target: int) -> int:
    """Return how much of the source stands for the first `target` characters of the text."""
    text, style = scalar.text, scalar.style
    at = done = 0
    while at < len(rest):
        char = rest[at]
        wanted = text[done] if done < len(text) else ""
        if style == '"' and char == "\\":
            if rest[at + 1 : at + 2] == "\n":
                # The line goes on: neither the break nor the next line's indentation is part of the text.
                at += 1
                at += len(rest[at:]) - len(rest[at:].lstrip())
                continue
            width = _ESCAPE_LENGTHS.get(rest[at + 1 : at + 2], 2)
        elif style == "'" and rest.startswith("''", at):
            width = 2
        elif char == wanted or (char.isspace() and wanted.isspace()):
            width = 1
        elif char.isspace():
            at += 1
            continue
        else:
            break
        if done >= target:
            break
        at, done = at + width, done + 1
    return at
