"""Twenty rules about queues, as the engine is measured with; `rules.rego` and `checkov_rules.py` say the same."""

__all__ = ["ENGINE_POLICY", "RULES"]

RULES = 20

ENGINE_POLICY = """\
policy: Twenty rules about queues
rules:
  - {id: R01, severity: major, check: prompt.mandatory, with: {allowed: [MANDATORY, MANDATORY_TIMEOUT, MANDATORY_FORCED_TIMEOUT]}}
  - {id: R02, severity: major, check: prompt.mandatory, with: {allowed: [MANDATORY, MANDATORY_TIMEOUT, OPTIONAL]}}
  - {id: R03, severity: major, check: duration.limit, with: {max: 120s, untimed: allow}, where: queue.demands}
  - {id: R04, severity: major, check: duration.limit, with: {max: 300s, min: 20s, untimed: forbid}, where: queue.acw.timed}
  - {id: R05, severity: major, check: prompt.offers_codes, with: {when: always}}
  - {id: R06, severity: major, check: prompt.offers_codes, with: {at_least: 2, at_most: 4, when: always}}
  - {id: R07, severity: major, check: catalogue.required, with: {codes: [Outcome 1]}, where: queue.name.endsWith("1")}
  - {id: R08, severity: major, check: catalogue.forbidden, with: {codes: [Outcome 3, Outcome 5]}}
  - {id: R09, severity: major, for: queue, expect: size(queue.codes) <= 25}
  - {id: R10, severity: major, for: queue, expect: 'queue.name.matches("^Queue [0-9]+$")'}
  - {id: R11, severity: major, for: queue, expect: size(queue.name) <= 60}
  - {id: R12, severity: major, for: queue, expect: 'queue.skill_evaluation in ["ALL", "BEST"]'}
  - {id: R13, severity: major, for: queue, expect: "!queue.acw.timed || queue.acw.timeout_s <= 120"}
  - {id: R14, severity: major, for: queue, expect: queue.description.contains("customers")}
  - {id: R15, severity: major, for: queue, expect: queue.acw.prompt != "OPTIONAL"}
  - {id: R16, severity: major, for: queue, expect: '!("Outcome 13" in queue.codes)'}
  - {id: R17, severity: major, for: queue, expect: queue.demands || size(queue.codes) <= 3}
  - {id: R18, severity: major, for: queue, expect: 'queue.codes.all(code, code.startsWith("Outcome "))'}
  - {id: R19, severity: major, for: queue, where: queue.name.endsWith("7"), expect: queue.acw.timeout_s >= 30}
  - {id: R20, severity: major, for: queue, expect: 'queue.codes.exists(code, code.endsWith("1") || code.endsWith("9"))'}
"""
"""Every one is judged on every queue of a plan whose codes are all known by their ids."""
