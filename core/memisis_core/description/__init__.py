"""Patients from a description alone: the specification, its checks, and what draws from it."""
