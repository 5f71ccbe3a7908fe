"""Whatever a file holds, it becomes a policy or a list of problems, never anything else."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.errors import PolicyError
from harness.policy import is_policy, load_policy
from harness.policy.problems import PROBLEMS_PER_FILE
from tests.policy.conftest import TODAY, Folder
from tests.policy.samples import FILES, POLICY

quickly = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)

PIECES = [
    "", "\t", "\n", " ", ":", ": ", "- ", "[", "]", "{", "}", "&a ", "*a", "!t ", "%YAML 1.1\n", "---\n", "...\n", "|", ">", '"', "'",
    "#", "<<: ", "? ", "\ufeff", "\u2028", "\x00", "é", "\U0001f600", "null", "~", "yes", "010", "\\", "sales", "queue.", "(", "~", "\r",
]  # fmt: skip


@st.composite
def damaged(draw: st.DrawFn, text: str) -> bytes:
    """Return a text with a few pieces cut out, put in or doubled."""
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, min(len(text), start + 30)))
        inserted = draw(st.sampled_from(PIECES)) * draw(st.sampled_from([1, 1, 2, 60]))
        text = text[:start] + inserted + draw(st.sampled_from(["", text[start:end]])) + text[end:]
    return text.encode(draw(st.sampled_from(["utf-8", "utf-8", "utf-8", "utf-16"])))


def outcome(path: str) -> str:
    try:
        return repr(load_policy(path, today=TODAY).rules)
    except PolicyError as error:
        refused = error
    assert 1 <= len(refused.problems) <= (PROBLEMS_PER_FILE + 1) * (len(FILES) + 1)
    for problem in refused.problems:
        assert problem.what
        assert problem.line is None or problem.line >= 1
        assert problem.column is None or problem.column >= 1
    return str(refused)


@quickly
@given(st.binary(max_size=60))
def test_any_bytes_are_a_policy_or_problems(folder: Folder, data: bytes) -> None:
    Path("x.policy.yaml").write_bytes(data)
    is_policy("x.policy.yaml")
    assert outcome("x.policy.yaml") == outcome("x.policy.yaml")


@quickly
@given(damaged(POLICY))
def test_a_damaged_policy_is_a_policy_or_problems(folder: Folder, data: bytes) -> None:
    folder.write(FILES)
    Path("x.policy.yaml").write_bytes(data)
    is_policy("x.policy.yaml")
    assert outcome("x.policy.yaml") == outcome("x.policy.yaml")


@quickly
@given(st.data(), st.sampled_from([name for name in FILES if not name.endswith(".py")]))
def test_a_damaged_file_that_a_policy_uses_gives_problems(folder: Folder, data: st.DataObject, name: str) -> None:
    folder.write({**FILES, "p.policy.yaml": POLICY})
    Path(name).write_bytes(data.draw(damaged(FILES[name])))
    assert outcome("p.policy.yaml") == outcome("p.policy.yaml")


@quickly
@given(st.text("aqs.=&|!(){}[]\"'\\ \n1?:,\u00e9", max_size=20), st.sampled_from(["where", "expect"]))
def test_any_expression_is_compiled_or_refused(folder: Folder, text: str, key: str) -> None:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    other = "" if key == "expect" else ', expect: "true"'
    folder.write(
        {"x.policy.yaml": f'policy: P\nrules: [{{id: A, severity: minor, for: queue, {key}: "{escaped}"{other}}}]'}
    )
    outcome("x.policy.yaml")


@pytest.mark.parametrize("open_char", ["[", "{a: ", "- ", "? "])
def test_nesting_without_end_is_refused_at_once(folder: Folder, open_char: str) -> None:
    Path("x.policy.yaml").write_text(f"policy: {open_char * 100_000}", encoding="utf-8")
    assert outcome("x.policy.yaml")
