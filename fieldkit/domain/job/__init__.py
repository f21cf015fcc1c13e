"""A job: its document, its events, how these make that, and the steps of its flow."""
