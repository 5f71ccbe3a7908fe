"""Small recordings and exports, written to a temporary folder."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from harness.orgs import Recording, write_recording

Resources: TypeAlias = dict[str, Any]

QUEUE = {
    "id": "q1",
    "name": "Billing",
    "division": {"id": "d1", "name": "Sales"},
    "acwSettings": {"wrapupPrompt": "MANDATORY_TIMEOUT", "timeoutMs": 30000},
    "mediaSettings": {"call": {"alertingTimeoutSeconds": 8}, "email": {}},
    "memberCount": 1,
    "memberGroups": [],
    "skillEvaluationMethod": "ALL",
}


@pytest.fixture
def record(tmp_path: Path) -> Callable[..., Path]:
    """Write a whole small recording; keywords replace resources, or fields of the recording."""

    def write(*, folder: Path = tmp_path / "recording", **changes: Any) -> Path:
        entities: Resources = {
            "wrapupcodes": [{"id": "c1", "name": "Refund", "division": {"id": "*"}}, {"id": "c2", "name": "Sale"}],
            "queues": [QUEUE],
            "users": [{"id": "u1", "name": "agent-1", "state": "active", "skills": [], "languages": []}],
            "skills": [{"id": "s1", "name": "negotiation", "state": "active"}],
            "divisions": [{"id": "d1", "name": "Sales"}],
            "queue_wrapupcodes": [{"queueId": "q1", "entities": [{"id": "c1", "name": "Refund"}, {"id": "c2"}]}],
            "queue_members": [{"queueId": "q1", "entities": [{"id": "u1", "user": {"id": "u1"}, "joined": True}]}],
        }
        fields: Resources = {
            "org_name": "harbor",
            "org_id": "org-1",
            "region": "eu-west-2",
            "recorded_at": "2026-11-01T00:00:00Z",
            "tool_version": "0.1.0",
            "outbound_mapping": {"defaultSet": ["BUSINESS_NEUTRAL"], "mapping": {"c1": ["BUSINESS_SUCCESS"]}},
        }
        for name, value in changes.items():
            if name in entities:
                entities[name] = value
            else:
                fields[name] = value
        kept: Any = {name: value for name, value in entities.items() if value is not None}
        write_recording(folder, Recording(entities=kept, **fields))
        return folder

    return write


@pytest.fixture
def export(tmp_path: Path) -> Callable[..., Path]:
    """Write an export: keywords are resource types, `data` holds data sources."""

    def write(*, data: Resources | None = None, name: str = "genesyscloud.tf.json", **resources: Resources) -> Path:
        root: Resources = {"terraform": {"required_providers": {"genesyscloud": {}}}, "resource": resources}
        if data is not None:
            root["data"] = data
        folder = tmp_path / "export"
        folder.mkdir(exist_ok=True)
        (folder / name).write_text(json.dumps(root, indent=2), encoding="utf-8")
        return folder

    return write
