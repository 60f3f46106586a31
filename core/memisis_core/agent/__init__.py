"""The local language model: its process, its files, the planner and the conversation."""
