"""Sentences about rule packs."""
