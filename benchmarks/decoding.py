"""Reading a recording into an org, beside what decoding its bytes costs at least."""

from collections.abc import Sequence
from functools import partial

from benchmarks.measure import Candidate, Settings, Table, in_turn, python
from benchmarks.recordings import write

__all__ = ["TITLE", "measure"]

TITLE = "Reading a recording"
_QUEUES = 5_700


def measure(settings: Settings) -> Sequence[Table]:
    """Measure reading 50 MB."""
    folder = settings.folder / "recording"
    size = write(folder, _QUEUES)
    names = {
        "ours": "read into an org, checked against its manifest",
        "msgspec": "msgspec alone, to the same types",
        "json": "the standard library's json",
    }
    return [
        in_turn(
            f"A recording of {size / 1e6:.0f} MB",
            [
                Candidate(name=name, run=partial(python, "benchmarks.inside.decoding", how, folder))
                for how, name in names.items()
            ],
            settings,
            bar="within 1.5 times of msgspec alone",
        )
    ]
