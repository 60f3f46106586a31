"""Memisis: synthetic clinical tables from a goal in words, and how far they can be trusted.

The library knows no terminal. ``memisis_screens`` and ``memisis_tui`` build the workbench and the
command line on it; nothing here imports them.
"""

__version__ = "0.1.0"
