"""Ids that sort by time."""

import os
import time
import uuid


def uuid7() -> str:
    """A new UUID version 7 (RFC 9562): milliseconds of the clock, then 74 random bits."""
    random = int.from_bytes(os.urandom(10), "big") & ((1 << 74) - 1)
    value = (time.time_ns() // 1_000_000) << 80
    value |= 0x7 << 76 | (random >> 62) << 64 | 0b10 << 62 | random & ((1 << 62) - 1)
    return str(uuid.UUID(int=value))
