"""The keys of a policy: one table for the loader and for the JSON Schema."""

from typing import Final, get_args

from harness.model import KindName
from harness.model.verdict import SEVERITIES
from harness.policy.shapes import DictOf, Either, Fields, Key, ListOf, Raw
from harness.policy.values import BOOLEAN, DATE, EXPRESSION, INTEGER, NAME, RULE_ID, TEXT, TIMEZONE, word

__all__ = ["EFFECTIVE", "POLICY", "RULE", "USES", "WAIVER"]

_SEVERITY: Final = word(*SEVERITIES)

EFFECTIVE: Final = Fields(
    "'effective'",
    (
        Key("from", DATE, text="The first day on which the rule applies."),
        Key("until", DATE, text="The last day on which the rule applies."),
    ),
)

RULE: Final = Fields(
    "the rule",
    (
        Key("id", RULE_ID, required=True, text="Stable and unique across all policies of a run; what auditors quote."),
        Key("title", TEXT, text="The compliant state in a sentence; by default the check's own."),
        Key("check", TEXT, text="The check that judges, for example `prompt.mandatory`."),
        Key("with", Raw("a mapping of the check's parameters"), text="The check's parameters."),
        Key("for", word(*get_args(KindName)), text="The kind of subject that `expect` is about."),
        Key("expect", EXPRESSION, text="A CEL expression that must be true of every subject."),
        Key("where", EXPRESSION, text="A CEL expression, or the name of a scope: which subjects the rule is about."),
        Key("severity", _SEVERITY, required=True, text="How much a finding matters; `advice` never fails."),
        Key("why", TEXT, text="Why the business wants it; every finding quotes it."),
        Key("fix", TEXT, text="What to do about a finding."),
        Key("controls", ListOf(TEXT), text="References to control frameworks."),
        Key("owner", TEXT, text="Who answers for the rule."),
        Key("effective", EFFECTIVE, text="When the rule applies; outside it is not applicable."),
        Key("must_match", BOOLEAN, text="Whether an empty scope is unknown (true) rather than not applicable."),
        Key("warn_at", TEXT, text="Where a measured rule (usage) warns before it fails."),
    ),
)

WAIVER: Final = Fields(
    "the waiver",
    (
        Key("rule", TEXT, required=True, text="The rule's id."),
        Key("subject", TEXT, required=True, text="The subject as reports print it; `*` and `?` are wildcards."),
        Key("id", TEXT, text="The platform's id of the subject, so that a rename keeps the waiver."),
        Key("until", DATE, required=True, text="The last day on which the waiver holds."),
        Key("by", TEXT, required=True, text="Who accepts the finding."),
        Key("approved_by", TEXT, text="Who approved that."),
        Key("ticket", TEXT, text="Where it was agreed."),
        Key("reason", TEXT, required=True, text="Why the finding is accepted."),
    ),
)

_CRM_FILE: Final = Fields(
    "'crm'",
    (
        Key("file", TEXT, required=True, text="The file, relative to the policy."),
        Key("column", TEXT, text="The column of a CSV file that holds the dispositions."),
        Key("field", TEXT, text="The picklist field of a Salesforce describe document."),
    ),
)

_CRM_EXPORT: Final = Fields(
    "'crm_export'",
    (
        Key("file", TEXT, required=True, text="CSV or Parquet (*.parquet), relative to the policy."),
        Key("conversation", TEXT, text="The column that holds the conversation's id; conversation_id by default."),
        Key("disposition", TEXT, text="The column that holds the disposition; disposition by default."),
    ),
)

USES: Final = Fields(
    "'uses'",
    (
        Key("catalogue", TEXT, text="The catalogue of definitions: YAML, JSON or CSV, relative to the policy."),
        Key("crm", Either(TEXT, _CRM_FILE), text="What the CRM accepts: a list, a CSV column, a describe document."),
        Key("crm_mapping", TEXT, text="A file with identifier → disposition: YAML, JSON or CSV."),
        Key("evidence", TEXT, text="The folder of evidence, for usage checks."),
        Key(
            "crm_export",
            Either(TEXT, _CRM_EXPORT),
            text="The CRM's records of conversations, for usage.reconciled: CSV or Parquet.",
        ),
        Key("checks", ListOf(TEXT), text="Python files with checks of one's own."),
    ),
)

POLICY: Final = Fields(
    "the policy",
    (
        Key("policy", TEXT, required=True, text="The policy's name."),
        Key("owner", TEXT, text="Who answers for the policy."),
        Key("version", TEXT, text="The policy's version."),
        Key("timezone", TIMEZONE, text="For waivers and effective dates; UTC by default."),
        Key("uses", USES, text="The files that the policy works with."),
        Key("extends", ListOf(TEXT), text="Policies whose rules, scopes and severities are brought in."),
        Key("disable", ListOf(TEXT), text="Ids of rules that were brought in and are not wanted."),
        Key("scopes", DictOf(NAME, EXPRESSION), text="Named conditions, for `where` and inside expressions."),
        Key("rules", ListOf(RULE), text="The rules."),
        Key("waivers", ListOf(WAIVER), text="Findings that are accepted until a day."),
        Key("waiver_max_days", INTEGER, text="The longest time, from today, that a waiver may hold."),
        Key("must_match", BOOLEAN, text="The default of the rules' own `must_match`; true when absent."),
        Key("severities", DictOf(TEXT, DictOf(_SEVERITY, _SEVERITY)), text="Per environment: severity → severity."),
    ),
)
