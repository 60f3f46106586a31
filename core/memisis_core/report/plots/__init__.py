"""Plots of a report: one module a kind, from plain data to inline SVG and a table."""
