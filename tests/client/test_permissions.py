"""Which permission a call needs: the table behind the text of a 403."""

import re

import pytest

from harness.client.permissions import _TABLE, needed


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/v2/users"),
        ("GET", "/api/v2/routing/queues/me"),
        ("PATCH", "/api/v2/routing/wrapupcodes"),
        ("GET", "/"),
    ],
)
def test_a_call_without_a_documented_permission_has_none(method: str, path: str) -> None:
    assert needed(method, path) is None


@pytest.mark.parametrize(
    ("method", "path", "text"),
    [
        ("GET", "/api/v2/routing/wrapupcodes", "the permission routing:wrapupCode:view"),
        ("DELETE", "/api/v2/routing/queues/q-1/wrapupcodes/c-1", "the permission routing:queue:edit"),
        ("GET", "/api/v2/routing/wrapupcodes/divisionviews", "the permission routing:wrapupCode:search"),
        ("GET", "/api/v2/audits/query/servicemapping", "the permission audits:audit:view"),
        (
            "POST",
            "/api/v2/analytics/conversations/details/query",
            "one of the permissions analytics:conversationDetail:view, analytics:agentConversationDetail:view",
        ),
        (
            "POST",
            "/api/v2/authorization/divisions",
            "all of the permissions authorization:division:add, authorization:grant:add",
        ),
    ],
)
def test_a_call_is_found_with_its_ids(method: str, path: str, text: str) -> None:
    assert str(needed(method, path)) == text


def test_every_line_of_the_table_is_found_by_its_own_path() -> None:
    for line in _TABLE.strip().splitlines():
        method, path, words = line.split()
        need = needed(method, "/api/v2/" + path.replace("{}", "0f3c"))
        assert ([] if need is None else list(need.permissions)) == ([] if words == "-" else re.split(r"[|&]", words))
