"""The rules asked about what was recorded."""
