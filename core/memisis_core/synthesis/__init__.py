"""Synthesizers behind one protocol, found by a registry."""
