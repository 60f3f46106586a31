"""Teaches the embedded model to write rows: invented specifications, rows drawn from them."""
