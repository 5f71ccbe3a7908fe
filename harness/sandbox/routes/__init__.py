"""The sandbox's API, one module per area."""
