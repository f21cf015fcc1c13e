"""What doctor says of the daily check."""

from datetime import timedelta
from pathlib import Path

import pytest

from fieldkit.clock import local_now
from fieldkit.domain.core.event import Role
from fieldkit.services.home.doctor import examine
from fieldkit.services.home.session import init_home, open_session
from fieldkit.services.home.upkeep import scrub
from fieldkit.store.care.scrub import LAST_CHECK
from fieldkit.store.home.home import Home


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
