"""YAML → Policy: rules, scopes, waivers, expressions, and the files that a policy uses; and its JSON Schema."""

from harness.policy.load import is_policy, load_policies, load_policy
from harness.policy.model import Effective, Policy, Rule, UsedFile, Waiver
from harness.policy.own_checks import available_checks
from harness.policy.schema import policy_schema

__all__ = [
    "Effective",
    "Policy",
    "Rule",
    "UsedFile",
    "Waiver",
    "available_checks",
    "is_policy",
    "load_policies",
    "load_policy",
    "policy_schema",
]
