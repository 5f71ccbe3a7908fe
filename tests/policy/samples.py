"""A policy that uses everything the language has, with its files."""

POLICY = """\
# yaml-language-server: $schema=policy.schema.json
policy: Retail contact centre wrap-up policy
owner: cx-platform@retail.example
version: 3
timezone: Europe/London
uses:
  catalogue: retail.catalogue.yaml
  crm: {file: salesforce.json, field: Disposition__c}
  crm_mapping: mapping.csv
  evidence: evidence/
  checks: [our_checks.py]
extends: [base.policy.yaml]
disable: [BASE-2]
must_match: false
scopes:
  sales: queue.division == "Sales"
  big_sales: sales && size(queue.codes) > 3

rules:
  - id: RTL-001
    title: Sales agents must choose a code
    check: prompt.mandatory
    with: {allowed: [MANDATORY, MANDATORY_TIMEOUT]}
    where: sales
    severity: critical
    why: Finance reconciles dispositions every night.
    fix: Admin > Contact Center > Queues > (queue) > After Call Work
    controls: [SOX-ITGC-12, internal CC-4]
    owner: sales-ops@retail.example

  - id: RTL-002
    check: duration.limit
    with: {max: 120s, untimed: allow}
    severity: major
    effective: {from: 2026-01-01, until: 2026-11-15}
    must_match: true

  - id: RTL-010
    title: A queue offers a list an agent can read
    for: queue
    expect: size(queue.codes) <= 25
    where: big_sales
    severity: minor

  - {id: RTL-011, check: crm.outbound_flags, with: {flags: {sales: [RIGHT_PARTY_CONTACT]}}, severity: minor}
  - {id: RTL-012, check: our_checks.office_hours, with: {suffix: No}, severity: advice}
  - {id: BASE-1, check: naming.unique, severity: critical}

waivers:
  - rule: RTL-002
    subject: queue Legacy Claims
    id: 5c1f
    until: 2026-12-31
    by: claims-operations
    approved_by: compliance
    ticket: CHG-1234
    reason: Closed with the claims migration.
  - {rule: BASE-3, subject: code *, until: 2020-01-01, by: it, reason: It has expired. That is no mistake.}
waiver_max_days: 180

severities:
  dev: {major: advice}
"""

BASE = """\
policy: Base
must_match: true
scopes:
  sales: queue.division == "Overridden"
  named: size(code.name) > 0
rules:
  - {id: BASE-1, check: naming.unique, severity: minor}
  - {id: BASE-2, check: naming.unique, severity: minor}
  - {id: BASE-3, check: naming.described, with: {at_least: 3}, where: named, severity: minor}
severities:
  dev: {major: minor, minor: advice}
  test: {critical: major}
"""

CATALOGUE = """\
catalogue: Retail
definitions:
  - name: No
    id: 7d3e
    description: The customer said no
    wrapupCode: 010
    category: sales
    duration: 45
    isMandatory: true
    isDefault: false
    queueIds: [Enterprise *]
    requiredSkills: [negotiation]
    channels: [voice, email]
    crmDisposition: LOST
  - name: Won
    wrapupCode: SALE
    duration: 2m
queues:
  - name: Enterprise Sales
    channels: [voice]
"""

SALESFORCE = """\
{"name": "Case", "fields": [
  {"name": "Status", "picklistValues": [{"value": "Open", "active": true}]},
  {"name": "Disposition__c", "label": "Disposition", "picklistValues": [
    {"active": true, "defaultValue": false, "label": "Won", "validFor": null, "value": "WON"},
    {"active": true, "defaultValue": false, "label": "Lost", "validFor": null, "value": "LOST"},
    {"active": false, "defaultValue": false, "label": "Old", "validFor": null, "value": "OLD"}
  ]}
]}
"""

OUR_CHECKS = '''\
"""Checks of one's own."""

from collections.abc import Iterator

from harness.checks import check
from harness.model import Org, Queue


@check(source="internal standard CC-4")
def office_hours(queue: Queue, org: Org, *, suffix: str) -> Iterator[str]:
    """An office-hours queue says so in its name."""
    if not queue.name.endswith(suffix):
        yield f"name does not end in '{suffix}'"
'''

FILES = {
    "base.policy.yaml": BASE,
    "retail.catalogue.yaml": CATALOGUE,
    "salesforce.json": SALESFORCE,
    "mapping.csv": "identifier,disposition\nSALE,WON\n",
    "our_checks.py": OUR_CHECKS,
}
