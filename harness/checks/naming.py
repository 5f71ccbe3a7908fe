"""What is a wrap-up code called?"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from operator import attrgetter, itemgetter

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from harness.checks.extremes import of_similarity, of_smallest_number
from harness.checks.parameters import Regex, Share
from harness.checks.registry import Breach, check
from harness.checks.wording import counted, percent, revealed
from harness.model import Org, WrapUpCode, is_known
from harness.model.names import fold

__all__ = ["described", "max_length", "pattern", "similar", "unique"]

_LISTING = "GET /api/v2/routing/wrapupcodes"
_DIGITS = re.compile(r"\d+")


@check(source=_LISTING)
def pattern(code: WrapUpCode, org: Org, *, regex: Regex) -> Iterator[str]:
    """A name follows the business's pattern.

    Args:
        code: The wrap-up code under test.
        org: The org it belongs to; unused.
        regex: What the name must contain; anchor it with `^` and `$` to describe the whole name.

    Yields:
        One message if the name does not match.
    """
    if not regex.search(str(code.name)):  # str() reads the name: an unknown one speaks up
        yield Breach("name does not match", expected=f"the pattern '{regex.pattern}'")


@check(source=_LISTING)
def max_length(code: WrapUpCode, org: Org, *, limit: int) -> Iterator[str]:
    """A name fits in the agent's list.

    Args:
        code: The wrap-up code under test.
        org: The org it belongs to; unused.
        limit: Longest allowed name, in characters (not bytes).

    Yields:
        One message if the name is longer than `limit`; the limit itself passes.
    """
    length = len(code.name)
    if length > limit:
        yield Breach(f"name has {counted(length, 'character')}", expected=f"at most {limit}")


@check(source=_LISTING, extremes=of_smallest_number)
def described(code: WrapUpCode, org: Org, *, at_least: int) -> Iterator[str]:
    """A code is described, so that agents know when to pick it.

    Args:
        code: The wrap-up code under test.
        org: The org it belongs to; unused.
        at_least: Shortest description, in characters; space around it is not counted.

    Yields:
        One message if there is no description or it is too short.
    """
    length = len(str(code.description).strip()) if code.description is not None else 0
    if length < at_least:
        yield Breach(f"description has {counted(length, 'character')}", expected=f"at least {at_least}")


@check(source="the vendor's help, wrap-up codes: names are unique within an org")
def unique(code: WrapUpCode, org: Org) -> Iterator[str]:
    """No two codes look the same to a reader.

    Names are compared across all divisions, with case, width, spacing and look-alike characters folded.

    Args:
        code: The wrap-up code under test.
        org: The org with all wrap-up codes.

    Yields:
        One message per other code with the same folded name.
    """
    others = [other for other in org.codes_by_folded_name.get(fold(code.name), ()) if other.id != code.id]
    for other in others:
        same = "is also" if other.name == code.name else f"reads like {revealed(other.name, code.name)},"
        yield Breach(f"name {same} the name of code {other.id}", expected="a name of its own")
    if not others:
        org.require_all_code_names("whether the name is unique")


@check(source=f"{_LISTING}; Levenshtein distance", extremes=of_similarity)
def similar(code: WrapUpCode, org: Org, *, at_most: Share) -> Iterator[str]:
    """No two codes have names that are easily mistaken for each other.

    Similarity is one less the fewest edits of single characters that turn one folded name into the other, as a share
    of the longer name's length. Names that differ in digits only (*Tier 1*, *Tier 2*) are no finding. A pair is
    reported once, on the code with the higher id.

    Args:
        code: The wrap-up code under test.
        org: The org with all wrap-up codes.
        at_most: Greatest similarity of two names.

    Yields:
        One message per similar code with a lower id.
    """
    name = fold(code.name)
    earlier = org.index(_by_id).before(code)
    near = process.extract(
        name,
        earlier.names,
        scorer=Levenshtein.normalized_similarity,
        score_cutoff=max(0.0, float(at_most) - 1e-9),  # rounding must lose no pair; the exact share decides
        limit=None,
    )
    found = False
    for other_name, _, position in sorted(near, key=itemgetter(2)):
        similarity = _similarity(name, other_name)
        if similarity > at_most and not _differ_in_digits_only(name, other_name):
            found = True
            yield Breach(
                f"name is {percent(similarity)} like '{earlier.codes[position].name}'",
                expected=f"at most {percent(at_most)}",
            )
    if not found:
        org.require_all_code_names("whether another name is similar")


@dataclass(frozen=True)
class _Named:
    """Codes whose name is known, sorted by id, with their folded names."""

    codes: Sequence[WrapUpCode]
    names: Sequence[str]

    def before(self, code: WrapUpCode) -> "_Named":
        """Return the codes with a lower id."""
        end = bisect_left(self.codes, code.id, key=attrgetter("id"))
        return _Named(self.codes[:end], self.names[:end])


def _by_id(org: Org) -> _Named:
    codes = sorted((code for code in org.codes if is_known(code.name)), key=attrgetter("id"))
    return _Named(codes, [fold(code.name) for code in codes])


def _similarity(name: str, other: str) -> Fraction:
    longest = max(len(name), len(other))
    return 1 - Fraction(Levenshtein.distance(name, other), longest) if longest else Fraction(1)


def _differ_in_digits_only(name: str, other: str) -> bool:
    return name != other and _DIGITS.sub("0", name) == _DIGITS.sub("0", other)
