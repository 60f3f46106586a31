"""Patients from a description alone: the card in the conversation, its specification as text."""
