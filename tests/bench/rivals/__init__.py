"""Other libraries doing the work of tests/bench/workloads, for compare.py: one class each, and its formulas where they
have to be written in the library's own language."""
