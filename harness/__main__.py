"""`python -m harness` is the `wrapup` command."""

from harness.cli import main

main()
