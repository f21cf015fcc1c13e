"""TinyDB's own tests, run on rows of SQLite."""
