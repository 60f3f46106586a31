"""Plots of a run in the terminal, each with its table."""
