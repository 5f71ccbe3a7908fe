"""Every measure comes to the same rows on DuckDB and on another engine: the one that a user has evidence in.

`WRAPUP_ENGINE=<url of ibis.connect>` runs the same tests on that engine; without it they run on local Spark, started
as the documentation says.
"""

import importlib.util
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from harness.evidence.engines import Engine, connect
from harness.evidence.measurer import Measurer
from harness.evidence.questions import MEASURES, Question, question_of
from harness.evidence.reading import Evidence, open_evidence
from harness.model.tiny import an_org
from harness.model.usage import CrmExport, Usage
from tests.evidence.evidence_folder import write_evidence
from tests.evidence.generated import generated, write_crm_export

pytestmark = [
    # Spark's client leaves sockets to the garbage collector.
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

URL = os.environ.get("WRAPUP_ENGINE", "pyspark://local[2]")
NUMBER = 600
ORG = an_org(codes=["Sale"], queues={"Billing": ["Sale"]})
PARAMETERS: dict[str, list[dict[str, Any]]] = {
    "usage.coded": [{}, {"exempt": ("transferred", "skipped")}],
    "usage.limit": [{"max": 60_000}, {"max": 60_000, "channel": "voice"}],
}
VARIABLES = (["usage.skipped", "usage.share"], ["code.name", "usage.acw_p95_s"])
QUESTIONS = {
    **{
        question_of(check, parameters, ()): f"{check} {parameters}"
        for check in MEASURES
        for parameters in PARAMETERS.get(check, [{}])
    },
    **{question_of(None, {}, names): str(names) for names in VARIABLES},
}


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> Evidence:
    return open_evidence(write_evidence(tmp_path_factory.mktemp("evidence"), generated(NUMBER)))


@pytest.fixture(scope="module")
def here(evidence: Evidence) -> Iterator[Measurer]:
    engine = connect()
    yield Measurer(evidence, engine)
    engine.close()


@pytest.fixture(scope="module")
def there(evidence: Evidence) -> Iterator[Measurer]:
    if "spark" in URL:
        if importlib.util.find_spec("pyspark") is None:
            pytest.skip("pyspark is not installed: pip install 'wrapup-harness[spark]'")
        if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
            pytest.skip("Spark needs Java 17 or later")
    engine: Engine = connect(URL)
    if "spark" in URL:
        _spare_the_compiler()
    yield Measurer(evidence, engine)
    engine.close()


def _spare_the_compiler() -> None:
    """Let Spark interpret its plans: for a few hundred rows, compiling them takes most of the time."""
    from pyspark.sql import SparkSession

    session = SparkSession.getActiveSession()
    assert session is not None
    session.conf.set("spark.sql.codegen.wholeStage", "false")
    session.conf.set("spark.sql.codegen.factoryMode", "NO_CODEGEN")


@pytest.fixture(scope="module")
def rows_there(there: Measurer) -> Mapping[Question, tuple[Usage, ...]]:
    return there.usage(QUESTIONS, ORG)


@pytest.mark.parametrize("question", QUESTIONS, ids=QUESTIONS.values())
def test_rows_are_the_same(
    here: Measurer, rows_there: Mapping[Question, tuple[Usage, ...]], question: Question
) -> None:
    """Alone here, together with all others there: neither the engine nor the company makes a difference."""
    rows = here.usage([question], ORG)[question]
    assert rows
    assert rows_there[question] == rows


def test_conversations_behind_the_numbers_are_the_same(here: Measurer, there: Measurer) -> None:
    rows = here.usage(QUESTIONS, ORG)
    wanted = {question: {key(row) for row in rows[question][:4]} for question in QUESTIONS if question.behind}
    found = here.conversations(wanted)
    assert any(len(ids) == 10 for ids in found.values())
    assert there.conversations(wanted) == found


def key(row: Usage) -> tuple[str | None, ...]:
    code_id = row.code_id or row.top_code_id
    return (row.queue_id,) if code_id is None else (row.queue_id, code_id)


@pytest.mark.parametrize("ask", [Measurer.codes, Measurer.channels], ids=["codes", "channels"])
def test_what_is_asked_besides_is_the_same(here: Measurer, there: Measurer, ask: Callable[[Measurer], object]) -> None:
    assert ask(here)
    assert ask(there) == ask(here)


def test_the_crms_records_are_held_against_the_same_handlings(here: Measurer, there: Measurer, tmp_path: Path) -> None:
    export = CrmExport(str(write_crm_export(tmp_path / "crm.csv", NUMBER)))
    rows = here.reconciled(export, ORG)
    assert rows[-1].unmatched
    assert there.reconciled(export, ORG) == rows
    keys = [key(row) for row in rows[:-1]]
    mapped = {"code-1": "WON", "code-2": "LOST"}
    behind = here.disagreeing(export, mapped, keys)
    assert any(behind.values())
    assert there.disagreeing(export, mapped, keys) == behind
    assert there.unmatched(export) == here.unmatched(export)
    assert len(here.unmatched(export)) == 10
