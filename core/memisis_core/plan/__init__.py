"""The plan: what will be done, who said so, and what is used where nobody said anything."""
