"""Jumping: a letter on each place that can have the focus."""
