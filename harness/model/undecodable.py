"""Why bytes are not what they should be, in the words of a problem."""

import msgspec

__all__ = ["UNREADABLE", "what_is_wrong"]

UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
"""What decoding raises on bytes that are not what they should be."""


def what_is_wrong(error: Exception) -> str:
    """Return what a decoder found.

    Example:
        >>> what_is_wrong(msgspec.ValidationError("Expected `str`, got `int` - at `$.name`"))
        'expected str, got int at $.name'
    """
    if isinstance(error, UnicodeDecodeError):
        return "is not UTF-8 text"
    if isinstance(error, RecursionError):
        return "is nested too deeply"
    text = str(error).replace(" - at `", " at `").replace("`", "")
    return text if text.startswith("JSON") else text[:1].lower() + text[1:]
