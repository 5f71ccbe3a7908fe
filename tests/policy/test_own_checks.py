"""Checks of one's own run from a file or a package; whatever is wrong with them is a problem with a line."""

import sys
from pathlib import Path

import pytest

from harness.errors import PolicyError
from harness.policy import available_checks
from tests.policy.conftest import Folder

HEAD = """\
from collections.abc import Iterator
from harness.checks import check
from harness.model import Org, Queue
"""

GOOD = (
    HEAD
    + '''
@check(source="a standard")
def suffix(queue: Queue, org: Org, *, text: str) -> Iterator[str]:
    """A name has a suffix."""
    yield from ()
'''
)


def a_policy(check: str, files: str = "ours.py") -> str:
    return f"policy: P\nuses: {{checks: [{files}]}}\nrules: [{{id: A, check: {check}, with: {{text: x}}, severity: minor}}]"


def test_a_check_of_ones_own_is_named_by_its_file(folder: Folder) -> None:
    (rule,) = folder.load(a_policy("ours.suffix"), ours__py=GOOD).rules
    assert rule.check is not None
    assert (rule.check.id, rule.check.family, rule.title) == ("ours.suffix", "ours", "A name has a suffix.")
    assert rule.parameters == {"text": "x"}


def test_a_file_that_two_policies_use_runs_once(folder: Folder) -> None:
    folder.write({"b.policy.yaml": "policy: B\nuses: {checks: [ours.py]}"})
    (rule,) = folder.load("extends: [b.policy.yaml]\n" + a_policy("ours.suffix"), ours__py=GOOD).rules
    (again,) = folder.load(a_policy("ours.suffix"), ours__py=GOOD).rules
    assert rule.check is again.check


def test_an_extended_policy_brings_its_checks(folder: Folder) -> None:
    folder.write({"sub/b.policy.yaml": a_policy("ours.suffix"), "sub/ours.py": GOOD})
    loaded = folder.load("policy: P\nextends: [sub/b.policy.yaml]")
    assert [rule.id for rule in loaded.rules] == ["A"]
    assert [(used.role, used.path) for used in loaded.files] == [
        ("extends", "sub/b.policy.yaml"),
        ("checks", "sub/ours.py"),
    ]


def test_a_changed_file_is_run_again(folder: Folder) -> None:
    folder.load(a_policy("ours.suffix"), ours__py=GOOD)
    (rule,) = folder.load(a_policy("ours.suffix"), ours__py=GOOD.replace("A name has", "Every name has")).rules
    assert rule.title == "Every name has a suffix."


def test_a_file_may_define_dataclasses(folder: Folder) -> None:
    """The standard library looks a class's module up by name."""
    text = "from dataclasses import dataclass\n" + GOOD + "\n\n@dataclass\nclass Pair:\n    a: 'int'\n"
    assert len(folder.load(a_policy("ours.suffix"), ours__py=text).rules) == 1


USED = "p.policy.yaml:3:24: unknown check 'ours.suffix'\n  there are checks of the families"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("def f(:\n", "ours.py:1:7: not valid Python: invalid syntax"),
        ("import no_such_module_here\n", "ours.py:1:1: the file of checks cannot be used: ModuleNotFoundError: "
         "No module named 'no_such_module_here'\n  a file of checks runs on its own: share code as an installed package"),
        ("def f():\n    raise RuntimeError('no')\n\nf()\n", "ours.py:2:1: the file of checks cannot be used: RuntimeError: no"),
        ("import sys\nsys.exit(3)\n", "ours.py:2:1: the file of checks cannot be used: SystemExit: 3"),
        ("import json\njson.loads('{')\n", "ours.py:2:1: the file of checks cannot be used: JSONDecodeError: "
         "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"),
        ("x = 1\n", "ours.py: the file defines no check\n  a check is `@check(source=…) def name(subject: Queue, "
         "org: Org, *, parameter: int) -> Iterator[str]`"),
        (GOOD.replace(", *, text: str", ""), "p.policy.yaml:3:44: unknown key 'text' in 'with' of ours.suffix\n"
         "  expected no keys here"),
        (GOOD.replace("queue: Queue, ", ""), "ours.py:5:1: the file of checks cannot be used: check ours.suffix: "
         "takes a subject and an org before the `*`, not 1 parameters"),
        (GOOD.replace('    """A name has a suffix."""\n', ""), "ours.py:5:1: the file of checks cannot be used: "
         "check ours.suffix: has no docstring; its first line is the title that reports show"),
        (GOOD.replace("text: str", "text: complex"), "ours.py:5:1: check ours.suffix: a policy cannot write a value of "
         "type <class 'complex'>; it can write str, int, float, bool, DurationMs, Share, Regex, Window, Days, Literal of texts, "
         "lists and dictionaries of these"),
    ],
    ids=["syntax", "import", "raises", "exits", "raises elsewhere", "no check", "no parameter", "shape", "docstring",
         "annotation"],
)  # fmt: skip
def test_what_is_wrong_with_a_file_is_said_with_its_line(folder: Folder, text: str, message: str) -> None:
    assert message in folder.problems(a_policy("ours.suffix"), ours__py=text)


