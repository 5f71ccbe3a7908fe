"""Named scopes: compiled for the kinds that use them, their problems reported once, where they are written."""

from tests.policy.conftest import Folder


def scoped(scopes: str, *wheres: str) -> str:
    text = "\n".join(
        f"  - {{id: A{n}, severity: minor, check: prompt.offers_codes, where: {w}}}" for n, w in enumerate(wheres)
    )
    return f"policy: P\nscopes:\n{scopes}\n" + (f"rules:\n{text}" if wheres else "")


def test_a_bad_scope_is_reported_once_and_where_it_is_written(folder: Folder) -> None:
    """Ten rules that use it are right; the scope is wrong."""
    text = scoped('  a: queue.dvision == "x"\n  b: a && queue.demands', "a", "b", "a || b")
    assert folder.problems(text) == (
        "p.policy.yaml:3:6: scope 'a', for rules about a queue: unknown variable 'queue.dvision'\n"
        "  did you mean 'queue.division'?"
    )


def test_a_scope_that_no_rule_uses_is_compiled_all_the_same(folder: Folder) -> None:
    assert (
        folder.problems(scoped("  a: queue.dvision == 3\n  b: code.mane == queue.name\n  c: size(3")).count("scope '")
        == 3
    )
    folder.load(scoped("  a: queue.demands\n  b: code.name == queue.name\n  c: a || b\n  d: agent.active"))


def test_a_scope_that_suits_another_kind_is_refused_for_the_rule_that_uses_it(folder: Folder) -> None:
    assert folder.problems(scoped("  a: code.defined", "a")).startswith(
        "p.policy.yaml:3:6: scope 'a', for rules about a queue: unknown variable 'code.defined'\n"
    )


def test_scopes_that_go_in_circles_are_reported_once(folder: Folder) -> None:
    assert folder.problems(scoped("  a: b || queue.demands\n  b: c\n  c: a", "a", "c")) == (
        "p.policy.yaml:3:3: scope 'a' refers to itself\n  by way of a > b > c > a"
    )
    other_kind = "\n  - {id: B, severity: minor, check: naming.unique, where: a}"
    assert folder.problems(scoped("  a: a", "a") + other_kind).count("refers to itself") == 1


def test_a_scope_cannot_take_a_name_that_expressions_use(folder: Folder) -> None:
    assert folder.problems(scoped("  queue: queue.demands\n  in: queue.demands\n  my-scope: queue.demands")) == (
        "p.policy.yaml:3:3: 'queue' cannot be the name of a scope\n  expressions use it already\n"
        "p.policy.yaml:4:3: 'in' cannot be the name of a scope\n  expressions use it already\n"
        "p.policy.yaml:5:3: a key of 'scopes' is 'my-scope'\n  expected a word of letters, digits and '_'"
    )


def test_a_name_within_a_text_is_no_scope(folder: Folder) -> None:
    folder.load(scoped('  sales: queue.division == "x"', "'queue.name == \"sales\"'", "queue.name == 'a \\' sales'"))
