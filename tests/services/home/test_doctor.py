"""What doctor says of the daily check."""

import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest

from fieldkit.clock import local_now
from fieldkit.domain.core.event import Role
from fieldkit.domain.core.work_calendar import WorkCalendar
from fieldkit.services.home.doctor import examine, holidays_known
from fieldkit.services.home.session import init_home, open_session
from fieldkit.services.home.upkeep import scrub
from fieldkit.shipped import shipped_data, shipped_rules
from fieldkit.store.care.scrub import LAST_CHECK
from fieldkit.store.home.home import Home


@pytest.mark.parametrize(
    ("today", "level", "year"),
    [
        (date(2026, 11, 30), "ok", 2026),
        (date(2026, 12, 1), "warning", 2027),
        (date(2027, 3, 1), "warning", 2027),
        (date(2025, 12, 31), "ok", 2026),
    ],
)
def test_doctor_asks_for_the_holidays_of_the_next_year_from_december_on(
    today: date, level: str, year: int
) -> None:
    calendar = WorkCalendar(
        frozenset({date(2025, 1, 1), date(2026, 1, 1), date(2027, 1, 1)}),
        announced=frozenset({2025, 2026}),
    )
    found = holidays_known(calendar, today)
    assert (found.level, found.params) == (level, {"year": year})


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        (None, "check_never"),
        (1, "check"),
        (47, "check"),
        (49, "check_overdue"),
        (-30, "check_overdue"),
    ],
)
def test_doctor_tells_when_the_check_is_overdue(
    tmp_path: Path, hours: int | None, said: str
) -> None:
    home = Home(tmp_path)
    init_home(home, "wang.lei", Role.TECHNICIAN, "en", method="file")
    if hours is not None:
        with open_session(home, {}) as session:
            assert scrub(session).ok
            session.store.set(LAST_CHECK, (local_now() - timedelta(hours=hours)).isoformat())
    (found,) = [item for item in examine(home, None) if item.key.startswith("check")]
    assert (found.key, found.level) == (said, "ok" if said == "check" else "warning")


def test_doctor_names_the_pack_and_the_catalogue_of_the_home(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    init_home(home, "wang.lei", Role.TECHNICIAN, "en", method="file")
    pack, data = tmp_path / "rules", tmp_path / "data"
    shutil.copytree(shipped_rules(), pack)
    shutil.copytree(shipped_data(), data)
    for file, old, new in (
        (pack / "pack.yaml", "name: fieldkit-default", "name: outlet-yuewan"),
        (data / "catalogue" / "catalogue.yaml", "revision: ", "revision: 7"),
    ):
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new, 1), encoding="utf-8")
    home.config.write_text(f"rules: {pack}\ndata: {data}\n", encoding="utf-8")
    found = {item.key: item.params for item in examine(home, None)}
    assert (found["rules"]["pack"], found["rules"]["revision"]) == ("outlet-yuewan", 1)
    assert str(found["catalogue"]["revision"]).startswith("7")
