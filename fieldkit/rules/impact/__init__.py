"""What a new pack would have made of stored decisions."""
