"""The company's time zone at the office: that of the published pack in force."""

from dataclasses import replace
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

from fieldkit.clock import in_zone
from fieldkit.office.office import Office
from fieldkit.office.publishing.packs import published
from fieldkit.rules.deciding.pack_by_day import in_force
from fieldkit.rules.loading.pack_head import pack_time_zone
from fieldkit.shipped import shipped_rules


def in_company_zone(office: Office) -> Office:
    """The same office with a clock that shows the company's time, wherever its machine stands."""
    known: dict[str, tzinfo] = {}

    def zone(moment: datetime) -> tzinfo:
        minute = f"{moment:%Y-%m-%dT%H:%M%z}"
        if minute not in known:  # another process may have published another pack since
            known.clear()
            known[minute] = _zone_at(office, moment)
        return known[minute]

    return replace(office, clock=in_zone(office.clock, zone))


def _zone_at(office: Office, moment: datetime) -> tzinfo:
    """Before the first published pack the one that came with the program counts."""
    with office.db.reading() as conn:
        heads = [head for head, _ in published(conn)]
    head = next(in_force(heads, moment), None)
    return ZoneInfo(head.time_zone if head else pack_time_zone(shipped_rules()))
