"""What is kept in the store: events and documents, outbox, drafts, lists, archive."""
