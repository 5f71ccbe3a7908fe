"""Which permissions a call needs, so that a 403 can say what is missing.

Client credentials are authorised by the permissions of their roles, in the divisions of those roles; OAuth scopes do
not apply to them. Calls that are not listed need no permission, or none that is documented.

Source:
    `platform.md` sections 1.2 and 2 to 8; the vendor's SDK documentation (257.1.0, `build/docs/*Api.md`).
"""

from dataclasses import dataclass
from functools import cache

__all__ = ["Needed", "needed"]


@dataclass(frozen=True, slots=True)
class Needed:
    """What a role must hold for one call.

    Attributes:
        permissions: In the order of the documentation.
        any_of: Whether one of them is enough.
    """

    permissions: tuple[str, ...]
    any_of: bool

    def __str__(self) -> str:
        if len(self.permissions) == 1:
            return f"the permission {self.permissions[0]}"
        return f"{'one' if self.any_of else 'all'} of the permissions {', '.join(self.permissions)}"


def needed(method: str, path: str) -> Needed | None:
    """Return what a call needs, or None when nothing is documented.

    Args:
        method: In capitals.
        path: With ids in their places, without the query.

    Example:
        >>> str(needed("GET", "/api/v2/routing/queues/5c1f/wrapupcodes"))
        'the permission routing:queue:view'
    """
    segments = tuple(path.removeprefix("/api/v2/").split("/"))
    calls = _calls().get((method, len(segments)), ())
    # A word in its place is nearer than an id: the table is sorted so that words come first.
    need = next((need for template, need in calls if _matches(template, segments)), None)
    return need if need and need.permissions else None


def _matches(template: tuple[str, ...], segments: tuple[str, ...]) -> bool:
    return all(expected in ("{}", segment) for expected, segment in zip(template, segments, strict=True))


@cache
def _calls() -> dict[tuple[str, int], list[tuple[tuple[str, ...], Needed]]]:
    calls: dict[tuple[str, int], list[tuple[tuple[str, ...], Needed]]] = {}
    for line in sorted(_TABLE.strip().splitlines(), key=lambda line: line.count("{}")):
        method, path, words = line.split()
        template = tuple(path.split("/"))
        need = Needed(() if words == "-" else tuple(words.replace("|", "&").split("&")), any_of="|" in words)
        calls.setdefault((method, len(template)), []).append((template, need))
    return calls


