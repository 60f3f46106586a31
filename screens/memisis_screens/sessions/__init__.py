"""The sessions of this machine."""
