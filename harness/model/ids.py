"""Ids: which are the platform's own, which are addresses, and the names that people get in place of theirs."""

import hashlib
import re

__all__ = [
    "ALL_DIVISIONS",
    "DEFAULT_CODE_ID",
    "is_address",
    "is_system_code",
    "is_undetermined",
    "pseudonym",
    "undetermined_code",
]

ALL_DIVISIONS = "*"
"""The division id of a code that belongs to all divisions."""

DEFAULT_CODE_ID = "7fb334b0-0e9e-11e4-9191-0800200c9a66"
"""The Default Wrap-up Code: what an agent picks on a queue that offers none; in no listing."""

_MODULE = r'module\.[^.\[]+(?:\[(?:\d+|"(?:[^"\\]|\\.)*")\])?\.'
_ADDRESS = re.compile(rf"(?:{_MODULE})*(?:data\.)?genesyscloud_")
_UNDETERMINED = ".wrapup_codes["


def is_system_code(code: str) -> bool:
    """Tell whether an id or a literal is one of the platform's own codes.

    Source:
        `platform.md` section 6.5: classify by prefix, never by a closed list.
    """
    return code == DEFAULT_CODE_ID or code.startswith(("ININ-", "OUTBOUND-"))


def is_address(entity_id: str) -> bool:
    """Tell whether an entity's id is a Terraform address, which stands in place of an id that the source lacks.

    Example:
        >>> is_address("genesyscloud_routing_queue.Billing"), is_address("5c1f0000-0000-4000-8000-000000000001")
        (True, False)
        >>> is_address('module.sales["eu.west"].genesyscloud_routing_queue.Billing[0]')
        True
    """
    return _ADDRESS.match(entity_id) is not None


def undetermined_code(queue_address: str, number: int) -> str:
    """Return the id that stands for a code of a queue of which a plan says only that there is one.

    Example:
        >>> is_undetermined(undetermined_code("genesyscloud_routing_queue.Billing", 0))
        True
    """
    return f"{queue_address}{_UNDETERMINED}{number}]"


def is_undetermined(code_id: str) -> bool:
    """Tell whether a code's id stands for one that is not known before the plan is applied."""
    return _UNDETERMINED in code_id


def pseudonym(user_id: str) -> str:
    """Return the stable stand-in for a person's name.

    Example:
        >>> pseudonym("3f0c7d5e-0000-4000-8000-000000000001")
        'agent-4b2a6da1'
    """
    return f"agent-{hashlib.sha256(user_id.encode()).hexdigest()[:8]}"
