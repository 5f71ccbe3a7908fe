"""Measurements, side by side in one run: `python -m benchmarks --help`. Not part of the installed package."""
