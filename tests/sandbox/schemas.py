"""The shapes of the platform's answers, as JSON Schemas made of two descriptions of its API that are not ours."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import msgspec

_SHARED = Path("../shared")
_SUBSET = _SHARED / "data" / "openapi-subset.json"
_MODELS = _SHARED / "platform-models.json"

AVAILABLE = _SUBSET.is_file() and _MODELS.is_file()

_SIMPLE = {
    "str": {"type": "string"},
    "int": {"type": "integer"},
    "float": {"type": "number"},
    "bool": {"type": "boolean"},
    "object": {},
    "datetime": {"type": "string", "format": "date-time"},
}


@cache
def _subset() -> Any:
    return msgspec.json.decode(_SUBSET.read_bytes())


@cache
def _models() -> Any:
    return msgspec.json.decode(_MODELS.read_bytes())


@cache
def permissions() -> dict[tuple[str, str], frozenset[str]]:
    """Return the permissions of which each call needs one, by method and path, as the vendor documents them."""
    return {
        (endpoint["method"], normal(endpoint["path"])): frozenset(endpoint["permissions"]["permissions"])
        for endpoint in _models()["endpoints"]
    }


def normal(path: str) -> str:
    """Return a path whose variables have no names."""
    return re.sub(r"\{[^}]*\}", "{}", path)


@cache
def error_validator() -> Any:
    """Return what an error's body is held against."""
    return _validator({"$ref": "#/definitions/ErrorBody"}, _definitions())


@cache
def validator(method: str, path: str) -> Any:
    """Return what a successful answer is held against; None when it has no body.

    Raises:
        LookupError: If neither description knows the call.
    """
    for known, operations in _subset()["paths"].items():
        if normal(known) == normal(path) and method.lower() in operations:
            answers = operations[method.lower()]["responses"]
            schema = answers.get("200", answers.get("default", {})).get("schema")
            return None if schema is None else _validator(schema, _definitions())
    for endpoint in _models()["endpoints"]:
        if (endpoint["method"], normal(endpoint["path"])) == (method, normal(path)):
            model = endpoint["response"]
            return None if model == "None" else _validator(_typed(model), _model_definitions())
    raise LookupError(f"{method} {path}")


@cache
def model_validator(model: str) -> Any:
    """Return what a value of one of the vendor's models is held against, such as the body of an event."""
    return _validator(_typed(model), _model_definitions())


def _validator(schema: Any, definitions: Any) -> Any:
    return jsonschema_rs.Draft7Validator({**schema, "definitions": definitions}, validate_formats=True)


@cache
def _definitions() -> Any:
    return {name: _closed(schema) for name, schema in _subset()["definitions"].items()}


def _closed(schema: Any) -> Any:
    """Return a schema that allows no keys that the platform does not have.

    What the description calls required is what a *request* must hold: its own listings leave a division's empty
    description out.
    """
    if not isinstance(schema, dict):
        return schema
    kept = {key: _closed(value) for key, value in schema.items() if key not in ("required", "description")}
    if "properties" in schema:
        kept["properties"] = {name: _closed(value) for name, value in schema["properties"].items()}
        kept["additionalProperties"] = False
    return kept


@cache
def _model_definitions() -> Any:
    return {
        name: {
            "type": "object",
            "properties": {
                entry["json"]: _typed(entry["type"]) | ({"enum": entry["enum"]} if "enum" in entry else {})
                for entry in model["properties"]
            },
            "additionalProperties": False,
        }
        for name, model in _models()["models"].items()
    }


def _typed(name: str) -> Any:
    if found := re.fullmatch(r"list\[(.*)\]", name):
        return {"type": "array", "items": _typed(found[1])}
    if found := re.fullmatch(r"dict\(str, (.*)\)", name):
        return {"type": "object", "additionalProperties": _typed(found[1])}
    if name in _SIMPLE:
        return _SIMPLE[name]
    return {"$ref": f"#/definitions/{name}"} if name in _models()["models"] else {"type": "object"}
