"""Evidence: handlings of real conversations as Parquet, and what can be measured in it."""
