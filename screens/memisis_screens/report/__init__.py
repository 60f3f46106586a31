"""The Report tab: what leaves this machine."""
