"""What a policy brings in from others, and how the two are told apart."""

from tests.policy.conftest import Folder


def a_rule(rule_id: str, severity: str = "minor", **more: str) -> str:
    extra = "".join(f", {key}: {value}" for key, value in more.items())
    return f"  - {{id: {rule_id}, check: naming.unique, severity: {severity}{extra}}}"


def a_policy(*lines: str) -> str:
    return "\n".join(("policy: P", *lines))


def test_rules_come_through_several_policies(folder: Folder) -> None:
    folder.write(
        {
            "far/far.policy.yaml": a_policy("rules:", a_rule("F")),
            "far/near.policy.yaml": a_policy("extends: [far.policy.yaml]", "rules:", a_rule("N")),
        }
    )
    loaded = folder.load(a_policy("extends: [far/near.policy.yaml]", "rules:", a_rule("P")))
    assert [(rule.id, rule.position.path) for rule in loaded.rules] == [
        ("F", "far/far.policy.yaml"),
        ("N", "far/near.policy.yaml"),
        ("P", "p.policy.yaml"),
    ]
    assert [used.path for used in loaded.files] == ["far/near.policy.yaml", "far/far.policy.yaml"]


def test_a_rule_is_overridden_wholly(folder: Folder) -> None:
    """Nothing of the old rule is left: not its reason, not its scope."""
    folder.write({"b.policy.yaml": a_policy("rules:", a_rule("A", "critical", why="old", where="code.defined"))})
    (rule,) = folder.load(a_policy("extends: [b.policy.yaml]", "rules:", a_rule("A", "advice"))).rules
    assert (rule.severity, rule.why, rule.where) == ("advice", None, None)


def test_a_disabled_rule_is_gone(folder: Folder) -> None:
    folder.write({"b.policy.yaml": a_policy("rules:", a_rule("A"), a_rule("B"))})
    loaded = folder.load(a_policy("extends: [b.policy.yaml]", "disable: [A]"))
    assert [rule.id for rule in loaded.rules] == ["B"]


def test_waivers_and_uses_are_not_inherited(folder: Folder) -> None:
    """A waiver is what one policy's owner accepted; the catalogue must be read in the policy itself."""
    base = a_policy(
        "uses: {catalogue: c.yaml}",
        "rules:",
        a_rule("A"),
        "waivers: [{rule: A, subject: code x, until: 2027-01-01, by: b, reason: r}]",
    )
    folder.write({"b.policy.yaml": base, "c.yaml": "definitions: [{name: N}]"})
    loaded = folder.load(a_policy("extends: [b.policy.yaml]"))
    assert (loaded.waivers, loaded.catalogue) == ((), None)


def test_an_inherited_rule_that_needs_a_catalogue_says_whose_is_missing(folder: Folder) -> None:
    folder.write(
        {
            "b.policy.yaml": a_policy(
                "uses: {catalogue: c.yaml}", "rules: [{id: A, check: catalogue.known, severity: minor}]"
            ),
            "c.yaml": "definitions: [{name: N}]",
        }
    )
    assert folder.problems(a_policy("extends: [b.policy.yaml]")) == (
        "b.policy.yaml:3:24: catalogue.known needs a catalogue, and p.policy.yaml uses none\n"
        "  add 'catalogue: <file>' under 'uses' there"
    )


def test_the_nearer_scope_is_used_by_inherited_rules(folder: Folder) -> None:
    folder.write({"b.policy.yaml": a_policy("scopes: {s: code.defined}", "rules:", a_rule("A", where="s"))})
    (rule,) = folder.load(a_policy("extends: [b.policy.yaml]", 'scopes: {s: code.name == "x"}')).rules
    assert rule.where is not None
    assert rule.where.variables == ("code.name",)


def test_two_policies_that_bring_one_rule_must_be_told_apart(folder: Folder) -> None:
    """Which of the two was meant, nobody can read in the policy."""
    folder.write(
        {
            "a.policy.yaml": a_policy("scopes: {s: code.defined}", "rules:", a_rule("A")),
            "b.policy.yaml": a_policy("scopes: {s: code.mapped}", "rules:", a_rule("A", "major")),
        }
    )
    extends = "extends: [a.policy.yaml, b.policy.yaml]"
    assert folder.problems(a_policy(extends)) == (
        "p.policy.yaml:2:10: rule 'A' comes from two policies: a.policy.yaml:4 and b.policy.yaml:4\n"
        "  write it in this policy, which then wins\n"
        "p.policy.yaml:2:10: scope 's' comes from two policies: a.policy.yaml:2 and b.policy.yaml:2\n"
        "  write it in this policy, which then wins"
    )
    own = 'scopes: {s: code.name == "x"}'
    assert len(folder.load(a_policy(extends, own, "rules:", a_rule("A"))).rules) == 1
    assert len(folder.load(a_policy(extends, own, "disable: [A]")).rules) == 0


