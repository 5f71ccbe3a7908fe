"""What the business agreed, from the files that operations are given."""

from pathlib import Path

import pytest

from harness.errors import PolicyError, UsageError
from harness.operations import chosen, read_agreement
from tests.operations.playing import catalogue_of

TWO = "- {name: Sale, wrapupCode: S}\n- {name: Refund}\n"


def test_a_catalogue_with_problems_is_refused_with_all_of_them(tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text("- {nam: A}\n- {name: B, duration: soon}\n")
    with pytest.raises(PolicyError) as caught:
        read_agreement(tmp_path / "c.yaml")
    assert len(caught.value.problems) == 3
    assert "did you mean 'name'?" in str(caught.value)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="there is no file"):
        read_agreement(tmp_path / "c.yaml")


def test_a_policy_brings_its_catalogue(tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text(TWO)
    policy = tmp_path / "p.policy.yaml"
    policy.write_text("policy: P\nuses: {catalogue: c.yaml}\nrules: []\n")
    assert [it.name for it in read_agreement(policy).catalogue.definitions] == ["Sale", "Refund"]
    policy.write_text("policy: P\nrules: []\n")
    with pytest.raises(PolicyError, match=r"the policy uses no catalogue\n  name it under uses\.catalogue"):
        read_agreement(policy)


def test_definitions_are_chosen_by_identifier_or_name(tmp_path: Path) -> None:
    catalogue = catalogue_of(tmp_path, TWO)
    assert chosen(catalogue, ()) == catalogue.definitions
    assert [it.name for it in chosen(catalogue, ["Refund", "S"])] == ["Sale", "Refund"]
    with pytest.raises(UsageError, match="has no definition 'Refnd'\n  did you mean 'Refund'"):
        chosen(catalogue, ["S", "Refnd"])
    with pytest.raises(UsageError, match="it is looked for among identifiers and names"):
        chosen(catalogue, ["xyzzy"])
