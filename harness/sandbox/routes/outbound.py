"""The outbound mapping of wrap-up codes to the dialer's flags.

Source:
    `platform.md` sections 8 and 9; the code `invalid.update.wrong.version` of the vendor's OpenAPI document of 2018.
"""

import msgspec

from harness.sandbox.area import Area
from harness.sandbox.call import Call
from harness.sandbox.problems import bad_request, conflict, invalid_value
from harness.sandbox.state import MAPPING, Entity

__all__ = ["area"]

area = Area()

_PATH = "/api/v2/outbound/wrapupcodemappings"
_FLAGS = (
    "CONTACT_UNCALLABLE",
    "NUMBER_UNCALLABLE",
    "RIGHT_PARTY_CONTACT",
    "BUSINESS_SUCCESS",
    "BUSINESS_FAILURE",
    "BUSINESS_NEUTRAL",
)


class _Mapping(msgspec.Struct, rename="camel"):
    version: int
    default_set: list[str] = []
    mapping: dict[str, list[str]] = {}


@area.get(_PATH, "outbound:wrapUpCodeMapping:view")
def show_mapping(call: Call) -> Entity:
    """Show the mapping; an org without outbound has none."""
    return call.entity("outbound_mapping", "", "Wrap-up code mapping")


@area.put(_PATH, "outbound:wrapUpCodeMapping:edit")
def update_mapping(call: Call) -> Entity | None:
    """Replace the mapping of the version that the body names."""
    mapping = call.current("outbound_mapping", "", "Wrap-up code mapping")
    body = call.body(_Mapping)
    if body["version"] != mapping.get("version"):
        message = f"The version {body['version']} does not match the current version {mapping.get('version')}"
        raise conflict(message, "invalid.update.wrong.version")
    codes = call.state.shelf("wrapupcodes").all
    for code_id, flags in body.get("mapping", {}).items():
        if code_id not in codes and code_id not in mapping.get("mapping", {}):
            raise bad_request(f"Wrap-up code {code_id} does not exist")
        _check_flags(flags)
    _check_flags(body.get("defaultSet", []))
    renewed = mapping | {"defaultSet": body.get("defaultSet", []), "mapping": body.get("mapping", {})}
    return call.state.write(MAPPING, "", renewed, call.actor, action="Update")


def _check_flags(flags: list[str]) -> None:
    for flag in flags:
        if flag.upper() not in _FLAGS:
            raise invalid_value(flag, "WrapUpCodeMapping.flags", ", ".join(_FLAGS))
