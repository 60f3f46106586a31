"""Runs: job specification, events, worker process, supervisor, store."""
