"""The twenty rules of the engine as checks of checkov; `benchmarks/rules.py` says the same."""

import re

from checkov.common.models.enums import CheckCategories, CheckResult
from checkov.terraform.checks.resource.base_resource_check import BaseResourceCheck

CODE = "genesyscloud_routing_wrapupcode"
DEMANDING = {"MANDATORY", "MANDATORY_TIMEOUT", "MANDATORY_FORCED_TIMEOUT"}
TIMED = {"MANDATORY_TIMEOUT", "MANDATORY_FORCED_TIMEOUT", "AGENT_REQUESTED"}
NAMES = {}


class Queue:
    """One queue, with its values taken out of checkov's lists."""

    def __init__(self, conf, graph):
        self.name, self.description = conf["name"][0], conf["description"][0]
        self.prompt, self.timeout = conf["acw_wrapup_prompt"][0], conf["acw_timeout_ms"][0]
        self.evaluation = conf["skill_evaluation_method"][0]
        self.timed = self.prompt in TIMED
        if not NAMES:
            nodes = [node for _, node in graph.nodes() if node.get("resource_type") == CODE]
            NAMES.update({node["id"]: node["name"] for node in nodes})
        self.codes = [NAMES[it] for it in conf["wrapup_codes"][0] if it in NAMES]


class Check(BaseResourceCheck):
    def __init__(self, rule, judge):
        super().__init__(
            name=rule,
            id=f"CKV_WRAPUP_{rule}",
            categories=[CheckCategories.CONVENTION],
            supported_resources=["genesyscloud_routing_queue"],
        )
        self.judge = judge

    def scan_resource_conf(self, conf):
        return CheckResult.PASSED if self.judge(Queue(conf, self.graph)) else CheckResult.FAILED


CHECKS = [
    Check("R01", lambda it: it.prompt in DEMANDING),
    Check("R02", lambda it: it.prompt in {"MANDATORY", "MANDATORY_TIMEOUT", "OPTIONAL"}),
    Check("R03", lambda it: not it.timed or 1_000 <= it.timeout <= 120_000),
    Check("R04", lambda it: not it.timed or 20_000 <= it.timeout <= 300_000),
    Check("R05", lambda it: bool(it.codes)),
    Check("R06", lambda it: 2 <= len(it.codes) <= 4),
    Check("R07", lambda it: not it.name.endswith("1") or "Outcome 1" in it.codes),
    Check("R08", lambda it: not {"Outcome 3", "Outcome 5"} & set(it.codes)),
    Check("R09", lambda it: len(it.codes) <= 25),
    Check("R10", lambda it: re.search("^Queue [0-9]+$", it.name) is not None),
    Check("R11", lambda it: len(it.name) <= 60),
    Check("R12", lambda it: it.evaluation in {"ALL", "BEST"}),
    Check("R13", lambda it: not it.timed or it.timeout <= 120_000),
    Check("R14", lambda it: "customers" in it.description),
    Check("R15", lambda it: it.prompt != "OPTIONAL"),
    Check("R16", lambda it: "Outcome 13" not in it.codes),
    Check("R17", lambda it: it.prompt in DEMANDING or len(it.codes) <= 3),
    Check("R18", lambda it: all(name.startswith("Outcome ") for name in it.codes)),
    Check("R19", lambda it: not it.name.endswith("7") or it.timeout >= 30_000),
    Check("R20", lambda it: any(name.endswith(("1", "9")) for name in it.codes)),
]
