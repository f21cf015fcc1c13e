"""Rate limit: a token bucket for each sender."""

from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic

BURST = 600
"""Requests at once: more than any honest sync makes."""
PER_SECOND = 60.0
"""Refill: a sync waits for each answer, so that it never needs so many for long."""
_MANY = 10_000
"""Senders that are remembered: every laptop of a large office, in a few megabytes."""


@dataclass
class _Bucket:
    tokens: float
    at: float


@dataclass
class Buckets:
    """One bucket for each sender. Beyond 10,000 senders, full buckets are dropped."""

    burst: float = BURST
    per_second: float = PER_SECOND
    clock: Callable[[], float] = monotonic
    _buckets: dict[str, _Bucket] = field(default_factory=dict)

    def wait_s(self, sender: str) -> float:
        """Take one token. Returns 0 if there was one, else the seconds until there is one."""
        now = self.clock()
        bucket = self._buckets.get(sender)
        if bucket is None:
            self._forget_full(now)
            bucket = self._buckets[sender] = _Bucket(self.burst, now)
        bucket.tokens = self._filled(bucket, now)
        bucket.at = now
        if bucket.tokens < 1:
            return (1 - bucket.tokens) / self.per_second
        bucket.tokens -= 1
        return 0.0

    def _filled(self, bucket: _Bucket, now: float) -> float:
        return min(self.burst, bucket.tokens + (now - bucket.at) * self.per_second)

    def _forget_full(self, now: float) -> None:
        if len(self._buckets) < _MANY:
            return
        kept = {
            sender: bucket
            for sender, bucket in self._buckets.items()
            if self._filled(bucket, now) < self.burst
        }
        self._buckets = kept if len(kept) < _MANY else {}
