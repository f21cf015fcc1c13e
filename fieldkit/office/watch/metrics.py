"""Metrics for Prometheus: the requests of this process, and counts from the database.

Several processes behind a balancer are scraped one by one; the figures of the database are the
same at each of them.
"""

import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import func, select

from fieldkit.office.exchange.held_events import UNSETTLED
from fieldkit.office.office import Office
from fieldkit.office.tables import conflicts, devices, events
from fieldkit.office.tables import office as office_row
from fieldkit.sync.protocol import keys

_BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
"""Upper bounds of the latency histogram: Prometheus' own steps, up to a writer's time-out."""
_HOUR_MS = 3_600_000

# A second series for each of ours, with the time of its first request.
disable_created_metrics()  # type: ignore[no-untyped-call]  # the library leaves it untyped


def monitor_token(office: Office) -> str:
    """The token that reads `/metrics`, derived from the office's root key."""
    return keys.b64(hmac.new(office.keys.root, b"fieldkit metrics", hashlib.sha256).digest())


class Metrics:
    """The counters of one process since it started, and the figures of its office."""

    def __init__(self, office: Office) -> None:
        self.registry = CollectorRegistry()
        self._answers = Counter(
            "fieldkit_requests", "Answers.", ("method", "route", "status"), registry=self.registry
        )
        self._seconds = Histogram(
            "fieldkit_request_seconds",
            "Time to answer.",
            ("route",),
            buckets=_BUCKETS_S,
            registry=self.registry,
        )
        self.limited = Counter(
            "fieldkit_requests_limited", "Refused by the rate limit.", registry=self.registry
        )
        self.faults = Counter(
            "fieldkit_request_faults", "Requests that failed in the office.", registry=self.registry
        )
        self.registry.register(_DatabaseFigures(office))

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answer and the time that it took."""
        self._answers.labels(method, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def text(self) -> str:
        """All metrics in Prometheus' text format, for `GET /metrics`."""
        return generate_latest(self.registry).decode()


@dataclass(eq=False)  # the registry wants it hashable
class _DatabaseFigures(Collector):
    """The figures of the database, read when somebody asks for them."""

    office: Office

    def describe(self) -> list[GaugeMetricFamily]:
        """Nothing: the registry would otherwise read the database to learn the names."""
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        for name, value in database_figures(self.office).items():
            yield GaugeMetricFamily(f"fieldkit_{name}", name.replace("_", " "), value)


def database_figures(office: Office) -> dict[str, int]:
    """Counts from the database, by queries whose time does not grow with the history."""
    seen = devices.c.seen_at > office.now_ms - _HOUR_MS
    aside = select(events.c.status, func.count().label("count")).where(UNSETTLED)
    with office.db.reading() as conn:
        row = conn.execute(select(office_row)).one()
        waiting = conn.execute(aside.group_by(events.c.status))
        by_status = {one.status: one.count for one in waiting}
        known = conn.scalar(select(func.count()).select_from(devices)) or 0
        recent = conn.scalar(select(func.count()).select_from(devices).where(seen)) or 0
        apart = conn.scalar(select(func.count()).select_from(conflicts)) or 0
    return {
        "events": row.entry,
        "position": row.position,
        "events_rejected": by_status.get("rejected", 0),
        "events_held": by_status.get("held", 0),
        "events_kept_apart": apart,
        "devices": known,
        "devices_seen_last_hour": recent,
    }
