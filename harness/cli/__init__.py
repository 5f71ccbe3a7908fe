"""The `wrapup` command."""
