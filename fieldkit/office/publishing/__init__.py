"""What the office publishes: rule packs and the catalogue."""
