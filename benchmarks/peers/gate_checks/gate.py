"""The three rules of the gate as checks of checkov; `benchmarks.plans.GATE_POLICY` says the same."""

from checkov.common.models.enums import CheckCategories, CheckResult
from checkov.terraform.checks.resource.base_resource_check import BaseResourceCheck

DEMANDING = {"MANDATORY", "MANDATORY_TIMEOUT", "MANDATORY_FORCED_TIMEOUT"}
TIMED = {"MANDATORY_TIMEOUT", "MANDATORY_FORCED_TIMEOUT", "AGENT_REQUESTED"}


class Check(BaseResourceCheck):
    """One rule about queues: a function of the prompt, the timeout and the codes."""

    def __init__(self, rule, judge):
        super().__init__(
            name=rule,
            id=f"CKV_WRAPUP_{rule}",
            categories=[CheckCategories.CONVENTION],
            supported_resources=["genesyscloud_routing_queue"],
        )
        self.judge = judge

    def scan_resource_conf(self, conf):
        found = self.judge(*(_first(conf, key) for key in ("acw_wrapup_prompt", "acw_timeout_ms", "wrapup_codes")))
        return CheckResult.UNKNOWN if found is None else CheckResult.PASSED if found else CheckResult.FAILED


def _first(conf, key):
    value = conf.get(key)
    return value[0] if isinstance(value, list) and value else value


def _offers(prompt, timeout, codes):
    return bool(codes) if prompt in DEMANDING and isinstance(codes, list) else None


CHECKS = [
    Check("PROMPT", lambda prompt, timeout, codes: prompt in DEMANDING),
    Check("LIMIT", lambda prompt, timeout, codes: 1000 <= timeout <= 120_000 if prompt in TIMED else True),
    Check("OFFERS", _offers),
]
