"""The text of a starting policy and catalogue, made from what an org is today."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import TypeAlias

from harness.errors import UnknownValueError
from harness.model import Org, Prompt, WrapUpCode, is_known
from harness.policy.editing import quoted

__all__ = ["catalogue_text", "policy_text", "slug", "waivers_text"]


def slug(name: str) -> str:
    """Return a file name's stem for an org.

    Example:
        >>> slug("Harbor Retail & Claims"), slug("香港")
        ('harbor-retail-claims', 'org')
    """
    return "-".join(re.findall(r"[a-z0-9]+", name.lower())) or "org"


def catalogue_text(org: Org) -> str | None:
    """Return a catalogue that defines every code as it is used today; None when the org shows no codes.

    What the platform does not store (category, duration, skills, disposition, channels) is for people to fill in.
    """
    codes = [code for code in org.codes if is_known(code.name) and code.name and not code.system]
    return "\n".join(_catalogue_lines(org, codes)) + "\n" if codes else None


def _catalogue_lines(org: Org, codes: Sequence[WrapUpCode]) -> Iterator[str]:
    yield f"# What is agreed about the wrap-up codes of {quoted(org.name)}, started from what the org holds."
    yield "# Fill in what the platform does not store; a field that is left out is not agreed:"
    yield "#   wrapupCode: SALE_WON         the business identifier; CRM mappings are keyed by it"
    yield "#   category: sales"
    yield "#   duration: 45s                agreed after-call work"
    yield "#   isMandatory: true            a queue that offers the code must demand one"
    yield "#   isDefault: true              the code that agents fall back to"
    yield "#   requiredSkills: [French]"
    yield "#   channels: [voice, email]"
    yield "#   crmDisposition: Won"
    yield f"catalogue: {quoted(org.name)}"
    yield "definitions:"
    for code in codes:
        yield f"  - name: {quoted(code.name)}"
        yield f"    id: {quoted(code.id)}"
        if code.description:
            yield f"    description: {quoted(code.description)}"
        if queues := _queue_names(org, code):
            yield "    queueIds:"
            yield from (f"      - {quoted(name)}" for name in queues)


def _queue_names(org: Org, code: WrapUpCode) -> Sequence[str]:
    try:
        # A name with a wildcard in it would name other queues too.
        return [queue.id if "*" in queue.name or "?" in queue.name else queue.name for queue in org.queues_of(code)]
    except UnknownValueError:
        return []


def policy_text(org: Org, *, catalogue: str | None, schema: str, waivers: str) -> str:
    """Return a policy of rules that hold for most contact centres.

    Args:
        org: The org that it is for.
        catalogue: The catalogue's file name, or None without one; its rules are then left out.
        schema: The schema's file name, for editors.
        waivers: The waivers as `waivers_text` wrote them, or an empty text.
    """
    prefix = slug(org.name).replace("-", "")[:3].upper()
    rules = "\n".join(_rules(prefix, list(_chosen(org, has_catalogue=catalogue is not None))))
    uses = f"uses:\n  catalogue: {quoted(catalogue)}\n" if catalogue is not None else ""
    return f"""# yaml-language-server: $schema={schema}
policy: {quoted(f"{org.name} wrap-up policy")}
version: 1
timezone: UTC
{uses}
rules:
{rules}
{waivers}waiver_max_days: 180
"""


_DEMANDING = ", ".join(prompt.value for prompt in Prompt if prompt.demands)


_Rule: TypeAlias = tuple[str, str | None, str, str]


def _chosen(org: Org, *, has_catalogue: bool) -> Iterator[_Rule]:
    """Yield the rules that the org shows subjects for: check, parameters, severity, why."""
    if org.queues:
        yield from _QUEUE_RULES
    if any(not code.system for code in org.codes):
        yield from _CODE_RULES
    if has_catalogue:
        yield from _CATALOGUE_RULES
    if org.flags is not None and org.flags.mapping:
        yield ("crm.stale_flags", None, "minor", "Flags of deleted codes mislead whoever reads the mapping.")


_QUEUE_RULES: tuple[_Rule, ...] = (
    ("prompt.mandatory", f"with: {{allowed: [{_DEMANDING}]}}", "major", "Without a code nobody knows how it ended."),
    ("prompt.offers_codes", "with: {at_most: 25}", "major", "Without codes agents can only pick the default."),
    ("duration.limit", "with: {max: 5m, untimed: allow}", "major", "Long after-call work breaks staffing."),
    ("skills.staffed", None, "minor", "A queue that nobody serves holds its callers."),
)
_CODE_RULES: tuple[_Rule, ...] = (
    ("naming.unique", None, "major", "Agents cannot tell two codes of one name apart."),
    ("naming.max_length", "with: {limit: 60}", "minor", "Longer names are cut off in the agent's list."),
    ("naming.described", "with: {at_least: 1}", "advice", "A description says when to pick the code."),
    ("naming.similar", "with: {at_most: 95%}", "advice", "Names that look alike are mixed up."),
    ("catalogue.orphan", None, "minor", "A code on no queue is clutter, or was forgotten."),
    ("divisions.aligned", "with: {all_divisions: allow}", "minor", "People of a division manage its codes."),
)
_CATALOGUE_RULES: tuple[_Rule, ...] = (
    ("catalogue.known", None, "major", "A code that nobody agreed on is counted by nobody."),
    ("catalogue.deployed", None, "major", "What was agreed must be there to be picked."),
    ("catalogue.spelling", None, "minor", "Reports join on the exact name."),
    ("catalogue.unique", None, "major", "One identifier must mean one thing."),
)


def _rules(prefix: str, rules: Sequence[_Rule]) -> Iterator[str]:
    for number, (check, parameters, severity, why) in enumerate(rules, 1):
        yield f"  - id: {prefix}-{number:03}"
        yield f"    check: {check}"
        if parameters:
            yield f"    {parameters}"
        yield f"    severity: {severity}"
        yield f"    why: {why}"


def waivers_text(findings: Sequence[tuple[str, str, str | None]], *, today: date, until: date) -> str:
    """Return one waiver for each finding.

    Args:
        findings: Rule id, subject's label, and the platform's id where there is one.
        today: When they were found.
        until: The last day they hold.
    """
    if not findings:
        return ""
    lines = [
        "",
        "# Found when this policy was started. Mend them, or give each a reason and somebody who answers for it.",
    ]
    lines.append("waivers:")
    for rule, label, platform_id in findings:
        lines.append(f"  - rule: {rule}")
        lines.append(f"    subject: {quoted(label)}")
        if platform_id is not None:
            lines.append(f"    id: {quoted(platform_id)}")
        lines.append(f"    until: {until}")
        lines.append("    by: wrapup init")
        lines.append(f"    reason: Found on {today}, when the policy was started; to be decided.")
    return "\n".join(lines) + "\n\n"
