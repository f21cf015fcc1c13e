"""A laptop's home: opening it, its trade, settings, people, installed packs, upkeep."""
