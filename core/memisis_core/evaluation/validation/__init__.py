"""Checks before any score: does the table obey its own rules."""
