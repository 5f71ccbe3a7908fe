"""Recordings of any size, in the API's shapes: the same seed gives the same bytes."""

import random
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from harness.model.org import Resource
from harness.orgs.writing import Recording, write_recording

__all__ = ["a_recording", "write"]

SEED = 20261122
_MOMENT = "2026-11-02T06:15:00.000Z"
_MEDIA = ("call", "callback", "chat", "email", "message")


def write(folder: Path, queues: int) -> int:
    """Write a recording; return its size in bytes."""
    write_recording(folder, a_recording(queues))
    return sum(path.stat().st_size for path in folder.iterdir())


def a_recording(queues: int, *, seed: int = SEED) -> Recording:
    """Return an org of so many queues, each with eight codes and ten members, and twice as many agents: 9 kB a queue."""
    draw = random.Random(seed)  # noqa: S311 - nothing is secret

    def entity(path: str, name: str, **more: Any) -> dict[str, Any]:
        key = str(uuid.UUID(int=draw.getrandbits(128), version=4))
        return {"id": key, "name": name, **more, "selfUri": f"/api/v2/{path}/{key}"}

    divisions = [entity("authorization/divisions", f"Division {n}") for n in range(8)]
    skills = [entity("routing/skills", f"skill_{n}", state="active", version="1") for n in range(50)]
    codes = [
        entity(
            "routing/wrapupcodes",
            f"Outcome {n}",
            division=draw.choice(divisions),
            description="How the interaction ended.",
            dateCreated=_MOMENT,
            createdBy=str(uuid.UUID(int=draw.getrandbits(128))),
        )
        for n in range(200)
    ]
    users = [
        entity(
            "users",
            f"agent-{n:08x}",
            division=draw.choice(divisions),
            state="active",
            version=7,
            skills=[
                {"id": it["id"], "name": it["name"], "proficiency": 3.0, "state": "active", "skillUri": it["selfUri"]}
                for it in draw.sample(skills, 3)
            ],
            languages=[],
        )
        for n in range(2 * queues)
    ]
    listed = [entity("routing/queues", f"Queue {n}", **_queue(draw, divisions)) for n in range(queues)]
    entities: Mapping[Resource, list[dict[str, Any]]] = {
        "wrapupcodes": codes,
        "queues": listed,
        "users": users,
        "skills": skills,
        "divisions": divisions,
        "queue_wrapupcodes": [{"queueId": it["id"], "entities": draw.sample(codes, 8)} for it in listed],
        "queue_members": [
            {"queueId": it["id"], "entities": [_member(agent) for agent in draw.sample(users, 10)]} for it in listed
        ],
    }
    return Recording(
        org_name="Large",
        recorded_at="2026-11-02T06:15:00Z",
        tool_version="benchmarks",
        entities=entities,
        outbound_mapping=None,
    )


def _queue(draw: random.Random, divisions: list[dict[str, Any]]) -> dict[str, Any]:
    settings = {
        "enableAutoAnswer": False,
        "alertingTimeoutSeconds": 8,
        "serviceLevel": {"percentage": 0.8, "durationMs": 20_000},
    }
    return {
        "division": draw.choice(divisions),
        "description": "What customers want.",
        "dateCreated": _MOMENT,
        "memberCount": 10,
        "userMemberCount": 10,
        "joinedMemberCount": 10,
        "mediaSettings": dict.fromkeys(_MEDIA, settings),
        "acwSettings": {
            "wrapupPrompt": draw.choice(("MANDATORY", "MANDATORY_TIMEOUT", "OPTIONAL")),
            "timeoutMs": draw.choice((15_000, 30_000, 60_000, 120_000, 300_000)),
        },
        "skillEvaluationMethod": "ALL",
        "memberGroups": [],
    }


def _member(agent: Mapping[str, Any]) -> dict[str, Any]:
    user = {key: agent[key] for key in ("id", "name", "selfUri")}
    return {**user, "user": user, "ringNumber": 1, "joined": True, "memberBy": "user"}
