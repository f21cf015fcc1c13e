"""The exchange between a laptop and its office: what both say, and the laptop's side of it."""
