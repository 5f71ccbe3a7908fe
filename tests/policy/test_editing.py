"""Editing a policy: one waiver more, and every other byte as it was."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import PolicyError, UsageError
from harness.policy import load_policy
from harness.policy.editing import NewWaiver, add_waiver, insert_waiver, quoted

TODAY = date(2026, 11, 21)
HEAD = "policy: P\nrules:\n  - {id: R-1, check: naming.unique, severity: minor}\n"
OLD = "rule: R-1, subject: code A, until: 2027-01-01, by: ops, reason: soon"


def a_waiver(**fields: Any) -> NewWaiver:
    given: dict[str, Any] = {"rule": "R-1", "subject": "code B", "until": "2027-01-31", "by": "ops", "reason": "soon"}
    return NewWaiver(**given | fields)


def edited(text: str, **fields: Any) -> str:
    return insert_waiver(text.encode(), a_waiver(**fields)).decode()


NEW = "rule: R-1\n{0}  subject: code B\n{0}  until: 2027-01-31\n{0}  by: ops\n{0}  reason: soon\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (HEAD, HEAD + "\nwaivers:\n  - " + NEW.format("  ")),
        (HEAD + "# the end", HEAD.rstrip() + "\n\nwaivers:\n  - " + NEW.format("  ") + "# the end"),
        (HEAD[:-1], HEAD + "\nwaivers:\n  - " + NEW.format("  ")[:-1]),
        (HEAD + "waivers: []\n", HEAD + "waivers: [{rule: R-1, subject: code B, until: 2027-01-31, by: ops, reason: soon}]\n"),
        (
            HEAD + "waivers:\n  - {" + OLD + "}  # agreed\n\n# max\nwaiver_max_days: 90\n",
            HEAD + "waivers:\n  - {" + OLD + "}  # agreed\n  - " + NEW.format("  ") + "\n# max\nwaiver_max_days: 90\n",
        ),
        (
            HEAD + "waivers:\n- rule: R-1\n  subject: code A\n  until: 2027-01-01\n  by: ops\n  reason: |\n    soon\n\n\nversion: 1\n",
            HEAD + "waivers:\n- rule: R-1\n  subject: code A\n  until: 2027-01-01\n  by: ops\n  reason: |\n    soon\n- "
            + NEW.format("") + "\n\nversion: 1\n",
        ),
        (
            HEAD + "waivers:\n  - rule: R-1\n    subject: code A\n    until: 2027-01-01\n    by: ops\n    reason: |+\n      soon\n\nversion: 1\n",
            HEAD + "waivers:\n  - rule: R-1\n    subject: code A\n    until: 2027-01-01\n    by: ops\n    reason: |+\n      soon\n\n  - "
            + NEW.format("  ") + "version: 1\n",
        ),
        (
            HEAD + "waivers: [\n  {" + OLD + "},  # first\n]\n",
            HEAD + "waivers: [\n  {" + OLD + "}, {rule: R-1, subject: code B, until: 2027-01-31, by: ops, reason: soon},  # first\n]\n",
        ),
        (
            "{policy: P, rules: [{id: R-1, check: naming.unique, severity: minor}]} # all\n",
            "{policy: P, rules: [{id: R-1, check: naming.unique, severity: minor}], waivers: [{rule: R-1, subject: code B, "
            "until: 2027-01-31, by: ops, reason: soon}]} # all\n",
        ),
        ("---\n" + HEAD + "...\n", "---\n" + HEAD + "\nwaivers:\n  - " + NEW.format("  ") + "...\n"),
    ],
    ids=["none yet", "a comment at the end", "no line break at the end", "an empty list", "a block", "a literal",
         "a literal that keeps its empty lines", "in brackets", "a policy in brackets", "document markers"],
)  # fmt: skip
def test_a_waiver_goes_behind_the_last_one(before: str, after: str) -> None:
    assert edited(before) == after


def test_line_breaks_and_the_byte_order_mark_stay() -> None:
    before = "\ufeff" + HEAD.replace("\n", "\r\n")
    after = edited(before)
    assert after.startswith(before)
    assert "\n" not in after.replace("\r\n", "")


@pytest.mark.parametrize("name", ["No", "a: b", "x # y", "- z", "", "ü\n\x1b", "'", '"', "{a}", "2027-01-01x", "  s "])
def test_any_name_reads_back(name: str, tmp_path: Path) -> None:
    path = tmp_path / "p.policy.yaml"
    path.write_text(HEAD)
    path.write_bytes(add_waiver(str(path), a_waiver(subject=f"code {name}", id="x", ticket="T: 1"), today=TODAY).data)
    (waiver,) = load_policy(path, today=TODAY).waivers
    assert (waiver.subject, waiver.id, waiver.ticket) == (f"code {name}", "x", "T: 1")


def test_where_it_was_written_is_told(tmp_path: Path) -> None:
    path = tmp_path / "p.policy.yaml"
    path.write_text(HEAD)
    assert add_waiver(str(path), a_waiver(), today=TODAY).line == 6


@pytest.mark.parametrize(
    ("rest", "fields", "message"),
    [
        ("", {"rule": "R-2"}, "waiver for an unknown rule 'R-2'\n  did you mean 'R-1'?"),
        ("waiver_max_days: 30", {}, "the waiver holds for 71 days from today\n  expected at most 30 days"),
        ("waivers: [{" + OLD + "}]", {"subject": "code A"}, "code A is waived twice for rule 'R-1'\n  first at line 4"),
        ("", {"by": " "}, "'by' is ' '\n  expected a text that is not empty"),
        ("", {"until": "soon"}, "'until' is 'soon'\n  expected a date such as"),
    ],
)
def test_what_the_policy_would_refuse_is_refused(
    rest: str, fields: dict[str, str], message: str, tmp_path: Path
) -> None:
    path = tmp_path / "p.policy.yaml"
    path.write_text(f"{HEAD}{rest}\n")
    with pytest.raises(UsageError) as caught:
        add_waiver(str(path), a_waiver(**fields), today=TODAY)
    assert str(caught.value).startswith(f"the waiver cannot be added: {message}")
    assert path.read_text() == f"{HEAD}{rest}\n"


def test_a_waiver_that_is_over_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "p.policy.yaml"
    path.write_text(HEAD)
    with pytest.raises(UsageError, match="2026-11-20 has passed"):
        add_waiver(str(path), a_waiver(until="2026-11-20"), today=TODAY)
    assert add_waiver(str(path), a_waiver(until="2026-11-21"), today=TODAY).data


def test_a_policy_with_mistakes_is_not_edited(tmp_path: Path) -> None:
    path = tmp_path / "p.policy.yaml"
    path.write_text(HEAD + "waivers:\n")
    with pytest.raises(PolicyError, match="has no value"):
        add_waiver(str(path), a_waiver(), today=TODAY)


@pytest.mark.parametrize(
    "text", ["[1]\n", "policy: P\nwaivers: 1\n", "policy: [\n", "policy: P\nowner: |\n  a line break would be added"]
)
def test_no_place_is_told_with_what_to_write(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        edited(text)
    assert str(caught.value).startswith("the policy's layout leaves no place for a waiver\n  write it by hand:\n")
    assert "    - rule: R-1\n" in str(caught.value)


# -- layouts that people write ----------------------------------------------------------------------------------------

_COMMENTS = st.sampled_from(["", "# a comment", "   # indented", "# waivers:", "# - rule: x", "#", " "])
_TAILS = st.sampled_from(["", "  # why", " # - {"])
_WORDS = st.sampled_from(["soon", '"so: on"', "'it''s'", "|\n      a literal\n      # no comment", ">-\n      folded\n\n      text", "plain\n      over two lines"])  # fmt: skip


@st.composite
def _layouts(draw: st.DrawFn) -> str:
    """A policy with comments and empty lines in odd places, and waivers in any style."""
    indent = draw(st.sampled_from(["", "  ", "    "]))
    parts = ["policy: P", "rules:", "  - {id: R-1, check: naming.unique, severity: minor}"]
    blocks = [parts]
    if draw(st.booleans()):
        number = draw(st.integers(1, 3))
        if draw(st.booleans()):
            lines = ["waivers:"]
            for at in range(number):
                reason = draw(_WORDS).replace("\n      ", f"\n{indent}      ")
                lines += [f"{indent}- rule: R-1", f"{indent}  subject: code {at}{draw(_TAILS)}"]
                lines += [f"{indent}  until: 2027-01-01", f"{indent}  by: ops", f"{indent}  reason: {reason}"]
                lines += draw(st.lists(_COMMENTS, max_size=2)) if "\n" not in reason else []
            blocks.append(lines)
        else:
            items = [f"{{rule: R-1, subject: code {at}, until: 2027-01-01, by: o, reason: r}}" for at in range(number)]
            between = draw(st.sampled_from([", ", ",\n  ", ", # why\n  "]))
            blocks.append([f"waivers: [{between.join(items)}{draw(st.sampled_from(['', ',', '  # end' + chr(10)]))}]"])
    if draw(st.booleans()):
        blocks.append([f"waiver_max_days: 180{draw(_TAILS)}"])
    lines = [
        line for block in draw(st.permutations(blocks)) for line in [*block, *draw(st.lists(_COMMENTS, max_size=2))]
    ]
    # A literal at the very end takes the line break that would have to be added for its own.
    literal = lines[-1].endswith(("# no comment", "text"))
    ends = st.sampled_from(["\n", "\n\n", "\n...\n", *([] if literal else [""])])
    text = draw(_COMMENTS) + "\n" + "\n".join(lines) + draw(ends)
    return draw(st.sampled_from(["", "\ufeff"])) + text.replace("\n", draw(st.sampled_from(["\n", "\r\n"])))


@given(_layouts(), st.text(st.characters(codec="utf-8"), min_size=1))
def test_every_other_byte_stays(text: str, reason: str) -> None:
    """A reviewer of the pull request sees added lines and nothing else."""
    before = text.encode()
    after = insert_waiver(before, a_waiver(reason=reason))
    added = len(after) - len(before)
    assert added > 0
    same = next((n for n, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), len(before))
    assert before[same:] == after[same + added :]


@given(st.text(st.characters(codec="utf-8")))
def test_a_quoted_text_is_one_line(text: str) -> None:
    assert quoted(text).isprintable()