# `|` separates permissions of which one is enough, `&` those that are all needed; `-` is for calls that need none,
# where they look like one that does.
_TABLE = """
POST analytics/conversations/activity/query analytics:queueObservation:view
POST analytics/conversations/aggregates/jobs analytics:conversationAggregate:view
DELETE analytics/conversations/aggregates/jobs/{} analytics:conversationAggregate:view
GET analytics/conversations/aggregates/jobs/{} analytics:conversationAggregate:view
GET analytics/conversations/aggregates/jobs/{}/results analytics:conversationAggregate:view
POST analytics/conversations/aggregates/query analytics:conversationAggregate:view
GET analytics/conversations/details analytics:conversationDetail:view|analytics:agentConversationDetail:view
POST analytics/conversations/details/jobs analytics:conversationDetail:view|analytics:agentConversationDetail:view
GET analytics/conversations/details/jobs/availability analytics:conversationDetail:view
DELETE analytics/conversations/details/jobs/{} analytics:conversationDetail:view|analytics:agentConversationDetail:view
GET analytics/conversations/details/jobs/{} analytics:conversationDetail:view|analytics:agentConversationDetail:view
GET analytics/conversations/details/jobs/{}/results analytics:conversationDetail:view|analytics:agentConversationDetail:view
POST analytics/conversations/details/query analytics:conversationDetail:view|analytics:agentConversationDetail:view
GET analytics/conversations/{}/details analytics:conversationDetail:view|analytics:agentConversationDetail:view
POST analytics/conversations/{}/details/properties analytics:conversationProperties:index
POST audits/query audits:audit:view
POST audits/query/realtime audits:audit:view
POST audits/query/realtime/related audits:audit:view
GET audits/query/realtime/servicemapping audits:audit:view
GET audits/query/servicemapping audits:audit:view
GET audits/query/{} audits:audit:view
GET audits/query/{}/results audits:audit:view
GET authorization/roles authorization:role:view
GET authorization/roles/{}/subjectgrants authorization:role:view
POST authorization/divisions authorization:division:add&authorization:grant:add
PATCH conversations/aftercallwork/{}/participants/{}/communications/{} conversation:participant:wrapup
PATCH conversations/callbacks/{} conversation:communication:disconnect
PATCH conversations/callbacks/{}/participants/{} conversation:participant:wrapup|conversation:call:record|conversation:communication:disconnect
POST conversations/callbacks/{}/participants/{}/communications/{}/wrapup conversation:participant:wrapup
PATCH conversations/calls/{} conversation:communication:disconnect
PATCH conversations/calls/{}/participants/{} conversation:participant:wrapup|conversation:call:record|conversation:communication:disconnect
POST conversations/calls/{}/participants/{}/communications/{}/wrapup conversation:participant:wrapup
POST conversations/cobrowsesessions/{}/participants/{}/communications/{}/wrapup conversation:participant:wrapup
PATCH conversations/emails/{} conversation:communication:disconnect
PATCH conversations/emails/{}/participants/{} conversation:participant:wrapup|conversation:call:record|conversation:communication:disconnect|conversation:email:park
POST conversations/emails/{}/participants/{}/communications/{}/wrapup conversation:participant:wrapup
PATCH conversations/messages/{} conversation:communication:disconnect|conversation:message:park
PATCH conversations/messages/{}/participants/{} conversation:participant:wrapup|conversation:call:record|conversation:communication:disconnect
POST conversations/messages/{}/participants/{}/communications/{}/wrapup conversation:participant:wrapup
POST conversations/screenshares/{}/participants/{}/communications/{}/wrapup conversation:participant:wrapup
POST conversations/socials/{}/participants/{}/communications/{}/wrapup conversation:participant:wrapup
POST conversations/videos/{}/participants/{}/communications/{}/wrapup conversation:participant:wrapup
DELETE conversations/{} conversation:communication:disconnect
GET conversations/{} conversation:communication:view
PATCH conversations/{}/participants/{} conversation:participant:wrapup|conversation:call:record|conversation:communication:disconnect
GET externalcontacts/contacts relate:contact:view|externalContacts:contact:view
POST externalcontacts/contacts relate:contact:add|externalContacts:contact:add
PUT externalcontacts/conversations/{} relate:conversation:associate|externalContacts:conversation:associate
GET integrations/actions integrations:action:view|bridge:actions:view
POST integrations/actions integrations:action:add
DELETE integrations/actions/{} integrations:action:delete
GET integrations/actions/{} integrations:action:view|bridge:actions:view
PATCH integrations/actions/{} integrations:action:edit
POST integrations/actions/{}/execute integrations:action:execute|bridge:actions:execute
POST integrations/actions/{}/test integrations:action:execute|bridge:actions:execute
PUT organizations/me directory:organization:admin
GET outbound/wrapupcodemappings outbound:wrapUpCodeMapping:view
PUT outbound/wrapupcodemappings outbound:wrapUpCodeMapping:edit
POST routing/languages routing:skill:manage
GET routing/queues routing:queue:view
POST routing/queues routing:queue:add
GET routing/queues/divisionviews routing:queue:search
GET routing/queues/divisionviews/all routing:queue:search
GET routing/queues/me -
DELETE routing/queues/{} routing:queue:delete
GET routing/queues/{} routing:queue:view
PUT routing/queues/{} routing:queue:edit
GET routing/queues/{}/members routing:queue:view|routing:queue:edit|routing:queue:readonly|routing:queueMember:manage
PATCH routing/queues/{}/members routing:queue:edit|routing:queueMember:manage
POST routing/queues/{}/members routing:queue:edit|routing:queueMember:manage
DELETE routing/queues/{}/members/{} routing:queue:edit|routing:queueMember:manage
PATCH routing/queues/{}/members/{} routing:queue:edit|routing:queueMember:manage
GET routing/queues/{}/users routing:queue:view|routing:queueMember:manage
PATCH routing/queues/{}/users routing:queue:edit|routing:queueMember:manage
POST routing/queues/{}/users routing:queue:edit|routing:queueMember:manage
DELETE routing/queues/{}/users/{} routing:queue:edit|routing:queueMember:manage
PATCH routing/queues/{}/users/{} routing:queue:edit|routing:queueMember:manage
GET routing/queues/{}/wrapupcodes routing:queue:view
POST routing/queues/{}/wrapupcodes routing:queue:edit
DELETE routing/queues/{}/wrapupcodes/{} routing:queue:edit
DELETE routing/settings routing:settings:edit
PUT routing/settings routing:settings:edit
GET routing/skills routing:skill:view
POST routing/skills routing:skill:manage|routing:skill:create
DELETE routing/skills/{} routing:skill:manage|routing:skill:delete
GET routing/skills/{} routing:skill:view
PATCH routing/skills/{} routing:skill:update
GET routing/wrapupcodes routing:wrapupCode:view
POST routing/wrapupcodes routing:wrapupCode:add
GET routing/wrapupcodes/divisionviews routing:wrapupCode:search
GET routing/wrapupcodes/divisionviews/{} routing:wrapupCode:search
DELETE routing/wrapupcodes/{} routing:wrapupCode:delete
GET routing/wrapupcodes/{} routing:wrapupCode:view
PUT routing/wrapupcodes/{} routing:wrapupCode:edit
POST users directory:user:add
DELETE users/{} admin|directory:user:delete|directory:organization:admin
PATCH users/{} admin|directory:user:edit|directory:organization:admin
GET users/{}/queues routing:queue:view
PATCH users/{}/queues routing:queue:join|routing:queueMember:manage
PATCH users/{}/queues/{} routing:queue:join|routing:queueMember:manage
POST users/{}/routinglanguages routing:skill:assign|routing:language:assign
PATCH users/{}/routinglanguages/bulk routing:skill:assign|routing:language:assign
DELETE users/{}/routinglanguages/{} routing:skill:assign|routing:language:assign
PATCH users/{}/routinglanguages/{} routing:skill:assign|routing:language:assign
POST users/{}/routingskills routing:skill:assign
PATCH users/{}/routingskills/bulk routing:skill:assign
PUT users/{}/routingskills/bulk routing:skill:assign
DELETE users/{}/routingskills/{} routing:skill:assign
PUT users/{}/routingskills/{} routing:skill:assign
"""
