"""What bad policies get: the exact messages, where, what, expected, and what to do."""

from pathlib import Path

import pytest

from harness.errors import PolicyError
from harness.policy import load_policies, load_policy
from harness.policy.yaml import LARGEST_YAML
from tests.policy.bad_policies import BAD
from tests.policy.conftest import Folder


@pytest.mark.parametrize(("text", "message"), BAD.values(), ids=BAD.keys())
def test_bad_policies_are_refused_with_exactly_these_words(folder: Folder, text: str, message: str) -> None:
    assert folder.problems(text) == message


def test_an_expression_over_several_lines_points_at_the_line(folder: Folder) -> None:
    text = """\
        policy: P
        rules:
          - id: A
            severity: minor
            for: queue
            expect: |
              size(queue.codes) <= 25
                && queue.acw.promt == "OPTIONAL"
            where: >
              queue.name == "a" ||
              queue.nme == "b"
        """
    assert [line for line in folder.problems(text).splitlines() if line.startswith("p.")] == [
        "p.policy.yaml:8:12: unknown variable 'queue.acw.promt'",
        "p.policy.yaml:11:7: unknown variable 'queue.nme'",
    ]


def test_a_named_file_that_is_missing_says_what_is_there(folder: Folder) -> None:
    folder.write({"retail.policy.yaml": "policy: P"})
    with pytest.raises(PolicyError) as caught:
        load_policies(["retial.policy.yaml", "else/where.policy.yaml"])
    assert str(caught.value) == (
        "retial.policy.yaml: there is no file\n  did you mean 'retail.policy.yaml'?\nelse/where.policy.yaml: there is no file"
    )


def test_a_policy_over_five_megabytes_is_refused_unread(folder: Folder) -> None:
    Path("p.policy.yaml").write_bytes(b"#" * (LARGEST_YAML + 1))
    with pytest.raises(PolicyError) as caught:
        load_policy("p.policy.yaml")
    assert str(caught.value) == (
        "p.policy.yaml: the file has 5,000,001 bytes; the limit for YAML is 5,000,000\n  large catalogues are CSV or JSON"
    )


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"policy: P\nowner: \xff\n", "p.policy.yaml:2:8: not a text file: byte 0xff is not UTF-8"),
        (b"policy: P\n\x00\x01", "p.policy.yaml:2:1: not a text file: character U+0000 is not text"),
        (b"\x1f\x8b\x08", "p.policy.yaml:1:2: not a text file: byte 0x8b is not UTF-8"),
        ("policy: P".encode("utf-16"), "p.policy.yaml:1:1: not a text file: byte 0xff is not UTF-8"),
    ],
    ids=["latin-1", "NUL", "gzip", "utf-16"],
)
def test_a_file_that_is_no_text_is_refused(folder: Folder, data: bytes, message: str) -> None:
    Path("p.policy.yaml").write_bytes(data)
    with pytest.raises(PolicyError) as caught:
        load_policy("p.policy.yaml")
    hint = "it looks like a binary file, or text in another encoding: save it as UTF-8"
    assert str(caught.value) == f"{message}\n  {hint}"
