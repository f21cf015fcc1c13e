"""Stands on PYTHONPATH for durable_rules: as a build without the flag for 3.13 fails."""

raise ImportError("durable_rules_engine.so: undefined symbol: PyEval_CallObject")
