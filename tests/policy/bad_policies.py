"""Policies that cannot be acted on, with exactly what their author is told."""

__all__ = ["BAD"]

KEYS = (
    "policy, owner, version, timezone, uses, extends, disable, scopes, rules, waivers, waiver_max_days, must_match, "
    "severities"
)
RULE_KEYS = (
    "id, title, check, with, for, expect, where, severity, why, fix, controls, owner, effective, must_match, warn_at"
)
EITHER = "  a rule has either 'check' (with 'with'), or 'for' and 'expect'"


def rules(*texts: str) -> str:
    """Return a policy with some rules, one a line from line 3 on."""
    return "policy: P\nrules:\n" + "\n".join(f"  - {{{text}}}" for text in texts)


def rule(text: str) -> str:
    return rules(f"id: A, severity: minor, {text}")


def waiver(text: str) -> str:
    return f"{rule('check: naming.unique')}\nwaiver_max_days: 30\nwaivers:\n  - {{{text}}}"


WINDOW = "a weekly window such as Tue 20:00-23:00 or Mon-Fri 20:00-23:00"
DAYS = "a day such as 2026-12-24, or a range of days such as 2026-12-20..2027-01-06"

BAD: dict[str, tuple[str, str]] = {
    "aliases where values are wanted": (
        "policy: &x P\nowner: *x\nrules: [*x]\nuses: {catalogue: *x}",
        "p.policy.yaml:1:9: the anchor '&x'\n  remove it; a policy has no anchors and aliases\n"
        "p.policy.yaml:2:8: the alias '*x'\n  write the value out; a policy has no aliases\n"
        "p.policy.yaml:3:9: the alias '*x'\n  write the value out; a policy has no aliases\n"
        "p.policy.yaml:4:19: the alias '*x'\n  write the value out; a policy has no aliases",
    ),
    "no policy key": (
        "rules: []",
        "p.policy.yaml: not a policy: it has no top-level key 'policy'\n  begin with 'policy: <its name>'",
    ),
    "a list": ("- a", "p.policy.yaml: not a policy: it has no top-level key 'policy'\n  begin with 'policy: <its name>'"),
    "empty file": ("", "p.policy.yaml: the file is empty"),
    "name left empty": (
        "policy:",
        "p.policy.yaml:1:8: 'policy' has no value\n  expected a text that is not empty\n"
        "  leave the key out, or fill it in",
    ),
    "unknown key": (
        "policy: P\nrulez: []",
        f"p.policy.yaml:2:1: unknown key 'rulez' in the policy\n  expected one of {KEYS}\n  did you mean 'rules'?",
    ),
    "unknown key of a rule": (
        rule("check: naming.unique, sevrity: minor"),
        f"p.policy.yaml:3:52: unknown key 'sevrity' in the rule\n  expected one of {RULE_KEYS}\n"
        "  did you mean 'severity'?",
    ),
    "unknown key without a near one": (
        "policy: P\nuses: {zzz: 1}",
        "p.policy.yaml:2:8: unknown key 'zzz' in 'uses'\n"
        "  expected one of catalogue, crm, crm_mapping, evidence, crm_export, checks",
    ),
    "text cut at a comma": (
        "policy: P\nuses: {catalogue: definitions.yaml, or another}",
        "p.policy.yaml:2:19: there is no file 'definitions.yaml'\n  paths are relative to the file that names them\n"
        "p.policy.yaml:2:37: unknown key 'or another' in 'uses'\n"
        "  expected one of catalogue, crm, crm_mapping, evidence, crm_export, checks\n  put text that holds a comma in quotes",
    ),
    "duplicate key": (
        "policy: P\npolicy: Q",
        "p.policy.yaml:2:1: the key 'policy' is written twice\n  first at line 1",
    ),
    "time zone": (
        "policy: P\ntimezone: Europe/Lodnon",
        "p.policy.yaml:2:11: 'timezone' is 'Europe/Lodnon'\n"
        "  expected the name of a time zone, such as Europe/London\n  did you mean 'Europe/London'?",
    ),
    "rule without id and severity": (
        rules("check: naming.unique"),
        "p.policy.yaml:3:5: the rule has no 'id'\n"
        "  expected a word without spaces, brackets, quotes, slashes, ':', ';', ',', '*', '?', '<', '>' or '|'\n"
        "p.policy.yaml:3:5: the rule has no 'severity'\n  expected advice, minor, major or critical",
    ),
    "rule that is a word": (
        "policy: P\nrules: [x]",
        f"p.policy.yaml:2:9: an item of 'rules' is 'x'\n  expected a mapping with {RULE_KEYS.replace(' ', ' ')}",
    ),
    "severity": (
        rules("id: A, check: naming.unique, severity: Majr"),
        "p.policy.yaml:3:45: 'severity' is 'Majr'\n  expected advice, minor, major or critical\n  did you mean 'major'?",
    ),
    "duplicate rule id": (
        rules("id: A, check: naming.unique, severity: minor", "id: A, check: naming.unique, severity: minor"),
        "p.policy.yaml:4:10: rule id 'A' is used twice\n  first at line 3",
    ),
    "neither check nor expect": (
        rule("why: x"),
        f"p.policy.yaml:3:5: the rule has neither 'check' nor 'expect'\n{EITHER}",
    ),
    "for without expect": (rule("for: queue"), f"p.policy.yaml:3:5: the rule has no 'expect' for its 'for'\n{EITHER}"),
    "expect without for": (
        rule("expect: 'true'"),
        "p.policy.yaml:3:5: the rule has 'expect' and no 'for'\n  add 'for' with the kind of subject: code, queue, "
        "assignment, definition, membership, mapping, disposition, flags, usage, change, org",
    ),
    "both check and expect": (
        rule("check: naming.unique, for: queue, expect: 'true'"),
        f"p.policy.yaml:3:57: the rule has both 'check' and 'for'\n{EITHER}\n"
        f"p.policy.yaml:3:72: the rule has both 'check' and 'expect'\n{EITHER}",
    ),
    "with without check": (
        rule("for: queue, expect: 'true', with: {a: 1}"),
        "p.policy.yaml:3:64: 'with' holds a check's parameters, and the rule has no 'check'",
    ),
    "unknown check": (
        rule("check: naming.maxlength"),
        "p.policy.yaml:3:37: unknown check 'naming.maxlength'\n  did you mean 'naming.max_length'?",
    ),
    "unknown check without a near one": (
        rule("check: x"),
        "p.policy.yaml:3:37: unknown check 'x'\n  there are checks of the families "
        "catalogue, changes, channels, crm, divisions, duration, naming, prompt, skills, usage",
    ),
    "warnings that never come": (
        rules(
            "id: A, severity: minor, check: usage.timeouts, with: {at_most: 2%}, warn_at: 2%",
            "id: B, severity: minor, check: usage.coded, with: {at_least: 95%}, warn_at: 90%",
            "id: C, severity: minor, check: usage.coded, with: {at_least: 95%}, warn_at: 97",
            "id: D, severity: minor, check: usage.offered, warn_at: 1%",
        ),
        "p.policy.yaml:3:83: 2% never warns before the rule fails: 'at_most' is 2%\n  give a smaller share\n"
        "p.policy.yaml:4:82: 90% never warns before the rule fails: 'at_least' is 95%\n  give a larger share\n"
        "p.policy.yaml:5:82: 'warn_at' is '97'\n"
        "  expected a share: a percentage such as 95%, or a number from 0 to 1\n  did you mean 97%?\n"
        "p.policy.yaml:6:61: usage.offered measures nothing to warn at\n"
        "  it has neither 'at_most' nor 'at_least'; remove it",
    ),
    "a reconciliation with nothing": (
        rule("check: usage.reconciled, with: {at_least: 95%}"),
        "p.policy.yaml:3:37: usage.reconciled needs a catalogue, and p.policy.yaml uses none\n"
        "  add 'catalogue: <file>' under 'uses' there\n"
        "p.policy.yaml:3:37: usage.reconciled needs a CRM export, and p.policy.yaml uses none\n"
        "  add 'crm_export: <file>' under 'uses' there",
    ),
    "windows of no day": (
        rule("check: changes.window, with: {allow: [Tues 20:00-23:00, Tue 25:00-26:00, Mon 9-10]}"),
        "p.policy.yaml:3:68: an item of 'allow' is 'Tues 20:00-23:00'\n"
        f"  expected {WINDOW}\n  did you mean 'Tue'?\n"
        f"p.policy.yaml:3:86: an item of 'allow' is 'Tue 25:00-26:00'\n"
        f"  expected {WINDOW}\n  25:00 is no time of day\n"
        f"p.policy.yaml:3:103: an item of 'allow' is 'Mon 9-10'\n"
        f"  expected {WINDOW}",
    ),
    "windows without a length": (
        rule("check: changes.window, with: {allow: [Mon 20:00-20:00, Mon 24:00-01:00]}"),
        "p.policy.yaml:3:68: an item of 'allow' is 'Mon 20:00-20:00'\n"
        f"  expected {WINDOW}\n  it ends when it begins; a whole day is 00:00-24:00\n"
        f"p.policy.yaml:3:85: an item of 'allow' is 'Mon 24:00-01:00'\n"
        f"  expected {WINDOW}\n  a day begins at 00:00",
    ),
    "days that are none": (
        rule("check: changes.window, with: {freeze: [2026-13-01, 2026-12-24..2026-12-01, Xmas]}"),
        "p.policy.yaml:3:69: an item of 'freeze' is '2026-13-01'\n"
        f"  expected {DAYS}\n  month must be in 1..12\n"
        f"p.policy.yaml:3:81: an item of 'freeze' is '2026-12-24..2026-12-01'\n"
        f"  expected {DAYS}\n  it ends before it begins; swap the days\n"
        f"p.policy.yaml:3:105: an item of 'freeze' is 'Xmas'\n"
        f"  expected {DAYS}",
    ),
    "unknown kind": (
        rule("for: que, expect: 'true'"),
        "p.policy.yaml:3:35: 'for' is 'que'\n  expected code, queue, assignment, definition, membership, mapping, "
        "disposition, flags, usage, change or org\n  did you mean 'queue'?",
    ),
    "all parameters missing": (
        rule("check: duration.limit"),
        "p.policy.yaml:3:37: duration.limit needs 'with' for 'max', 'untimed'\n"
        "  duration.limit takes max (a duration with its unit: 90s, 2m, 1500ms, 1h, required); "
        "min (a duration with its unit: 90s, 2m, 1500ms, 1h); untimed (forbid or allow, required)",
    ),
    "a parameter missing": (
        rule("check: duration.limit, with: {max: 2m}"),
        "p.policy.yaml:3:59: 'with' of duration.limit has no 'untimed'\n  expected forbid or allow",
    ),
    "unknown parameter": (
        rule("check: naming.max_length, with: {limit: 3, limt: 3}"),
        "p.policy.yaml:3:73: unknown key 'limt' in 'with' of naming.max_length\n  expected one of limit\n"
        "  did you mean 'limit'?",
    ),
    "parameter of a check without any": (
        rule("check: naming.unique, with: {limit: 3}"),
        "p.policy.yaml:3:59: unknown key 'limit' in 'with' of naming.unique\n  expected no keys here",
    ),
    "mistyped parameters": (
        rules(
            "id: A, severity: minor, check: naming.max_length, with: {limit: many}",
            "id: B, severity: minor, check: duration.limit, with: {max: 120, untimed: alow}",
            "id: C, severity: minor, check: naming.similar, with: {at_most: 90}",
            "id: D, severity: minor, check: naming.pattern, with: {regex: 'a(b'}",
            "id: E, severity: minor, check: naming.unique, with: 3",
            "id: F, severity: minor, check: naming.max_length, with: {limit: }",
        ),
        "p.policy.yaml:3:70: 'limit' is 'many'\n  expected a whole number\n"
        "p.policy.yaml:4:65: 'max' is '120'\n  expected a duration with its unit: 90s, 2m, 1500ms, 1h\n"
        "  write the unit: 120s for seconds, 120m for minutes\n"
        "p.policy.yaml:4:79: 'untimed' is 'alow'\n  expected forbid or allow\n  did you mean 'allow'?\n"
        "p.policy.yaml:5:69: 'at_most' is '90'\n  expected a share: a percentage such as 95%, or a number from 0 to 1\n"
        "  did you mean 90%?\n"
        "p.policy.yaml:6:69: 'regex' is no regular expression: missing ), unterminated subpattern\n"
        "p.policy.yaml:7:58: 'with' is '3'\n  expected a mapping of the check's parameters\n"
        "p.policy.yaml:8:70: 'limit' has no value\n  expected a whole number\n  leave the key out, or fill it in",
    ),
    "misused uses": (
        rules("id: A, severity: minor, check: crm.mapped", "id: B, severity: minor, for: definition, expect: 'true'"),
        "p.policy.yaml:3:37: crm.mapped needs a catalogue, and p.policy.yaml uses none\n"
        "  add 'catalogue: <file>' under 'uses' there\n"
        "p.policy.yaml:3:37: crm.mapped needs a CRM list, and p.policy.yaml uses none\n"
        "  add 'crm: <file>' under 'uses' there\n"
        "p.policy.yaml:4:35: a rule about a definition needs a catalogue, and p.policy.yaml uses none\n"
        "  add 'catalogue: <file>' under 'uses' there",
    ),
    "missing files": (
        "policy: P\nuses:\n  catalogue: a.yaml\n  crm: {file: b.csv}\n  crm_mapping: p.policy.yml\n  checks: [d.py]\n"
        "extends: [e.policy.yaml]",
        "p.policy.yaml:3:14: there is no file 'a.yaml'\n  paths are relative to the file that names them\n"
        "p.policy.yaml:4:15: there is no file 'b.csv'\n  paths are relative to the file that names them\n"
        "p.policy.yaml:5:16: there is no file 'p.policy.yml'\n  did you mean 'p.policy.yaml'?\n"
        "p.policy.yaml:6:12: there is no file 'd.py'\n  paths are relative to the file that names them\n"
        "p.policy.yaml:7:11: there is no file 'e.policy.yaml'\n  did you mean 'p.policy.yaml'?",
    ),
    "a folder as file": (
        "policy: P\nuses: {catalogue: .}",
        "p.policy.yaml:2:19: cannot read '.': is a directory\n  paths are relative to the file that names them",
    ),
    "dates": (
        rules(
            "id: A, severity: minor, check: naming.unique, effective: {from: 2026-02-30, until: soon}",
            "id: B, severity: minor, check: naming.unique, effective: {from: 2026-02-03, until: 2026-02-01}",
        ),
        "p.policy.yaml:3:70: 'from' is '2026-02-30'\n  expected a date such as 2026-11-15\n"
        "  day is out of range for month\n"
        "p.policy.yaml:3:89: 'until' is 'soon'\n  expected a date such as 2026-11-15\n"
        "p.policy.yaml:4:89: 'effective' ends before it begins\n  swap 'from' and 'until'",
    ),
    "warn_at of what is not measured": (
        rules(
            "id: A, severity: minor, check: naming.unique, warn_at: 1%",
            "id: B, severity: minor, for: queue, expect: 'true', warn_at: 1%",
        ),
        "p.policy.yaml:3:61: naming.unique measures nothing to warn at\n"
        "  only checks of the family usage measure; remove it\n"
        "p.policy.yaml:4:67: an expression measures nothing to warn at\n"
        "  only checks of the family usage measure; remove it",
    ),
    "waiver without until, by and reason": (
        waiver("rule: A, subject: code x"),
        "p.policy.yaml:6:5: the waiver has no 'until'\n  expected a date such as 2026-11-15\n"
        "p.policy.yaml:6:5: the waiver has no 'by'\n  expected a text that is not empty\n"
        "p.policy.yaml:6:5: the waiver has no 'reason'\n  expected a text that is not empty",
    ),
    "waiver for an unknown rule": (
        waiver("rule: AB, subject: code x, until: 2026-12-01, by: b, reason: r"),
        "p.policy.yaml:6:12: waiver for an unknown rule 'AB'\n  did you mean 'A'?",
    ),
    "waiver for a rule like none": (
        waiver("rule: RTL-9, subject: code x, until: 2026-12-01, by: b, reason: r"),
        "p.policy.yaml:6:12: waiver for an unknown rule 'RTL-9'\n  rules are A",
    ),
    "waiver in a policy without rules": (
        "policy: P\nwaivers: [{rule: A, subject: code x, until: 2026-12-01, by: b, reason: r}]",
        "p.policy.yaml:2:18: waiver for an unknown rule 'A'\n  the policy has no rules",
    ),
    "waiver that holds too long": (
        waiver("rule: A, subject: code x, until: 2026-12-22, by: b, reason: r"),
        "p.policy.yaml:6:39: the waiver holds for 31 days from today\n  expected at most 30 days ('waiver_max_days')",
    ),
    "two waivers of one finding": (
        waiver("rule: A, subject: code x, until: 2026-12-21, by: b, reason: r")
        + "\n  - {rule: A, subject: code x, until: 2026-12-01, by: b, reason: r}",
        "p.policy.yaml:7:5: code x is waived twice for rule 'A'\n  first at line 6; keep one",
    ),
    "severities": (
        "policy: P\nseverities: {dev: {majr: advice, minor: none}}",
        "p.policy.yaml:2:20: a key of 'dev' is 'majr'\n  expected advice, minor, major or critical\n"
        "  did you mean 'major'?\n"
        "p.policy.yaml:2:41: 'minor' is 'none'\n  expected advice, minor, major or critical",
    ),
    "a misspelt variable": (
        rule("check: prompt.offers_codes, where: queue.dvision == \"Sales\""),
        "p.policy.yaml:3:65: unknown variable 'queue.dvision'\n  did you mean 'queue.division'?",
    ),
    "a type error in an expression": (
        rule("for: queue, expect: 'queue.name == 3'"),
        "p.policy.yaml:3:62: type error: '==' does not take string and int\n"
        "  compare text with text (in quotes), whole numbers with whole numbers, and shares and seconds of usage with "
        "decimals (60.0)",
    ),
    "an empty expression": (
        rule("for: queue, expect: ' '"),
        "p.policy.yaml:3:50: 'expect' is ' '\n  expected a CEL expression",
    ),
    "not YAML": (
        "policy: P\nrules: [",
        "p.policy.yaml:3:1: the file ends too early\n  expected node content",
    ),
}  # fmt: skip
