"""A home folder in which nothing can be saved is shown, and the app says so."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from fieldkit.i18n import Lang
from fieldkit.services.jobs import job_commands
from tests.tui.conftest import Desk


@pytest.fixture
def read_only(desk: Desk) -> Iterator[Desk]:
    """A desk with a job, on a disk that can only be read."""
    desk.job()
    desk.close()
    folder = str(desk.home.folder)
    if subprocess.run(["mount", "--bind", folder, folder], capture_output=True).returncode:
        pytest.skip("mounting needs the rights of root")
    subprocess.run(["mount", "-o", "remount,ro,bind", folder], check=True)
    yield desk
    desk.close()
    subprocess.run(["umount", "-l", folder], check=True)


@pytest.mark.parametrize(
    ("lang", "told", "bar"),
    [("en", "The home folder can only be read", "READ ONLY"), ("zh", "主目录只能读取", "只读")],
)
async def test_the_app_says_that_nothing_can_be_saved(
    read_only: Desk, lang: Lang, told: str, bar: str
) -> None:
    async with read_only.app() as hand:
        assert told in hand.told()
        shown = hand.screen()
        assert bar in shown
        assert "Li Hua" in shown


@pytest.fixture
def small_disk(desk: Desk, tmp_path: Path) -> Iterator[Desk]:
    """A desk with a job, on a small disk of its own."""
    desk.job()
    desk.close()
    desk.home.folder.rename(tmp_path / "as-it-was")
    desk.home.folder.mkdir()
    folder = str(desk.home.folder)
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", folder]
    if subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("mounting needs the rights of root")
    shutil.copytree(tmp_path / "as-it-was", folder, dirs_exist_ok=True)
    yield desk
    desk.close()
    subprocess.run(["umount", "-l", folder], check=True)


def _fill(folder: Path) -> None:
    """Leave no byte on the disk."""
    for size in (64 * 1024, 1):
        with (folder / "films").open("ab", buffering=0) as film, suppress(OSError):
            while film.write(bytes(size)):
                pass
    assert shutil.disk_usage(folder).free == 0


@pytest.mark.parametrize(
    ("lang", "told", "bar"),
    [("en", "The disk of the home folder is full", "DISK FULL"), ("zh", "磁盘已满", "磁盘已满")],
)
async def test_the_app_says_that_the_disk_is_full(
    small_disk: Desk, lang: Lang, told: str, bar: str
) -> None:
    _fill(small_disk.home.folder)
    async with small_disk.app() as hand:
        assert told in hand.told()
        shown = hand.screen()
        assert bar in shown
        assert "Li Hua" in shown
        await hand.press("enter")
        assert "C24-2203-00017" in hand.screen()
    (small_disk.home.folder / "films").unlink()
    async with small_disk.app() as hand:
        assert bar not in hand.screen()


@pytest.mark.parametrize("lang", ["en"])
async def test_a_disk_that_fills_meanwhile_is_told_and_nothing_typed_is_lost(
    small_disk: Desk, lang: Lang
) -> None:
    async with small_disk.app() as hand:
        await hand.press("enter", "ctrl+p")
        await hand.type("add a note")
        await hand.press("enter")
        await hand.type("gate code 12")
        _fill(small_disk.home.folder)
        await hand.press("ctrl+s")
        assert "The disk is full, so this was not saved" in hand.told()
        assert "gate code 12" in hand.screen()
        (small_disk.home.folder / "films").unlink()
        await hand.press("ctrl+s")
        assert "gate code 12" in hand.screen()
    (row,) = job_commands.list_jobs(small_disk.open())
    notes = job_commands.job(small_disk.open(), row.id).notes
    assert [note.text for note in notes] == ["gate code 12"]
