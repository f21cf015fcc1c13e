"""Metrics for Prometheus: the requests of this process, and counts from the database.

Several processes behind a balancer are scraped one by one; the figures of the database are the
same at each of them.
"""

import hashlib
import hmac
from collections import Counter
from dataclasses import dataclass, field

from sqlalchemy import func, select

from fieldkit.office.office import Office
from fieldkit.office.tables import SET_ASIDE, conflicts, devices, events
from fieldkit.office.tables import office as office_row
from fieldkit.sync.protocol import keys

BUCKETS_MS = (5, 10, 25, 50, 100, 250, 500, 1000, 2500, 10_000)
"""Upper bounds of the latency histogram, ms: Prometheus' own steps, up to a writer's time-out."""
_HOUR_MS = 3_600_000


def monitor_token(office: Office) -> str:
    """The token that reads `/metrics`, derived from the office's root key."""
    return keys.b64(hmac.new(office.keys.root, b"fieldkit metrics", hashlib.sha256).digest())


@dataclass
class Requests:
    """Counters of the answers of this process since it started."""

    answers: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    slower_than: Counter[tuple[str, int]] = field(default_factory=Counter)
    total_ms: Counter[str] = field(default_factory=Counter)
    limited: int = 0
    faults: int = 0

    def count(self, method: str, route: str, status: int, ms: float) -> None:
        """Count one answer, with its latency in milliseconds."""
        self.answers[method, route, status] += 1
        self.total_ms[route] += round(ms)
        for bound in BUCKETS_MS:
            if ms <= bound:
                self.slower_than[route, bound] += 1

    def lines(self) -> list[str]:
        """The counters in Prometheus' text format."""
        found = ["# TYPE fieldkit_requests_total counter"]
        for (method, route, status), count in sorted(self.answers.items()):
            labels = f'method="{method}",route="{route}",status="{status}"'
            found.append(f"fieldkit_requests_total{{{labels}}} {count}")
        found.append("# TYPE fieldkit_request_seconds histogram")
        for route in sorted(self.total_ms):
            found += self._histogram(route)
        found += ["# TYPE fieldkit_requests_limited_total counter",
                  f"fieldkit_requests_limited_total {self.limited}",
                  "# TYPE fieldkit_request_faults_total counter",
                  f"fieldkit_request_faults_total {self.faults}"]  # fmt: skip
        return found

    def _histogram(self, route: str) -> list[str]:
        name = "fieldkit_request_seconds"
        count = sum(number for (_, at, _), number in self.answers.items() if at == route)
        bounds = [
            f'{name}_bucket{{route="{route}",le="{bound / 1000}"}} {self.slower_than[route, bound]}'
            for bound in BUCKETS_MS
        ]
        return [
            *bounds,
            f'{name}_bucket{{route="{route}",le="+Inf"}} {count}',
            f'{name}_sum{{route="{route}"}} {self.total_ms[route] / 1000}',
            f'{name}_count{{route="{route}"}} {count}',
        ]


def database_figures(office: Office) -> dict[str, int]:
    """Counts from the database, by queries whose time does not grow with the history."""
    seen = devices.c.seen_at > office.now_ms - _HOUR_MS
    aside = select(events.c.status, func.count().label("count")).where(SET_ASIDE)
    with office.db.reading() as conn:
        row = conn.execute(select(office_row)).one()
        waiting = aside.where(events.c.replaced_by.is_(None)).group_by(events.c.status)
        by_status = {one.status: one.count for one in conn.execute(waiting)}
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


def exposition(office: Office, requests: Requests) -> str:
    """All metrics in Prometheus' text format, for `GET /metrics`."""
    found = requests.lines()
    for name, value in database_figures(office).items():
        found += [f"# TYPE fieldkit_{name} gauge", f"fieldkit_{name} {value}"]
    return "\n".join(found) + "\n"
