"""How long after-call work took, and what another limit would have cut: counted again by hand."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import SourceError
from harness.evidence.acw import CutByLimit, cut_by_limit, distribution
from harness.evidence.reading import open_evidence
from tests.evidence.evidence_folder import a_handling, write_evidence

_rows = st.lists(
    st.fixed_dictionaries(
        {
            "acw_ms": st.none() | st.integers(0, 400_000) | st.sampled_from([0, 9_999, 10_000, 10_001, 60_000]),
            "queue_id": st.sampled_from(["queue-1", "queue-2", None]),
            "pending": st.sampled_from([True, False, None]),
            "provisional": st.sampled_from([True, False, None]),
        }
    ),
    max_size=12,
)


@given(rows=_rows, limit=st.integers(0, 400_000), only=st.none() | st.sets(st.sampled_from(["queue-1", "queue-2"])))
def test_counts_are_those_of_a_count_by_hand(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, Any]], limit: int, only: set[str] | None
) -> None:
    folder = tmp_path_factory.mktemp("evidence")
    evidence = open_evidence(write_evidence(folder, [a_handling(f"c{n}", **row) for n, row in enumerate(rows)]))
    judged = [
        (row["queue_id"], row["acw_ms"])
        for row in rows
        if isinstance(row["acw_ms"], int)
        and not row["pending"]
        and not row["provisional"]
        and (only is None or row["queue_id"] in only)
    ]
    cut = cut_by_limit(evidence, limit, limit_now_ms=60_000, queue_ids=only)
    assert {(it.queue_id, it.judged, it.over, it.over_now) for it in cut} == {
        (
            queue,
            sum(it == queue for it, _ in judged),
            sum(it == queue and ms > limit for it, ms in judged),
            sum(it == queue and ms > 60_000 for it, ms in judged),
        )
        for queue, _ in judged
    }
    assert [it.over for it in cut] == sorted((it.over for it in cut), reverse=True)
    found = distribution(evidence, width_ms=10_000, bins=8, queue_ids=only)
    assert found.counts == tuple(sum(min(ms // 10_000, 7) == number for _, ms in judged) for number in range(8))
    assert found.total == len(judged)


def test_without_a_limit_of_today_nothing_is_over_it(tmp_path: Path) -> None:
    evidence = open_evidence(write_evidence(tmp_path, [a_handling(acw_ms=90_000)]))
    assert cut_by_limit(evidence, 60_000, limit_now_ms=None, queue_ids=None) == (CutByLimit("queue-1", 1, 1, 0),)


def test_no_handling_at_all_is_an_empty_distribution(tmp_path: Path) -> None:
    evidence = open_evidence(write_evidence(tmp_path, []))
    assert distribution(evidence, width_ms=10_000, bins=3).counts == (0, 0, 0)
    assert cut_by_limit(evidence, 1, limit_now_ms=None, queue_ids=None) == ()


def test_a_file_that_is_damaged_inside_is_named(tmp_path: Path) -> None:
    folder = write_evidence(tmp_path, [a_handling(f"c{n}", acw_ms=n) for n in range(2_000)])
    evidence = open_evidence(folder)
    (path,) = folder.glob("day=*/*.parquet")
    data = bytearray(path.read_bytes())
    data[4 : len(data) // 2] = bytes(len(data) // 2 - 4)
    path.write_bytes(bytes(data))
    with pytest.raises(SourceError, match="cannot be read"):
        cut_by_limit(evidence, 1, limit_now_ms=None, queue_ids=None)
