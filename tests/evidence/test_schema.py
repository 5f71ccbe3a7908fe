"""The columns, and the page that explains them."""

from pathlib import Path

from harness.evidence.schema import COLUMNS, arrow_schema


def test_the_page_explains_every_column() -> None:
    """Whoever writes evidence with a tool of one's own reads that page."""
    page = (Path(__file__).parents[2] / "docs" / "evidence.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    assert rows == [
        f"| `{it.name}` | {it.kind}{'' if it.nullable else ', never missing'} | {it.meaning} |" for it in COLUMNS
    ]


def test_moments_are_in_utc_and_what_is_never_missing_may_not_be() -> None:
    schema = arrow_schema()
    assert {str(schema.field(it.name).type) for it in COLUMNS if it.kind == "moment"} == {"timestamp[ms, tz=UTC]"}
    assert [it.name for it in schema if not it.nullable] == ["conversation_id", "agent_id", "started_at"]
