"""What stands below the options in a command's help."""

__all__ = ["examples"]

_AS_IT_IS = "\b"
"""Told so, typer leaves the line breaks of a paragraph alone."""


def examples(*commands: str, then: tuple[str, ...] = ()) -> str:
    """Return the end of a command's help: examples, each on a line of its own to be copied, and then paragraphs."""
    heading = "Examples:" if len(commands) > 1 else "Example:"
    return "\n\n".join(("\n".join((_AS_IT_IS, heading, *(f"  {command}" for command in commands))), *then))
