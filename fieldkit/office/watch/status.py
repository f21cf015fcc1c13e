"""The status of the office: laptops with their last contact, jobs by status, what waits."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, func, select

from fieldkit.office.desk.conflicts import list_conflicts
from fieldkit.office.exchange.held_events import UNSETTLED
from fieldkit.office.office import Office
from fieldkit.office.tables import devices, documents, events
from fieldkit.office.watch.metrics import database_figures


@dataclass(frozen=True)
class DeviceRow:
    """A laptop as the office knows it; what it has not sent yet only itself knows.

    `seen` is its last contact; `state` is active, revoked or forked; `rejected` and `held` count
    the events that wait for a correction by it.
    """

    id: str
    person: str
    role: str
    area: str
    seen: datetime | None
    clock_skew_s: int
    state: str
    rejected: int
    held: int


@dataclass(frozen=True)
class OfficeStatus:
    """Devices, jobs by status, and the figures of `metrics.database_figures`."""

    devices: list[DeviceRow]
    jobs: dict[str, int]
    figures: dict[str, int]
    conflicts: int

    @property
    def needs_attention(self) -> bool:
        """Whether anything waits for a person."""
        odd = any(
            device.state == "forked" or device.rejected or device.held for device in self.devices
        )
        return odd or self.conflicts > 0 or self.figures["events_kept_apart"] > 0


def office_status(office: Office) -> OfficeStatus:
    """The status of devices, jobs and conflicts now."""
    counted = (
        select(documents.c.status, func.count().label("jobs"))
        .where(documents.c.kind == "job")
        .group_by(documents.c.status)
    )
    waiting = (
        select(events.c.device, events.c.status, func.count().label("events"))
        .where(UNSETTLED)
        .group_by(events.c.device, events.c.status)
    )
    with office.db.reading() as conn:
        known = conn.execute(select(devices).order_by(devices.c.person, devices.c.enrolled_at))
        rows = known.all()
        jobs = {row.status: row.jobs for row in conn.execute(counted)}
        aside = Counter({(row.device, row.status): row.events for row in conn.execute(waiting)})
    return OfficeStatus(
        devices=[_row(row, aside, office.clock()) for row in rows],
        jobs=jobs,
        figures=database_figures(office),
        conflicts=len(list_conflicts(office)),
    )


def _row(
    row: Row[*tuple[object, ...]], aside: Counter[tuple[str, str]], now: datetime
) -> DeviceRow:
    seen = datetime.fromtimestamp(row.seen_at / 1000, now.tzinfo) if row.seen_at else None
    state = "revoked" if row.revoked_at else "forked" if row.forked_at else "active"
    return DeviceRow(
        id=row.id,
        person=row.person,
        role=row.role,
        area=row.area,
        seen=seen,
        clock_skew_s=row.clock_skew_s,
        state=state,
        rejected=aside[row.id, "rejected"],
        held=aside[row.id, "held"],
    )
