"""Examples of the family naming."""

import re
from collections.abc import Mapping
from fractions import Fraction

from harness.checks.example import Example, fails, passes, unclear
from harness.checks.parameters import Share
from harness.model.tiny import a_code, an_org

__all__ = ["EXAMPLES"]

_SALE = an_org(codes=["Sale"])
_HIDDEN = {"wrapupcodes": "division Finance is not granted"}
_MOST = Share(Fraction(9, 10))

EXAMPLES: Mapping[str, tuple[Example, ...]] = {
    "naming.pattern": (
        passes(
            "The name begins with the unit's letters.",
            an_org(codes=["RTL - Sale"]),
            "code RTL - Sale",
            regex=re.compile("^(RTL|CLM) - "),
        ),
        fails(
            "The name does not begin with the unit's letters.",
            _SALE,
            "code Sale",
            "name does not match; the pattern '^(RTL|CLM) - '",
            regex=re.compile("^(RTL|CLM) - "),
        ),
    ),
    "naming.max_length": (
        passes("The name has exactly as many characters as allowed.", _SALE, "code Sale", limit=4),
        passes("Characters are counted, not bytes.", an_org(codes=["Résolu"]), "code Résolu", limit=6),
        fails(
            "The name has one character too many.",
            _SALE,
            "code Sale",
            "name has 4 characters; at most 3",
            limit=3,
        ),
    ),
    "naming.described": (
        passes(
            "The description is just long enough.",
            an_org(codes=[a_code("Sale", description="A deal was closed")]),
            "code Sale",
            at_least=17,
        ),
        fails(
            "Nobody wrote what *Sale* is for.",
            _SALE,
            "code Sale",
            "description has no characters; at least 10",
            at_least=10,
        ),
        fails(
            "The description says next to nothing.",
            an_org(codes=[a_code("Sale", description="  sale    ")]),
            "code Sale",
            "description has 4 characters; at least 10",
            at_least=10,
        ),
    ),
    "naming.unique": (
        passes("No other code reads like *Sale*.", an_org(codes=["Sale", "Sales"]), "code Sale"),
        fails(
            "Another code differs in case only.",
            an_org(codes=["Sale", "SALE"]),
            "code Sale",
            "name reads like 'SALE', the name of code code-2; a name of its own",
        ),
        fails(
            "Another division has a code of the same name.",
            an_org(codes=[a_code("Sale", division="Claims"), a_code("Sale", division="Retail")]),
            "code Sale ~code-1",
            "name is also the name of code code-2; a name of its own",
        ),
        fails(
            "Another code holds a Cyrillic letter that looks like an *a*.",
            an_org(codes=["Sale", "S\u0430le"]),
            "code Sale",
            "name reads like 'S\u0430le' (character 2 is CYRILLIC SMALL LETTER A), the name of code code-2;"
            " a name of its own",
        ),
        unclear(
            "No visible code reads like *Sale*, and some codes are hidden.",
            an_org(codes=["Sale"], hidden=_HIDDEN),
            "code Sale",
            "whether the name is unique is unknown: division Finance is not granted",
        ),
    ),
    "naming.similar": (
        passes(
            "The names have little in common.",
            an_org(codes=["Refund paid", "Refund refused"]),
            "code Refund refused",
            at_most=_MOST,
        ),
        passes(
            "The names differ in digits only, which readers do see.",
            an_org(codes=["Escalated to tier 1", "Escalated to tier 2"]),
            "code Escalated to tier 2",
            at_most=_MOST,
        ),
        passes(
            "A pair is reported once, on the code with the higher id.",
            an_org(codes=["Refund requested", "Refund request"]),
            "code Refund requested",
            at_most=Share(Fraction(8, 10)),
        ),
        fails(
            "The names differ in two letters of sixteen.",
            an_org(codes=["Refund requested", "Refund request"]),
            "code Refund request",
            "name is 87.5% like 'Refund requested'; at most 80%",
            at_most=Share(Fraction(8, 10)),
        ),
        unclear(
            "No visible name is similar, and some codes are hidden.",
            an_org(codes=["Sale"], hidden=_HIDDEN),
            "code Sale",
            "whether another name is similar is unknown: division Finance is not granted",
            at_most=_MOST,
        ),
    ),
}
