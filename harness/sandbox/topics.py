"""Notification topics: which there are, and what is sent on them.

Source:
    `platform.md` section 5. Which permission a topic needs is not established; here it is that of the API which
    shows the same.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from harness.sandbox.audit_log import property_changes
from harness.sandbox.changes import Change
from harness.sandbox.clock import iso
from harness.sandbox.participants import as_event
from harness.sandbox.played import ConversationEvent
from harness.sandbox.state import Entity, State

__all__ = ["TOPICS", "Topic", "announcements", "topic_of", "topics_named"]

_ID = "{id}"


@dataclass(frozen=True)
class Topic:
    """A kind of topic.

    Attributes:
        template: With `{id}` in place of ids.
        needs: The permission, which users do not need for what concerns themselves.
    """

    template: str
    needs: str
    description: str

    def matches(self, name: str) -> bool:
        """Tell whether a name is of this kind; case does not matter."""
        pattern = re.escape(self.template).replace(re.escape(_ID), r"[^.]+")
        return re.fullmatch(pattern, name, re.IGNORECASE) is not None


TOPICS: Sequence[Topic] = (
    Topic("v2.audits.entitytype.{id}.entityid.{id}", "audits:audit:view", "Changes of one entity"),
    Topic("v2.detail.events.conversation.{id}.acw", "analytics:conversationDetail:view", "After-call work ended"),
    Topic("v2.detail.events.conversation.{id}.wrapup", "analytics:conversationDetail:view", "A wrap-up was written"),
    Topic("v2.outbound.wrapupcodemappings.{id}", "outbound:wrapUpCodeMapping:view", "The outbound mapping"),
    Topic("v2.routing.queues.{id}.conversations", "conversation:communication:view", "Conversations of a queue"),
    Topic("v2.users.{id}.conversations", "conversation:communication:view", "Conversations of a user"),
)
"""Every kind of topic that the sandbox sends."""

Announcement: TypeAlias = tuple[str, Callable[[], Entity]]
"""A topic's name, and how its body is made if anybody wants it."""


def topic_of(name: str) -> Topic | None:
    """Return the kind of a topic, or None when there is no such topic."""
    return next((topic for topic in TOPICS if topic.matches(name)), None)


def topics_named(subscription: str) -> Sequence[str]:
    """Return the topics that a subscription names: one, or several in the form `v2.users.<id>?a&b`.

    Example:
        >>> topics_named("v2.users.u-1?presence&conversations")
        ['v2.users.u-1.presence', 'v2.users.u-1.conversations']
    """
    base, question, several = subscription.partition("?")
    return [f"{base}.{each}" for each in several.split("&")] if question else [base]


def announcements(state: State, event: object) -> Iterator[Announcement]:
    """Yield what is to be sent about an event."""
    if isinstance(event, Change):
        yield from _of_change(state, event)
    elif isinstance(event, ConversationEvent):
        yield from _of_conversation(state, event)


def _of_change(state: State, change: Change) -> Iterator[Announcement]:
    name = f"v2.audits.entitytype.{change.entity_type}.entityid.{change.entity_id}"
    yield name, lambda: _audit(state, change)
    after = change.after
    if change.entity_type == "WrapUpCodeMapping" and after is not None:
        body = {key: value for key, value in after.items() if key != "selfUri"}
        yield f"v2.outbound.wrapupcodemappings.{change.entity_id}", lambda: body


def _of_conversation(state: State, event: ConversationEvent) -> Iterator[Announcement]:
    held = event.conversation
    if event.kind == "changed":
        for kind, ids in (
            ("users", [handling.agent_id for handling in held.course.handlings]),
            ("routing.queues", [handling.queue_id for handling in held.course.handlings]),
        ):
            for entity_id in dict.fromkeys(ids):
                yield f"v2.{kind}.{entity_id}.conversations", lambda: as_event(state, held)
    else:
        word = {"wrap-up": "wrapup", "acw": "acw"}[event.kind]
        yield f"v2.detail.events.conversation.{held.id}.{word}", lambda: _detail(event)


def _detail(event: ConversationEvent) -> Entity:
    """Return the model `WrapupDetailEventTopicWrapupEvent`, or that of after-call work, which has a user."""
    held, index = event.conversation, event.index or 0
    part, handling = held.parts[index], held.course.handlings[index]
    counts = handling.wrap_up_now
    began_ms = handling.acw_began_ms or event.at_ms
    body: Entity = {
        "eventTime": event.at_ms,
        "conversationId": held.id,
        "participantId": part.agent.participant_id,
        "sessionId": part.agent.communication_id,
        "mediaType": held.medium.analytics.upper(),
        "provider": held.medium.provider,
        "direction": held.direction.upper(),
        **({"userId": handling.agent_id} if event.kind == "acw" else {}),
        "queueId": handling.queue_id,
        "wrapupDurationMs": (handling.acw_ended_ms or event.at_ms) - began_ms,
        "conversationExternalContactIds": [],
        "conversationExternalOrganizationIds": [],
    }
    if counts is not None:
        body["wrapupCode"] = counts.code
        if counts.notes is not None:
            body["wrapupNotes"] = counts.notes
    return body


def _audit(state: State, change: Change) -> Entity:
    """Return the model `AuditTopicAuditLogMessage`."""
    return {
        "id": change.id,
        **({"userId": change.actor.user_id} if change.actor.user_id is not None else {}),
        "userHomeOrgId": state.org_id,
        "clientId": {"id": change.actor.client_id},
        "remoteIp": ["127.0.0.1"],
        "serviceName": change.service,
        "level": "USER",
        "eventTime": iso(change.at),
        "action": change.action,
        "entityType": change.entity_type,
        "entity": {"id": change.entity_id, "name": change.entity_name},
        "propertyChanges": property_changes(change),
        "context": {"entityId": change.entity_id, "auditType": change.entity_type.upper()},
    }
