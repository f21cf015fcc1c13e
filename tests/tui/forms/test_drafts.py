"""What was typed survives: leaving, a wrong form, a broken rules folder, and kill -9."""

import os
import pty
import select
import signal
import sys
import time
from pathlib import Path

from fieldkit.services.jobs import job_commands
from fieldkit.services.jobs.job_commands import NEW
from tests.tui.conftest import Desk

START = """
import sys
from pathlib import Path
from fieldkit.services.home.session import open_session
from fieldkit.store.home.home import Home
from fieldkit.tui.app import run_app
run_app(lambda: open_session(Home(Path(sys.argv[1])), {}))
"""


async def test_a_field_is_saved_before_the_next_one_is_typed_into(desk: Desk) -> None:
    async with desk.app() as hand:
        await hand.press("f4", "enter")
        await hand.type("Li Hua")
        await hand.press("tab")
        # The app has not been told to leave; another process already sees the field.
        assert desk.open().store.drafts.load(NEW, "customer")["name"] == "Li Hua"
        await hand.type("1380")

    async with desk.app() as hand:
        await hand.press("f4", "enter")
        assert "Li Hua" in hand.screen()


async def test_a_draft_is_shown_on_the_path_and_gone_after_the_step(desk: Desk) -> None:
    job = desk.job()
    async with desk.app() as hand:
        await hand.press("enter", "enter", "down")
        await hand.type("bring a ladder")
        await hand.press("escape")
        assert "> draft   Dispatch" in hand.screen()
        assert desk.open().store.drafts.load(job.id, "dispatch")["note"] == "bring a ladder"
        await hand.press("enter", "ctrl+s")
        assert "draft " not in hand.screen()
    assert job_commands.job(desk.open(), job.id).dispatch.note == "bring a ladder"  # type: ignore[union-attr]
    assert desk.open().store.drafts.steps(job.id) == set()


async def test_a_row_that_is_being_filled_in_is_saved_too(desk: Desk) -> None:
    job = desk.job()
    session = desk.open()
    job_commands.do_step(session, job.id, "dispatch", {"technician": "Wang Min"})
    job_commands.do_step(session, job.id, "appoint", {"on": "2026-11-05"})
    job_commands.do_step(session, job.id, "arrive", {})
    async with desk.app() as hand:
        await hand.press("enter", "enter", "enter")
        await hand.type("controller")
        await hand.press("enter")
        (row,) = desk.open().store.drafts.load(job.id, "diagnose")["lines"]
        assert row["component"] == "controller"


async def test_undo_gives_the_form_back_as_it_was(desk: Desk) -> None:
    job = desk.job()
    job_commands.do_step(desk.open(), job.id, "dispatch", {"technician": "Wang Min"})
    async with desk.app() as hand:
        await hand.press("enter", "enter", "down", "down", "down")
        await hand.type("ring twice")
        await hand.press("ctrl+s", "f6")
        assert "Take back “Make the appointment”" in hand.screen()
        await hand.press("enter")
        assert job_commands.job(desk.open(), job.id).appointment is None
        await hand.press("enter")
        assert "ring twice" in hand.screen()


async def test_a_broken_rules_folder_is_said_and_costs_nothing(desk: Desk, tmp_path: Path) -> None:
    job, session = desk.job(), desk.open()
    job_commands.do_step(session, job.id, "dispatch", {"technician": "Wang Min"})
    job_commands.do_step(session, job.id, "appoint", {"on": "2026-11-05"})
    job_commands.do_step(session, job.id, "arrive", {})
    line = {"component": "controller", "cause": "wear", "part": "P-CTL350"}
    job_commands.do_step(session, job.id, "diagnose", {"lines": [line]})
    async with desk.app() as hand:
        hand.app.session.trade.pack_folder = tmp_path / "no-rules"
        await hand.press("enter", "enter")
        assert hand.told()
        assert "> next    Decide" in hand.screen()


def test_kill_9_in_the_middle_of_a_form_loses_no_field_that_was_left(desk: Desk) -> None:
    job = desk.job()
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ.update(TERM="xterm-256color", COLUMNS="80", LINES="24")
        os.execv(sys.executable, [sys.executable, "-c", START, str(desk.home.folder)])
    try:
        wait_for(terminal, "Li Hua")
        os.write(terminal, b"\r")
        wait_for(terminal, "Dispatch")
        os.write(terminal, b"\r")
        wait_for(terminal, "Technician")
        os.write(terminal, b"\tmind the dog\t")
        wait_for(terminal, "Enter or Ctrl+S saves")
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(terminal)
    saved = desk.open().store.drafts.load(job.id, "dispatch")
    assert saved == {"technician": "Wang Min", "note": "mind the dog"}


def wait_for(terminal: int, text: str, seconds: float = 30.0) -> None:
    """Read what the app draws until the text is there."""
    drawn, end = "", time.monotonic() + seconds
    while text not in drawn:
        assert time.monotonic() < end, f"never saw {text!r}"
        if select.select([terminal], [], [], 0.2)[0]:
            drawn += os.read(terminal, 65536).decode(errors="replace")
    time.sleep(0.3)
