"""Fixtures of the client's tests."""

from collections.abc import Iterator

import pytest

from tests.client.server import Server


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        yield running
