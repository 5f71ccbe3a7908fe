"""The guide's rule in Python answers what it answers in JavaScript, whatever JSON it is given."""

import json
import shutil
import subprocess
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest

from harness.simulation import WrapUpSimulator

SCRIPT = Path(__file__).with_name("guide_simulator.js")
NODE = shutil.which("node")
needs_node = pytest.mark.skipif(NODE is None, reason="there is no Node to compare with")

# fmt: off
ODD: list[Any] = [
    None, True, False, 0, -0.0, 1, 300, 300.5, 301, -5, 1e21, 1.5e-7, 123456789012345680000, 2**53 + 1, 1e308, 10**400, -(10**400), 0.1,
    "", " ", "0", "300", "301", " 301 ", "\u00a0301\ufeff", "\x1c301", "\x85301", "3_01", "٣٠١", "+301", "-301", "301.", ".5e4",
    "3e2", "3.01e2", "1e999", "Infinity", "+Infinity", "-Infinity", "infinity", "inf", "NaN", "nan", "0x12d", "0X12E", "0o455", "0b100101101",
    "0b2", "+0x12d", "0x", "0x1_0", "1e", ".", "abc", "true", "null", "sales", "[object Object]", "1e+21", "1.5e-7", "é", "\U0001f4de", "\ud83d",
    [], [[]], [[[]]], [301], ["301"], [300, 1], [None], [None, None], [True], [[301]], [["301"]], [""], [" 301 "], [[], 301], ["a", None, True],
    {}, {"a": 1},
]
# fmt: on


def in_javascript(cases: list[dict[str, Any]]) -> list[dict[str, Any]]:
    assert NODE is not None
    answer = subprocess.run([NODE, str(SCRIPT)], input=json.dumps(cases), capture_output=True, text=True, check=True)
    return list(json.loads(answer.stdout))


def in_python(case: dict[str, Any]) -> dict[str, Any]:
    simulator = WrapUpSimulator(case["agentSkills"], [], skill_match="guide")
    try:
        return dict(msgspec.to_builtins(simulator.simulate_assignment(case["definition"])))
    except TypeError:
        return {"threw": "TypeError"}


def compare(cases: list[dict[str, Any]]) -> list[tuple[dict[str, Any], Any, Any]]:
    # Both sides read the same text, so that neither is given anything that JSON cannot say.
    read = json.loads(json.dumps(cases))
    ours = [msgspec.json.decode(msgspec.json.encode(in_python(case))) for case in read]
    return [it for it in zip(cases, ours, in_javascript(cases), strict=True) if it[1] != it[2]]


def any_value(random: Random, depth: int = 0) -> Any:
    kind = random.randrange(8 if depth < 3 else 6)
    if kind == 0:
        return random.choice(ODD)
    if kind == 1:
        return random.choice(["sales", "french", "SALE", "", "300", "301"])
    if kind == 2:
        return "".join(random.choice(" \t0123456789.eExXoObB+-_nity\u2003é") for _ in range(random.randrange(6)))
    if kind == 3:
        return random.choice(
            [
                random.randrange(-10, 700),
                random.uniform(-1, 700),
                random.uniform(-1e25, 1e25),
                10 ** random.randrange(-9, 30),
            ]
        )
    if kind == 4:
        return random.choice([None, True, False])
    if kind == 5:
        return random.randrange(0, 4)
    return [any_value(random, depth + 1) for _ in range(random.randrange(4))]


def any_case(random: Random) -> dict[str, Any]:
    definition = {}
    for key in ("wrapupCode", "isMandatory", "duration", "requiredSkills"):
        if random.random() < 0.85:
            definition[key] = any_value(random)
    skills = [any_value(random, 2) for _ in range(random.choice([0, 1, 1, 2, 3]))]
    if random.random() < 0.5:
        required = [*random.sample(skills, len(skills)), any_value(random, 2)]
        definition["requiredSkills"] = required if random.random() < 0.8 else "".join(map(str, required))
    return {"agentSkills": skills, "definition": definition}


@needs_node
def test_two_thousand_random_inputs_come_to_the_same_outcome_and_errors() -> None:
    random = Random(20261122)  # noqa: S311 - the same inputs every time
    cases = [any_case(random) for _ in range(2_000)]
    assert compare(cases) == []
    outcomes = [in_python(case) for case in cases]
    shares = [
        sum(outcome.get("isValid") is True for outcome in outcomes),
        sum("threw" in outcome for outcome in outcomes),
        *(
            sum(part in str(outcome.get("errors")) for outcome in outcomes)
            for part in ("Mandatory", "Duration", "skill")
        ),
    ]
    assert min(shares) > 40, f"the inputs reach every answer often enough: {shares}"


@needs_node
def test_every_odd_value_in_every_place_comes_to_the_same() -> None:
    """JavaScript's idea of truth, numbers, texts and equality, each with every value that is known to be odd."""
    cases = []
    for odd in ODD:
        cases += [
            {"agentSkills": [], "definition": {"isMandatory": odd}},
            {"agentSkills": [], "definition": {"isMandatory": True, "wrapupCode": odd}},
            {"agentSkills": [], "definition": {"duration": odd}},
            {"agentSkills": ["sales"], "definition": {"requiredSkills": odd}},
        ]
        for other in ODD:
            cases.append({"agentSkills": [odd], "definition": {"requiredSkills": [other]}})
            cases.append({"agentSkills": [odd], "definition": {"requiredSkills": other}})
    assert compare(cases) == []


def test_a_definition_without_keys_is_javascripts_undefined() -> None:
    approved = {"isValid": True, "errors": (), "simulatedOutcome": "approved"}
    assert in_python({"agentSkills": [], "definition": {}}) == approved


def test_the_guides_three_errors_read_as_the_guides() -> None:
    case = {
        "agentSkills": ["french"],
        "definition": {"isMandatory": True, "duration": 301, "requiredSkills": ["sales"]},
    }
    assert list(in_python(case)["errors"]) == [
        "Mandatory wrap-up code missing identifier.",
        "Duration exceeds maximum allowed post-interaction time of 300 seconds.",
        "Agent skill requirements do not match wrap-up code configuration.",
    ]


@pytest.mark.parametrize(
    ("required", "shown"),
    [(5, "5"), (1e21, "1e+21"), (1.5e-7, "1.5e-7"), (0.25, "0.25"), (True, "true"), ({}, "[object Object]")],
)
def test_where_the_guides_program_stops_so_does_ours(required: object, shown: str) -> None:
    simulator = WrapUpSimulator(["sales"], [], skill_match="guide")
    with pytest.raises(TypeError) as raised:
        simulator.simulate_assignment({"requiredSkills": required})
    assert str(raised.value) == f"requiredSkills is neither a list nor a text but {shown}"
