"""Specification mode asked for: a model, then the person, says what a specification leaves open."""
