"""What is kept as files beside the store: attachments, rule packs, the catalogue."""
