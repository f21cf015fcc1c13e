"""The nightly exchange as a scheduler starts it: its own process, a real office, no person near."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fieldkit.domain.core.event import RecordKind, Role
from fieldkit.office.desk.desk import list_jobs
from fieldkit.office.devices.enrol import create_enrolment
from fieldkit.office.http.serve import serving
from fieldkit.services.exchange.nightly import nightly_command
from fieldkit.services.exchange.sync_now import enrol_device
from fieldkit.services.home.doctor import examine
from fieldkit.services.home.session import Session, init_home, open_session
from fieldkit.services.home.upkeep import scrub_due
from fieldkit.services.jobs import job_commands, records
from fieldkit.shipped import shipped
from fieldkit.store.care.scrub import LAST_CHECK
from fieldkit.store.home.home import Home
from tests.office.history import read_history
from tests.sync.exchange import World, spoilt, world


@pytest.fixture(name="here")
def _here(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path) as made:
        made.clock.now = datetime.now(UTC)
        yield made


@pytest.fixture(name="home")
def _home(here: World, tmp_path: Path) -> Home:
    """The home of a technician whose laptop is enrolled, with a job that is not sent yet.

    Its office listens nowhere until a test serves it.
    """
    home = Home(tmp_path / "home")
    init_home(home, "anna", Role.TECHNICIAN, "en", method="file")
    with serving(here.office) as url, opened(home) as session:
        code = create_enrolment(here.office, "anna", Role.TECHNICIAN)
        enrol_device(session, url, code)
        add_job(session)
    return home


def opened(home: Home) -> Session:
    return open_session(home, {})


def add_job(session: Session) -> None:
    buyer = records.register_customer(session, {"name": "Test Customer", "phone": "000-0000"})
    serial = f"C24-{session.store.lists.count(RecordKind.PRODUCT):05}"
    bike = {"serial": serial, "model": "QL-C24", "customer": buyer.id}
    records.register_product(session, bike | {"serial_confirmed": True})
    job_commands.register_job(session, {"symptom": "dead"}, buyer.id, serial)


def port_of(home: Home) -> int:
    with opened(home) as session:
        return int(str(session.store.exchange.device.identity()["url"]).rpartition(":")[2])


def nightly(home: Home, *command: str, **environ: str) -> tuple[int, str]:
    """Runs what is scheduled now, or a command; answers its exit code and all that it said."""
    known = {name: value for name, value in os.environ.items() if not name.startswith("FIELDKIT")}
    ran = subprocess.run(
        command or nightly_command(home.folder),
        env=known | {"FIELDKIT_LANG": "en"} | environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return ran.returncode, ran.stdout + ran.stderr


def test_all_is_sent_once_and_nothing_is_said(here: World, home: Home) -> None:
    with serving(here.office, port_of(home)):
        assert nightly(home) == (0, "")
        assert nightly(home) == (0, "")
    (job,) = list_jobs(here.office)
    assert len(read_history(here.office, "job", job.id)) == 1


def test_a_schedule_of_an_earlier_version_goes_on(here: World, home: Home) -> None:
    script = shipped("sync") / "nightly.py"
    with serving(here.office, port_of(home)), opened(home) as app:
        assert nightly(home, sys.executable, str(script), "--home", str(home.folder)) == (0, "")
        assert app.store.lists.unsent() == 0


def test_the_store_is_checked_once_a_day(here: World, home: Home) -> None:
    with serving(here.office, port_of(home)):
        assert nightly(home) == (0, "")
        with opened(home) as session:
            assert not scrub_due(session)
            session.store.db.table("customers").update({"phone": "000-9999"})
        assert nightly(home) == (0, "")
        with opened(home) as session:
            session.store.set(LAST_CHECK, "2026-01-01T00:00:00+00:00")
        code, said = nightly(home)
    assert code == 1
    assert "damaged" in said
    assert [item.key for item in examine(home, None) if item.level == "bad"] == ["check_bad"]


@pytest.mark.slow  # it tries again, with longer and longer pauses, before it gives up
def test_an_office_out_of_reach_is_one_line_and_the_work_stays(home: Home) -> None:
    code, said = nightly(home)
    assert code == 3
    assert len(said.splitlines()) == 1
    assert "cannot be reached" in said
    assert "safe" in said
    with opened(home) as session:
        assert session.store.lists.unsent() == 3


def test_beside_the_app_both_do_their_work(here: World, home: Home) -> None:
    with serving(here.office, port_of(home)), opened(home) as app:
        assert nightly(home) == (0, "")
        add_job(app)
        assert app.store.lists.unsent() == 3
        assert nightly(home) == (0, "")
        assert app.store.lists.unsent() == 0
    assert len(list_jobs(here.office)) == 2


def test_while_another_exchange_runs_it_leaves_the_work_to_that(here: World, home: Home) -> None:
    with serving(here.office, port_of(home)), opened(home) as app:
        with app.store.exchange.sending():
            code, said = nightly(home)
        assert (code, len(said.splitlines())) == (1, 1)
        assert "Another sync" in said


def test_a_crash_leaves_no_lock(here: World, home: Home) -> None:
    holder = (
        "import sys, time\n"
        "from fieldkit.services.home.session import open_session\n"
        "from fieldkit.store.home.home import Home\n"
        "from pathlib import Path\n"
        "session = open_session(Home(Path(sys.argv[1])), {})\n"
        "with session.store.exchange.sending():\n"
        "    print('held', flush=True)\n"
        "    time.sleep(60)\n"
    )
    held = subprocess.Popen(
        [sys.executable, "-c", holder, str(home.folder)], stdout=subprocess.PIPE, text=True
    )
    assert held.stdout is not None
    assert held.stdout.readline() == "held\n"
    with serving(here.office, port_of(home)):
        assert nightly(home)[0] == 1
        held.kill()
        held.wait()
        held.stdout.close()
        assert nightly(home) == (0, "")


def test_a_locked_store_sends_nothing(tmp_path: Path) -> None:
    home = Home(tmp_path / "locked")
    init_home(home, "anna", Role.TECHNICIAN, "en", "a good passphrase", method="passphrase")
    code, said = nightly(home)
    assert (code, len(said.splitlines())) == (1, 1)
    assert said.startswith("Locked, nothing sent.")


def test_what_the_office_refuses_is_told(here: World, home: Home) -> None:
    with serving(here.office, port_of(home)), opened(home) as app:
        found = job_commands.list_jobs(app)[0]
        app.store.ledger.commit([spoilt(found.id)], app.author())
        code, said = nightly(home)
    assert code == 1
    assert "1 refused" in said
    assert "Test Customer" not in said
