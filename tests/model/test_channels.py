"""One channel has many words."""

import pytest

from harness.model.channels import channel, channels, serves


@pytest.mark.parametrize(("word", "meant"), [("call", "voice"), (" VOICE ", "voice"), ("X", "social"), ("fax", "fax")])
def test_words_meet(word: str, meant: str) -> None:
    assert channel(word) == meant


def test_channels_come_once_in_their_order() -> None:
    assert channels(["email", "call", "phone", "mail"]) == ("email", "voice")


def test_a_channel_is_served_by_itself() -> None:
    for word in ("voice", "callback", "chat", "email", "message", "social", "fax"):
        assert serves(word, word)
    assert not serves("email", "voice")
