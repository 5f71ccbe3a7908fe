"""The JSON Schema of policies, for editors: generated from the tables that the loader reads with.

It cannot say everything that the loader does (names of rules and scopes, expressions, files); what it refuses, the
loader refuses too. See `docs/decisions/0002-schema-is-an-oracle.md`.
"""

from collections.abc import Mapping
from typing import Any

import harness.checks  # noqa: F401 - registers the checks that come with the harness
from harness.checks.registry import Check, registered
from harness.policy.fields import POLICY, RULE
from harness.policy.parameters import parameters_of
from harness.policy.shapes import DictOf, Either, Fields, Key, ListOf, Raw, Shape
from harness.policy.values import NAME, Value

__all__ = ["policy_schema"]


def policy_schema(checks: Mapping[str, Check] | None = None) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a policy.

    A policy that brings checks of its own, or extends one that may, can name other checks than those known here.

    Args:
        checks: The checks that rules may name, by id; None means those that come with the harness.
    """
    known = registered() if checks is None else checks
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Wrap-up policy",
        "description": "Rules about wrap-up codes on Genesys Cloud.",
        **_schema(POLICY),
        "if": {
            "anyOf": [
                {"required": ["extends"]},
                {"required": ["uses"], "properties": {"uses": {"required": ["checks"]}}},
            ]
        },
        "else": {
            "properties": {"rules": {"items": {"properties": {"check": {"$ref": "#/$defs/check"}}}}},
        },
        "$defs": {"rule": _rule(known), "check": _check_names(known)},
    }


def _schema(shape: Shape) -> dict[str, Any]:
    match shape:
        case Value():
            return dict(shape.json)
        case ListOf():
            return {"type": "array", "items": _schema(shape.item)}
        case DictOf():
            names = {"propertyNames": {"pattern": shape.key.json["pattern"]}} if shape.key is NAME else {}
            return {"type": "object", **names, "additionalProperties": _schema(shape.value)}
        case Raw():
            return {"type": "object"}
        case Either():
            return {"anyOf": [_schema(shape.scalar), _schema(shape.fields)]}
        case Fields() if shape is RULE:
            return {"$ref": "#/$defs/rule"}
        case Fields():
            return _fields(shape)


def _fields(shape: Fields) -> dict[str, Any]:
    required = [key.name for key in shape.keys if key.required]
    return {
        "type": "object",
        "properties": {key.name: _property(key) for key in shape.keys},
        **({"required": required} if required else {}),
        "additionalProperties": False,
    }


def _property(key: Key) -> dict[str, Any]:
    schema = _schema(key.shape)
    return {**schema, "description": key.text} if key.text else schema


def _rule(checks: Mapping[str, Check]) -> dict[str, Any]:
    return {
        **_fields(RULE),
        "oneOf": [
            {"required": ["check"], "not": {"anyOf": [{"required": ["for"]}, {"required": ["expect"]}]}},
            {"required": ["for", "expect"], "not": {"anyOf": [{"required": ["check"]}, {"required": ["with"]}]}},
        ],
        "allOf": [
            {
                "if": {"required": ["check"], "properties": {"check": {"const": check.id}}},
                "then": _with(check),
            }
            for check in checks.values()
        ],
    }


def _with(check: Check) -> dict[str, Any]:
    shape = parameters_of(check)
    required = any(key.required for key in shape.keys)
    return {"properties": {"with": _fields(shape)}, **({"required": ["with"]} if required else {})}


def _check_names(checks: Mapping[str, Check]) -> dict[str, Any]:
    return {
        "oneOf": [
            {"const": check.id, "description": f"{check.title} (about a {check.kind.name})"}
            for check in checks.values()
        ]
    }
