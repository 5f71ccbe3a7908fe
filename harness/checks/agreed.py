"""What checks ask about the agreement behind a code."""

from harness.checks.registry import NotApplicable
from harness.model import Definition, Org, WrapUpCode

__all__ = ["agreed_about"]


def agreed_about(code: WrapUpCode, org: Org) -> Definition:
    """Return the definition of a code, for checks that judge only what was agreed.

    Raises:
        NotApplicable: If the code has no definition; `catalogue.known` says so.
        UnknownValueError: If there is no catalogue, or the code's name is unknown.
    """
    _ = org.agreed
    found = org.definition_of(code)
    if found is None:
        raise NotApplicable("the code has no definition")
    return found
