"""The log of a home: small, rotating, silent about customers, never in the way."""

import logging
import sys
from pathlib import Path

import pytest

from fieldkit.domain.core.errors import Fault
from fieldkit.services.home.logfile import KEPT, SIZE, LogFile
from fieldkit.services.home.session import open_session
from tests.services.homes import home_at

_LOG = logging.getLogger("fieldkit.services.somewhere")


def test_what_is_logged_goes_into_a_few_small_files(tmp_path: Path) -> None:
    log = LogFile(tmp_path / "logs")
    assert not (tmp_path / "logs").exists(), "nothing was logged yet"
    for number in range(6 * SIZE // 100):
        _LOG.warning("%d %s", number, "x" * 100)
    log.close()
    files = sorted((tmp_path / "logs").iterdir())
    assert len(files) == KEPT + 1
    assert all(file.stat().st_size <= SIZE for file in files)
    last = (tmp_path / "logs" / "fieldkit.log").read_text().splitlines()[-1]
    assert f"WARNING fieldkit.services.somewhere: {number} xxx" in last
    _LOG.warning("after the end")
    assert "after the end" not in (tmp_path / "logs" / "fieldkit.log").read_text()


def test_what_an_exception_says_is_not_written(tmp_path: Path) -> None:
    """Neither where another handler has written the record before."""
    log = LogFile(tmp_path)
    try:
        raise ValueError("Zhao Min, 12 Garden Road")
    except ValueError:
        given = ("fieldkit", logging.ERROR, "", 0, "a %s", ("fault",), sys.exc_info())
    record = logging.LogRecord(*given)
    assert "Zhao" in logging.Formatter().format(record)
    log.emit(record)
    log.close()
    written = (tmp_path / "fieldkit.log").read_text()
    assert written.endswith("ERROR fieldkit: a fault (ValueError)\n")


def test_a_full_disk_ends_a_log_quietly(tmp_path: Path) -> None:
    (tmp_path / "fieldkit.log").symlink_to("/dev/full")
    log = LogFile(tmp_path)
    _LOG.warning("nothing takes this")
    log.close()


def test_the_office_of_a_demo_logs_for_itself(tmp_path: Path) -> None:
    log = LogFile(tmp_path)
    logging.getLogger("fieldkit.office").info("request")
    log.close()
    assert list(tmp_path.iterdir()) == []


def test_a_log_that_cannot_be_written_stops_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "logs").write_text("a file where the folder should be")
    log = LogFile(tmp_path / "logs")
    _LOG.warning("lost")
    log.close()
    log = LogFile(tmp_path)
    log.emit(logging.LogRecord("fieldkit", logging.WARNING, "", 0, "%d", ("no number",), None))
    log.close()
    assert capsys.readouterr() == ("", "")


def test_a_session_logs_in_its_home(tmp_path: Path) -> None:
    with home_at(tmp_path, "2026-11-22 09:00") as session:
        _LOG.warning("it happened: %s", Fault("disk_full").key)
        folder = session.store.home.logs
    assert "it happened: disk_full" in (folder / "fieldkit.log").read_text()


def test_sessions_of_one_process_write_a_line_once(tmp_path: Path) -> None:
    with home_at(tmp_path, "2026-11-22 09:00") as session:
        with open_session(session.store.home, {}):
            _LOG.warning("once")
        _LOG.warning("still")
        folder = session.store.home.logs
    lines = (folder / "fieldkit.log").read_text().splitlines()
    assert [line.rpartition(" ")[2] for line in lines] == ["once", "still"]
