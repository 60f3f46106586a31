"""Measures of validity, fidelity, privacy, utility and fairness, one file a family."""
