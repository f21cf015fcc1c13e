"""The office's ledger: events with positions, the documents folded from them, grants."""
