"""A complaint and its eight steps."""
