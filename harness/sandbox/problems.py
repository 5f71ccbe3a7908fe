"""Errors as the platform answers them.

Source:
    `platform.md` section 1.3: the model `ErrorBody`, its codes and their messages.
"""

from collections.abc import Mapping, Sequence
from typing import Any

__all__ = [
    "ApiProblem",
    "bad_request",
    "conflict",
    "error_body",
    "invalid_value",
    "missing_permissions",
    "not_authorized",
    "not_found",
    "unauthorized",
]


class ApiProblem(Exception):
    """An answer with an error's status.

    Attributes:
        code: The platform's code ("not.found").
        params: What the message was made with, by name.
        headers: Beyond those that every answer has.
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(status, code, message)
        self.status = status
        self.code = code
        self.message = message
        self.params = dict(params or {})
        self.headers = dict(headers or {})

    def body(self, correlation_id: str) -> dict[str, Any]:
        """Return the model `ErrorBody`."""
        return error_body(self.status, self.code, self.message, correlation_id, self.params)


def error_body(
    status: int, code: str, message: str, correlation_id: str, params: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Return the model `ErrorBody`; its context is the answer's correlation id."""
    return {
        "message": message,
        "code": code,
        "status": status,
        "messageParams": dict(params or {}),
        "contextId": correlation_id,
        "details": [],
        "errors": [],
    }


def unauthorized(*, token_given: bool) -> ApiProblem:
    """Return what a call without a good token gets."""
    if token_given:
        return ApiProblem(401, "bad.credentials", "Invalid login credentials.")
    message = "No authentication bearer token specified in authorization header."
    return ApiProblem(401, "authentication.required", message)


def missing_permissions(permissions: Sequence[str]) -> ApiProblem:
    """Return what a client without rights gets: it needs one of the permissions."""
    named = ", ".join(permissions)
    if len(permissions) > 1:
        code, of = "missing.any.permissions", "You must have at least one of the following permissions assigned"
    else:
        code, of = "missing.permissions", "You are missing the following permission(s)"
    message = f"Unable to perform the requested action. {of}: {named}"
    return ApiProblem(403, code, message, params={"permissions": named})


def not_authorized() -> ApiProblem:
    """Return what a call gets that is forbidden for no permission in particular."""
    return ApiProblem(403, "not.authorized", "You are not authorized to perform the requested action.")


def not_found(what: str | None = None) -> ApiProblem:
    """Return what a call for something that is not there gets."""
    return ApiProblem(404, "not.found", what or "The requested resource was not found.")


def bad_request(message: str, code: str = "bad.request") -> ApiProblem:
    """Return what a call that cannot be understood gets."""
    return ApiProblem(400, code, message)


def invalid_value(value: object, field: str, allowed: str) -> ApiProblem:
    """Return what a value gets that a field does not take."""
    message = f"Value [{value}] is not valid for field type [{field}]. Allowable values are: {allowed}"
    return ApiProblem(400, "invalid.value", message, params={"field": field, "value": str(value)})


def conflict(message: str, code: str = "general.conflict") -> ApiProblem:
    """Return what a write against a state that has moved on gets."""
    return ApiProblem(409, code, message)
