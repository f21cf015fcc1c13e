"""What the laptop keeps: an encrypted document store and the repositories on it."""
