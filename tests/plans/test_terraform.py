"""What Terraform itself writes: a module is planned for real, with `terraform_data` in place of the provider's types.

`terraform_data.code` and `terraform_data.queue` hold the attributes in `input`; the plan is rewritten as if these were
resources of their own. What is unknown, what is sensitive, and what refers to what is Terraform's own.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from harness.orgs import load_plan
from harness.orgs.plan import Plan
from tests.plans.builder import CODE, QUEUE

ROOT = """
variable "names" { default = ["win", "lose"] }
resource "terraform_data" "code" {
  for_each = toset(var.names)
  input    = { name = each.key }
}
resource "terraform_data" "code_extra" { input = { name = "extra" } }
resource "terraform_data" "queue" {
  for_each = { all = var.names, none = [] }
  input    = { name = each.key, wrapup_codes = toset([for it in each.value : terraform_data.code[it].id]) }
}
resource "terraform_data" "queue_mixed" {
  input = { name = "mixed", wrapup_codes = toset([terraform_data.code["win"].id, "known-id", terraform_data.code_extra.id]) }
}
resource "terraform_data" "queue_secret" { input = { name = sensitive("s3cret"), wrapup_codes = toset([]) } }
module "m" {
  source   = "./m"
  for_each = toset(["x", "y.z"])
  codes    = [terraform_data.code_extra.id]
  tag      = each.key
}
module "n" {
  source = "./n"
  code   = module.m["y.z"].own
}
"""
INNER = """
variable "codes" { type = list(string) }
variable "tag" {}
resource "terraform_data" "code" { input = { name = "own ${var.tag}" } }
resource "terraform_data" "queue" {
  input = { name = "inner ${var.tag}", wrapup_codes = toset(concat(var.codes, [terraform_data.code.id])) }
}
output "own" { value = terraform_data.code.id }
"""
OTHER = """
variable "code" {}
resource "terraform_data" "queue" { input = { name = "other", wrapup_codes = toset([var.code]) } }
"""


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return what `terraform show -json` says about the plan."""
    terraform = shutil.which("terraform")
    if terraform is None:
        pytest.skip("there is no terraform on this machine")
    folder = tmp_path_factory.mktemp("module")
    for name, text in (("main.tf", ROOT), ("m/main.tf", INNER), ("n/main.tf", OTHER)):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    environment = {**os.environ, "CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1"}

    def run(*arguments: str) -> str:
        return subprocess.run(
            [terraform, *arguments],
            cwd=folder,
            env=environment,
            check=True,
            capture_output=True,
            text=True,
            timeout=120,
        ).stdout

    run("init", "-input=false")
    run("plan", "-input=false", "-out=plan")
    found: dict[str, Any] = json.loads(run("show", "-json", "plan"))
    return found


def as_ours(shown: dict[str, Any]) -> dict[str, Any]:
    """Return the plan with resources of our types."""
    text = (
        json.dumps(shown)
        .replace("terraform_data.code", f"{CODE}.code")
        .replace("terraform_data.queue", f"{QUEUE}.queue")
    )
    document: dict[str, Any] = json.loads(text) | {"planned_values": {}}
    for it in document["resource_changes"]:
        it["type"] = CODE if it["name"].startswith("code") else QUEUE
        change = it["change"]
        change["after"] = change["after"]["input"]
        change["after_unknown"] = {"id": True} | (change["after_unknown"]["input"] or {})
        change["after_sensitive"] = change["after_sensitive"]["input"]
    modules = [document["configuration"]["root_module"]]
    for module in modules:
        modules += [call["module"] for call in module.get("module_calls", {}).values()]
        for block in module["resources"]:
            block["type"] = CODE if block["name"].startswith("code") else QUEUE
            given = block["expressions"]["input"]
            block["expressions"] = {"name": given, "wrapup_codes": given}
    return document


@pytest.fixture
def real(shown: dict[str, Any], tmp_path: Path) -> Plan:
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(as_ours(shown)))
    return load_plan(path)


def test_codes_are_resolved_in_a_plan_of_terraforms_own(real: Plan) -> None:
    org = real.org
    assert {
        queue.name: sorted(it.name for it in org.codes_of(queue)) for queue in org.queues if queue.id not in OPEN
    } == {
        "none": [],
        "inner x": ["extra", "own x"],
        "inner y.z": ["extra", "own y.z"],
        "other": ["own y.z"],
    }


OPEN = {f'{QUEUE}.queue["all"]', f"{QUEUE}.queue_mixed", f"{QUEUE}.queue_secret"}


def test_how_many_is_known_where_which_is_not(real: Plan) -> None:
    """`queue["all"]` takes its codes by a key that the document does not hold; but it takes all of them."""
    every = next(queue for queue in real.org.queues if queue.id == f'{QUEUE}.queue["all"]')
    assert sorted(it.name for it in real.org.codes_of(every)) == ["lose", "win"]
    mixed = next(queue for queue in real.org.queues if queue.name == "mixed")
    assert sorted(it.id for it in real.org.codes_of(mixed)) == [f'{CODE}.code["win"]', f"{CODE}.code_extra", "known-id"]


def test_what_terraform_marks_as_sensitive_is_not_kept(shown: dict[str, Any], real: Plan) -> None:
    assert "s3cret" in json.dumps(shown)
    assert "s3cret" not in repr(real)


def test_the_plan_is_of_a_format_that_is_read(shown: dict[str, Any], real: Plan) -> None:
    assert shown["format_version"].startswith("1.")
    assert real.terraform_version == shown["terraform_version"]
    assert [it.action for it in real.resources] == ["create"] * len(shown["resource_changes"])
    assert real.sources == {"m": "./m", "n": "./n"}
