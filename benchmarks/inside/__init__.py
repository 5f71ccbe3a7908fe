"""Programs that measure a part of themselves, each in a process of its own: `python -m benchmarks.inside.engine`."""
