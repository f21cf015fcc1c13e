"""The exchange with the office, by hand and at night."""
