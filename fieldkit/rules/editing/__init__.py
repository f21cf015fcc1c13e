"""Changing the files of a pack: documents that keep comments, formatting, spreadsheets."""
