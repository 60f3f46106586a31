"""Help for what has the focus, made from the registry of actions."""
