"""Sentences of the terminal app."""