def test_a_broken_file_leaves_nothing_behind(folder: Folder) -> None:
    before = {name for name in sys.modules if name.startswith("wrapup_checks_")}
    folder.problems(a_policy("ours.suffix"), ours__py="raise ValueError('x')\n")
    assert {name for name in sys.modules if name.startswith("wrapup_checks_")} == before


def test_a_file_whose_name_cannot_be_part_of_an_id_is_refused(folder: Folder) -> None:
    folder.write({"our-checks.py": GOOD})
    assert folder.problems("policy: P\nuses: {checks: [our-checks.py]}") == (
        "our-checks.py: the file's name cannot be part of a check's id\n  expected a Python identifier\n"
        "  rename it, for example to 'our_checks.py'"
    )


def test_a_check_that_exists_already_is_refused(folder: Folder) -> None:
    text = GOOD.replace("def suffix", "def unique")
    assert folder.problems("policy: P\nuses: {checks: [naming.py]}", naming__py=text) == (
        "p.policy.yaml:2:17: 'naming.py' brings a check 'naming.unique', which exists already\n"
        "  rename the file or the function"
    )


# -- installed packages ----------------------------------------------------------------------------------------------


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder on the path, as an environment's site-packages is."""
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path


def install(packages: Path, name: str, module: str, text: str) -> None:
    (packages / f"{module}.py").write_text(text, encoding="utf-8")
    info = packages / f"{name}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text(f"[wrapup_harness.checks]\nours = {module}\n", encoding="utf-8")


def test_checks_of_an_installed_package_are_known_everywhere(packages: Path, folder: Folder) -> None:
    install(packages, "acme-checks", "acme_good", GOOD)
    text = "policy: P\nrules: [{id: A, check: acme_good.suffix, with: {text: x}, severity: minor}]"
    assert "acme_good.suffix" in available_checks()
    first, again = folder.load(text), folder.load(text)
    assert first.rules[0].check is again.rules[0].check


@pytest.mark.parametrize(
    ("module", "text", "message"),
    [
        ("acme_raises", "raise ValueError('no')", "acme-checks 1.0: entry point 'ours' = acme_raises of group "
         "wrapup_harness.checks cannot be used: ValueError: no\n  repair or uninstall it"),
        ("acme_typed", GOOD.replace("text: str", "text: complex"), "acme-checks 1.0: entry point 'ours' = acme_typed of "
         "group wrapup_harness.checks cannot be used: TypeError: a policy cannot write a value of type"),
        ("naming", GOOD.replace("def suffix", "def unique"), "acme-checks 1.0: brings a check 'naming.unique', which exists already"),
    ],
    ids=["raises", "annotation", "collides"],
)  # fmt: skip
def test_a_broken_package_is_named(packages: Path, module: str, text: str, message: str) -> None:
    install(packages, "acme-checks", module, text)
    with pytest.raises(PolicyError) as caught:
        available_checks()
    assert message in str(caught.value)
