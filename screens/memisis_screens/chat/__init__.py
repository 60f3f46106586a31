"""The conversation: words, answers, plan cards and steps, and the prompt."""
