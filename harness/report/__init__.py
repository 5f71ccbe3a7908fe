"""The output: the results document, and the reports that are made from it alone."""
