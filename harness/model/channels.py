"""Channels: what a queue serves, by declaration or evidence.

The platform, analytics and the guides use different words for one channel; here they meet.

Source:
    `policy-language.md` section 2 (Channels) and section 4 (channels): `call` in media settings and
    `voice`/`VOICE` elsewhere are one channel; the guides' words map voice = call, callback;
    chat = chat, message (webchat, mobilechat); social = message (facebook, twitter/x); email = email.
"""

from collections.abc import Iterable

__all__ = ["channel", "channels", "serves"]

_SYNONYMS = {
    "call": "voice",
    "phone": "voice",
    "telephony": "voice",
    "webchat": "chat",
    "mobilechat": "chat",
    "sms": "message",
    "webmessaging": "message",
    "whatsapp": "message",
    "facebook": "social",
    "twitter": "social",
    "x": "social",
    "mail": "email",
}

# A definition for the guides' wide words suits a queue that serves any of these.
_SERVES = {
    "voice": frozenset({"voice", "callback"}),
    "chat": frozenset({"chat", "message"}),
    "social": frozenset({"social", "message"}),
}


def channel(word: str) -> str:
    """Return the channel that a word stands for; an unknown word stands for itself, in lower case."""
    lowered = word.strip().lower()
    return _SYNONYMS.get(lowered, lowered)


def channels(words: Iterable[str]) -> tuple[str, ...]:
    """Return the distinct channels of some words, in their order."""
    return tuple(dict.fromkeys(channel(word) for word in words))


def serves(wanted: str, offered: str) -> bool:
    """Tell whether a definition's channel (`wanted`) is met by a channel that a queue serves.

    Example:
        >>> serves("voice", "callback"), serves("callback", "voice")
        (True, False)
    """
    return offered in _SERVES.get(wanted, frozenset({wanted}))