def test_one_base_by_two_ways_is_one_base(folder: Folder) -> None:
    folder.write(
        {
            "base.policy.yaml": a_policy(
                "scopes: {s: code.defined}", "severities: {dev: {major: minor}}", "rules:", a_rule("A")
            ),
            "a.policy.yaml": a_policy("extends: [base.policy.yaml]"),
            "b.policy.yaml": a_policy("extends: [base.policy.yaml]"),
        }
    )
    loaded = folder.load(a_policy("extends: [a.policy.yaml, b.policy.yaml]"))
    assert [rule.id for rule in loaded.rules] == ["A"]
    assert [used.path for used in loaded.files] == ["a.policy.yaml", "base.policy.yaml", "b.policy.yaml"]


def test_two_policies_that_agree_on_a_severity_are_no_problem(folder: Folder) -> None:
    folder.write(
        {
            "a.policy.yaml": a_policy("severities: {dev: {major: minor, minor: advice}}"),
            "b.policy.yaml": a_policy("severities: {dev: {major: minor, minor: minor}}"),
        }
    )
    assert folder.problems(a_policy("extends: [a.policy.yaml, b.policy.yaml]")) == (
        "p.policy.yaml:2:10: severity 'minor' of environment 'dev' comes from two policies: "
        "a.policy.yaml:2 and b.policy.yaml:2\n  write it in this policy, which then wins"
    )


def test_policies_that_extend_each_other_are_refused(folder: Folder) -> None:
    folder.write({"a.policy.yaml": a_policy("extends: [p.policy.yaml]")})
    assert folder.problems(a_policy("extends: [a.policy.yaml]")) == (
        "a.policy.yaml:2:11: policies extend each other\n  by way of p.policy.yaml > a.policy.yaml > p.policy.yaml"
    )


def test_what_cannot_be_disabled(folder: Folder) -> None:
    folder.write({"b.policy.yaml": a_policy("rules:", a_rule("RTL-1"), a_rule("RTL-2"))})
    text = a_policy("extends: [b.policy.yaml]", "disable: [RLT-1, X, OWN]", "rules:", a_rule("OWN"))
    assert folder.problems(text) == (
        "p.policy.yaml:3:11: rule 'RLT-1' is not inherited, so it cannot be disabled\n  did you mean 'RTL-1'?\n"
        "p.policy.yaml:3:18: rule 'X' is not inherited, so it cannot be disabled\n  inherited are RTL-1, RTL-2\n"
        "p.policy.yaml:3:21: rule 'OWN' is written in this policy\n  remove the rule itself"
    )
    assert folder.problems(a_policy("disable: [A]")) == (
        "p.policy.yaml:2:11: rule 'A' is not inherited, so it cannot be disabled\n  this policy inherits no rules"
    )


def test_a_waiver_for_a_disabled_rule_is_refused(folder: Folder) -> None:
    folder.write({"b.policy.yaml": a_policy("rules:", a_rule("A"))})
    text = a_policy(
        "extends: [b.policy.yaml]",
        "disable: [A]",
        "waivers: [{rule: A, subject: code x, until: 2027-01-01, by: b, reason: r}]",
    )
    assert folder.problems(text) == "p.policy.yaml:4:18: rule 'A' is disabled here\n  remove the waiver"


def test_what_an_unreadable_base_might_hold_is_not_called_unknown(folder: Folder) -> None:
    """One broken file must not cause a page of messages about what it would have brought."""
    folder.write({"b.policy.yaml": "a: [\n"})
    text = a_policy(
        "extends: [b.policy.yaml]",
        "disable: [B]",
        "waivers: [{rule: A, subject: code x, until: 2027-01-01, by: b, reason: r}]",
    )
    assert folder.problems(text) == "b.policy.yaml:2:1: the file ends too early\n  expected node content"


def test_lists_that_hold_no_texts_are_refused_where_they_are(folder: Folder) -> None:
    assert folder.problems(a_policy("extends: [[a]]", "disable: [~]", "uses: {checks: x.py}", "scopes: [a]")) == (
        "p.policy.yaml:2:11: an item of 'extends' is a list\n  expected a text that is not empty\n"
        "p.policy.yaml:3:11: an item of 'disable' has no value\n  expected a text that is not empty\n"
        "  leave the key out, or fill it in\n"
        "p.policy.yaml:4:16: 'checks' is 'x.py'\n  expected a list, each item a text that is not empty\n"
        "p.policy.yaml:5:9: 'scopes' is a list\n  expected a mapping, each value a CEL expression"
    )
