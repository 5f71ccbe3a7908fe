"""All formats together: each is made from the document alone, and no name does anything in any of them."""

import csv
import io
import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from harness.errors import UsageError
from harness.model import Identity
from harness.model.names import printable
from harness.report.annotations import render_annotations
from harness.report.html import render_page, render_panels, script, script_source
from harness.report.markdown import render_markdown
from harness.report.outputs import OUTPUTS, write_output
from harness.report.results import FindingResult, Results
from tests.plugin.conftest import HOSTILE
from tests.report.page import Page
from tests.report.samples import HOSTILE as MORE_HOSTILE
from tests.report.samples import a_believable_run, a_case, a_rule, a_run
from tests.report.test_annotations import commands
from tests.report.test_sarif import log_of

NAMES = list(
    dict.fromkeys([*HOSTILE, *MORE_HOSTILE, "%0A::error::", "]]>", "&amp;", "=cmd|' /C calc'!A0", "[a](http://b)"])
)


def a_hostile_run(name: str) -> Results:
    """A finding whose every text is a name, as our own documents have it."""
    shown = printable(name) or "no name"
    finding = FindingResult(observed=f"offers '{shown}'", expected=shown)
    case = a_case(
        "failed", f"queue {name}", identity=Identity("queue", name), findings=(finding,), queue=shown, division=shown
    )
    return a_run(case, rules=(a_rule(title=shown, owner=shown, fix=shown, why=shown, where=shown),))


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_text_in_every_format(name: str) -> None:
    run = a_hostile_run(name)
    subject = printable(f"queue {name}")
    written = {label: output.render(run) for label, output in OUTPUTS.items()}
    texts = {label: text.decode() if isinstance(text, bytes) else text for label, text in written.items()}
    texts["annotations"] = render_annotations(run)

    page = Page(texts["html"])
    assert not page.open
    assert not {"img", "svg", "iframe"} & page.tags()
    assert [tag for tag, _ in page.elements].count("script") == 2  # the cases as data, and what shows them
    assert not any(name.startswith("on") for _, attributes in page.elements for name in attributes)
    assert " ".join(subject.split()) in page.text

    assert log_of(run)["results"][0]["locations"][0]["logicalLocations"][0]["name"] == subject
    (row,) = csv.DictReader(io.StringIO(texts["csv"][1:], newline=""))
    assert row["subject"].removeprefix("'") == subject
    assert not any(cell.lstrip().startswith(("=", "+", "-", "@")) for cell in row.values())

    (case,) = ET.fromstring(texts["junit"].encode()).iter("testcase")  # noqa: S314 - our own output
    assert case.attrib["name"] == f"RTL-001[{subject}]"
    assert len(commands(run)) == 2
    assert subject in commands(run)[0][4]
    assert texts["markdown"].count("\n") == render_markdown(a_hostile_run("plain")).count("\n")
    for label, text in texts.items():
        assert all(char.isprintable() or char in "\n\r\ufeff" for char in text), label


def test_a_page_has_the_panels_and_loads_nothing() -> None:
    run = a_believable_run()
    page = render_page(run)
    assert render_panels(run) in page
    read = Page(page)
    assert not read.open
    assert "<title>Wrap-up compliance: harbor</title>" in page
    assert "default-src 'none'" in page
    assert not read.values("src")
    assert f"script-src {script_source(script())};" in page


def test_the_same_results_give_the_same_bytes() -> None:
    for output in OUTPUTS.values():
        assert output.render(a_believable_run()) == output.render(a_believable_run())


@pytest.mark.parametrize("name", OUTPUTS)
def test_an_output_is_written_whole_or_not_at_all(name: str, tmp_path: Path) -> None:
    target = tmp_path / "new" / "file"
    assert write_output(name, a_believable_run(), target) == OUTPUTS[name].label
    assert target.stat().st_size > 1000
    (tmp_path / "plain").write_text("")
    with pytest.raises(UsageError, match=r"cannot write '.*file': not a directory"):
        write_output(name, a_believable_run(), tmp_path / "plain" / "file")


def test_sarif_is_json_in_one_line() -> None:
    text = OUTPUTS["sarif"].render(a_believable_run())
    assert json.loads(text)["version"] == "2.1.0"
    assert bytes(text[-1:], "ascii") == b"\n" if isinstance(text, str) else text.endswith(b"\n")
