"""The part of SARIF 2.1.0's JSON Schema that our log uses; unknown properties are refused, as the standard's schema does.

Source:
    OASIS, sarif-schema-2.1.0.json (errata 01), written down again for the objects that we write.
"""

from typing import Any

_TEXT = {"type": "string"}
_COUNT = {"type": "integer", "minimum": 0}
_LEVEL = {"enum": ["none", "note", "warning", "error"]}


def _object(required: tuple[str, ...] = (), **properties: Any) -> dict[str, Any]:
    bag = {"type": "object", "properties": {"tags": {"type": "array", "uniqueItems": True, "items": _TEXT}}}
    return {
        "type": "object",
        "properties": {**properties, "properties": bag},
        "required": list(required),
        "additionalProperties": False,
    }


def _list(items: dict[str, Any], *, unique: bool = False) -> dict[str, Any]:
    return {"type": "array", "items": items, "uniqueItems": unique}


_MESSAGE = _object(("text",), text=_TEXT, markdown=_TEXT)
_ARTIFACT_LOCATION = _object(uri={"type": "string", "format": "uri-reference"}, uriBaseId=_TEXT)
_POSITIVE = {"type": "integer", "minimum": 1}
_PHYSICAL = _object(
    ("artifactLocation",),
    artifactLocation=_ARTIFACT_LOCATION,
    region=_object(startLine=_POSITIVE, startColumn=_POSITIVE),
)
_LOCATION = _object(
    physicalLocation=_PHYSICAL,
    logicalLocations=_list(_object(name=_TEXT, kind=_TEXT, fullyQualifiedName=_TEXT), unique=True),
    message=_MESSAGE,
)
_RULE = _object(
    ("id",),
    id=_TEXT,
    shortDescription=_MESSAGE,
    fullDescription=_MESSAGE,
    help=_MESSAGE,
    helpUri={"type": "string", "format": "uri"},
    defaultConfiguration=_object(level=_LEVEL),
)
_SUPPRESSION = _object(
    ("kind",),
    kind={"enum": ["inSource", "external"]},
    status={"enum": ["accepted", "underReview", "rejected"]},
    justification=_TEXT,
    location=_LOCATION,
)
_RESULT = _object(
    ("message",),
    ruleId=_TEXT,
    ruleIndex={"type": "integer", "minimum": -1},
    kind={"enum": ["notApplicable", "pass", "fail", "review", "open", "informational"]},
    level=_LEVEL,
    message=_MESSAGE,
    locations=_list(_LOCATION),
    relatedLocations=_list(_LOCATION, unique=True),
    partialFingerprints={"type": "object", "additionalProperties": _TEXT},
    suppressions=_list(_SUPPRESSION, unique=True),
)
_INVOCATION = _object(
    ("executionSuccessful",),
    executionSuccessful={"type": "boolean"},
    exitCode={"type": "integer"},
    exitCodeDescription=_TEXT,
    startTimeUtc={"type": "string", "format": "date-time"},
    toolExecutionNotifications=_list(_object(("message",), level=_LEVEL, message=_MESSAGE)),
)
_ARTIFACT = _object(
    location=_ARTIFACT_LOCATION,
    roles=_list({"enum": ["userSpecifiedConfiguration"]}, unique=True),
    hashes={"type": "object", "additionalProperties": _TEXT},
)
_RUN = _object(
    ("tool",),
    tool=_object(("driver",), driver=_object(("name",), name=_TEXT, version=_TEXT, rules=_list(_RULE, unique=True))),
    automationDetails=_object(id=_TEXT),
    invocations=_list(_INVOCATION),
    artifacts=_list(_ARTIFACT, unique=True),
    results=_list(_RESULT),
    columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
)

SCHEMA: dict[str, Any] = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    **_object(("version", "runs"), **{"$schema": {"type": "string", "format": "uri"}}, version={"const": "2.1.0"}, runs=_list(_RUN)),
}  # fmt: skip
