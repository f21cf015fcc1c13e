"""The office's record: events with positions, the documents that they make, who sees what."""
