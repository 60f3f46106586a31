"""Metric tables: one column a run, the real baseline beside it."""
