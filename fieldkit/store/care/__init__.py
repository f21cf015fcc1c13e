"""Looking after the store: scrub, backup, salvage, export, retention."""
