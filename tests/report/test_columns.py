"""The cases as columns: everything comes back, in any run, and nothing of it ends the element that it stands in."""

import json
from itertools import accumulate
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.model import Identity, Position
from harness.model.verdict import VERDICTS
from harness.report.columns import encode_cases
from harness.report.results import CaseResult, FindingResult, OrgResult, PlanResult, Results
from tests.report.samples import HOSTILE, a_believable_run, a_case, a_rule, a_run, a_waiver


def decoded(run: Results) -> list[dict[str, Any]]:
    """Read the columns as the page's script does."""
    data = json.loads(encode_cases(run))
    texts, subjects, cases = data["texts"], data["subjects"], data["cases"]
    columns = {name: list(accumulate(column)) for name, column in subjects.items()}
    runs = cases["rule"]
    rules = [rule for rule, count in zip(runs[::2], runs[1::2], strict=True) for _ in range(count)]
    details = dict(zip(accumulate(cases["at"]), accumulate(cases["detail"]), strict=True))
    result = []
    for place, (rule, subject, letter) in enumerate(
        zip(rules, accumulate(cases["subject"]), cases["verdict"], strict=True)
    ):
        part = {name: texts[column[subject]] if column[subject] >= 0 else None for name, column in columns.items()}
        label = part["left"] if part["right"] is None else f"{part['left']} @ {part['right']}"
        detail = data["details"][details[place]] if place in details else {}
        said = [texts[number] for number in detail.get("findings", [])]
        evidence = [texts[number] for number in detail.get("evidence", [])]
        result.append(
            {
                "rule": rule,
                "subject": label if part["kind"] is None else f"{part['kind']} {label}",
                "verdict": VERDICTS[data["letters"].index(letter)],
                "queue": part["queue"],
                "division": part["division"],
                "resource": part["resource"],
                "source": part["source"],
                "id": "@".join(it for it in (part["id"], part["at"]) if it) or None,
                "findings": tuple(zip(said[::2], said[1::2], strict=True)),
                "reason": texts[detail["reason"]] if "reason" in detail else None,
                "notes": tuple(texts[number] for number in detail.get("notes", [])),
                "evidence": dict(zip(evidence[::2], evidence[1::2], strict=True)),
                "waiver": detail.get("waiver"),
                "known_since": detail.get("known"),
                "change": detail.get("change"),
            }
        )
    return result


def told(case: CaseResult) -> dict[str, Any]:
    """What a reader is told about a case."""
    identity = case.identity
    return {
        "rule": case.rule,
        "subject": case.subject,
        "verdict": case.verdict,
        "queue": case.queue,
        "division": case.division,
        "resource": case.resource or (identity.address if identity else None),
        "source": None if case.source is None else str(case.source),
        "id": (identity.id or None) if identity else None,
        "findings": tuple((it.observed, it.expected) for it in case.findings),
        "reason": case.reason,
        "notes": case.notes,
        "evidence": case.evidence,
        "waiver": case.waiver,
        "known_since": case.known_since,
        "change": case.change,
    }


names = st.sampled_from([*HOSTILE, "a @ b @ c", "@", " @ ", "queue", "]]>", "\u2028"]) | st.text(max_size=6)
optional = st.none() | names
findings = st.lists(st.builds(FindingResult, observed=names, expected=names), max_size=2).map(tuple)
identities = st.builds(
    Identity,
    st.sampled_from(["queue", "assignment", "code"]),
    names,
    st.none() | st.just("1@2") | st.just("one"),
    optional,
)
case_results = st.builds(
    CaseResult,
    rule=st.integers(0, 2),
    subject=st.builds("{} {}".format, st.sampled_from(["queue", "assignment", "no"]), names),
    verdict=st.sampled_from(VERDICTS),
    identity=st.none() | identities,
    findings=findings,
    notes=st.lists(names, max_size=2).map(tuple),
    reason=optional,
    evidence=st.dictionaries(names, names, max_size=2),
    waiver=st.none() | st.just(0),
    queue=optional,
    division=optional,
    resource=optional,
    source=st.none() | st.builds(Position, names, st.none() | st.integers(1, 9)),
)


@given(st.lists(case_results, max_size=12))
def test_everything_about_a_case_comes_back(cases: list[CaseResult]) -> None:
    """Dictionaries, distances and runs must not cost a single fact."""
    run = a_run(*cases, rules=(a_rule("A"), a_rule("B"), a_rule("C")), waivers=(a_waiver(),))
    assert "<" not in encode_cases(run)
    assert decoded(run) == [told(case) for case in cases]


def test_a_believable_run_comes_back() -> None:
    run = a_believable_run()
    expected = [told(case) for case in run.cases]
    for case in expected:
        # A person's id is in no row: people appear by pseudonym.
        if case["subject"].startswith("membership "):
            case["id"] = None
    assert decoded(run) == expected


def test_a_person_is_there_by_pseudonym_only() -> None:
    case = a_case(
        subject="membership agent-1 @ Billing", identity=Identity("membership", "agent-1 @ Billing", "p-77@q-1")
    )
    text = encode_cases(a_run(case))
    assert "q-1" in text
    assert "p-77" not in text


def test_a_text_is_held_once() -> None:
    """Ten thousand cases of forty queues must not hold ten thousand names."""
    run = a_run(*(a_case("failed", f"assignment Code {at % 5} @ Billing", queue="Billing") for at in range(100)))
    assert encode_cases(run).count("Billing") == 1
    assert encode_cases(run).count("prompt is OPTIONAL") == 1


@pytest.mark.parametrize(
    ("region", "admin"),
    [
        (None, None),
        ("nowhere", None),
        ("http://127.0.0.1:8085", None),
        ("https://proxy.example", None),
        ("javascript:alert(1)", None),
        ("eu-west-2", "https://apps.euw2.pure.cloud/directory/#/admin/organization/queues/"),
        ("mypurecloud.ie", "https://apps.mypurecloud.ie/directory/#/admin/organization/queues/"),
    ],
)
def test_only_a_region_of_the_platform_has_pages_to_link_to(region: str | None, admin: str | None) -> None:
    org = OrgResult(name="harbor", kind="recording", location="x", region=region)
    assert json.loads(encode_cases(a_run(org=org)))["admin"] == admin


@pytest.mark.parametrize(
    ("path", "link"),
    [
        ("suites/gate/a b.policy.yaml", "./suites/gate/a%20b.policy.yaml"),
        ("x%2e#y?.yaml", "./x%252e%23y%3F.yaml"),
        ("/etc/policy.yaml", None),
        ("../other/policy.yaml", None),
        ("C:\\policies\\a.yaml", None),
        ("\\\\server\\share\\a.yaml", None),
        ("~/a.yaml", None),
        ("javascript:alert(1)", None),
        ("a\nb.yaml", None),
    ],
)
def test_a_policy_is_linked_only_below_the_folder_of_the_run(path: str, link: str | None) -> None:
    """A report is sent to other machines, and a path is what somebody wrote."""
    run = a_run(rules=(a_rule(position=Position(path, 3)),))
    (rule,) = json.loads(encode_cases(run))["rules"]
    assert (rule["path"], rule["line"], rule["file"]) == (path, 3, link)


def test_findings_of_before_do_not_count_where_only_new_ones_do() -> None:
    plan = PlanResult(location="p.json", sha256="", base="org", only_new=True)
    assert json.loads(encode_cases(a_run(plan=plan)))["onlyNew"] is True
    assert json.loads(encode_cases(a_run()))["onlyNew"] is False
