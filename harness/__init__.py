"""Compliance tests for wrap-up codes on Genesys Cloud."""

__all__ = ["__version__"]

__version__ = "0.1.0"
