"""The Data tab: columns, kinds, roles, what is missing, what identifies someone."""
