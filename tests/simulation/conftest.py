"""What lies beside the tests and is none."""

collect_ignore = ["policies"]
"""Policies to prove, and a check that they bring: collected, they would want an org and be known to every test."""
