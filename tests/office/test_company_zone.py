"""The office's days and times are the company's, wherever its machine stands."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from fieldkit.office.desk.escalations import list_due
from fieldkit.office.publishing.company_zone import in_company_zone
from tests.office.desk.test_conflicts import act
from tests.sync.exchange import World, job

MACHINES = (UTC, timezone(timedelta(hours=8)), timezone(timedelta(hours=-5)))


@pytest.mark.parametrize("machine", MACHINES)
def test_a_visit_after_midnight_is_overdue_when_its_window_has_closed_there(
    here: World, machine: timezone
) -> None:
    anna = here.laptop("anna")
    request = job()
    window = {"on": "2026-03-03", "time_from": "00:00", "time_to": "00:30"}
    anna.act(request, act(request.record, "appointment_made", **window))
    anna.sync(here.wire)
    office = in_company_zone(here.office)
    closes = datetime(2026, 3, 2, 16, 30, tzinfo=UTC)

    def overdue_at(moment: datetime) -> list[bool]:
        here.clock.now = moment.astimezone(machine)
        return [item.overdue for item in list_due(office) if item.duty.kind == "visit"]

    assert overdue_at(closes) == [False]
    assert overdue_at(closes + timedelta(minutes=1)) == [True]
