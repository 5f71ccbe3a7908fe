"""The `wrapup` command."""

from harness.cli.app import main

__all__ = ["main"]
