"""The plan card, the form that edits it, and the Plan tab."""
