"""Representation, subgroup fidelity and downstream fairness, kept apart."""
