"""Days and times are those of the company's zone, wherever the machine believes to be."""

from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from shutil import copytree
from zoneinfo import ZoneInfo

import pytest

from fieldkit.clock import Clock
from fieldkit.domain.core.event import Role
from fieldkit.rules.loading.pack_head import pack_time_zone
from fieldkit.services.day import follow_ups
from fieldkit.services.home.session import Session, init_home, open_session
from fieldkit.shipped import shipped_rules
from fieldkit.store.home.home import Home
from tests.services.homes import TECHNICIAN

ELSEWHERE = (UTC, timezone(timedelta(hours=-8)), timezone(timedelta(hours=8)))


def _session(folder: Path, clock: Clock, zone: str = "Asia/Shanghai") -> Session:
    rules = folder / "pack"
    copytree(shipped_rules(), rules)
    head = rules / "pack.yaml"
    head.write_text(head.read_text().replace("Asia/Shanghai", zone))
    home = Home(folder / "home")
    init_home(home, TECHNICIAN, Role.TECHNICIAN, "en", method="file")
    home.config.write_text(f"rules: {rules}\n")
    return open_session(home, {}, clock=clock)


@pytest.mark.parametrize("machine", ELSEWHERE)
def test_the_day_is_that_of_the_company(tmp_path: Path, machine: timezone) -> None:
    moment = datetime(2026, 11, 5, 17, tzinfo=UTC)
    with _session(tmp_path, lambda: moment.astimezone(machine)) as session:
        assert session.today == date(2026, 11, 6)
        assert session.author().offset == 8 * 60
        assert session.clock() == moment


def test_a_reminder_planned_in_summer_is_due_at_the_same_hour_in_winter(tmp_path: Path) -> None:
    summer = datetime(2026, 7, 1, 15, tzinfo=UTC)
    with _session(tmp_path, lambda: summer, "America/New_York") as session:
        planned = {"reason": "usage_enquiry", "due": summer}
        call = follow_ups.plan(session, planned)
        moved = {"on": "2026-12-01", "at": "10:00", "reason": "asked for"}
        later = follow_ups.reschedule(session, call.id, moved)
    assert later.due == datetime(2026, 12, 1, 10, tzinfo=ZoneInfo("America/New_York"))


@pytest.mark.parametrize(
    ("written", "zone"),
    [
        ("time_zone: Asia/Shanghai\n", "Asia/Shanghai"),
        ('name: x\ntime_zone: "Etc/GMT+5" # why\n', "Etc/GMT+5"),
        ("name: x\n", "UTC"),
    ],
)
def test_the_zone_is_read_without_loading_the_pack(tmp_path: Path, written: str, zone: str) -> None:
    (tmp_path / "pack.yaml").write_text(written)
    assert pack_time_zone(tmp_path) == zone


def test_a_zone_that_nobody_knows_is_read_as_utc(tmp_path: Path) -> None:
    moment = datetime(2026, 11, 5, 17, tzinfo=UTC)
    with _session(tmp_path, lambda: moment, "Asia/Nowhere") as session:
        assert session.today == date(2026, 11, 5)
