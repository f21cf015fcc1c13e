"""Adding files to a job: photographs of the diagnosis, papers."""

import os
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from fieldkit.services.jobs import job_commands
from fieldkit.services.jobs.attachments import attachment
from fieldkit.tui.screens.job.attachments import FilesScreen
from tests.tui.conftest import Desk, Hand
from tests.tui.pictures import check, in_each_language

MOMENT = 1_793_000_000  # a day of 2026, so that the pictures do not change


@pytest.fixture
def photos(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder with two photographs, the newer called b, an empty file and a folder."""
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    folder = tmp_path / "Pictures"
    folder.mkdir()
    for number, name in enumerate(["a.jpg", "b.jpg", "empty.png"]):
        file = folder / name
        file.write_bytes(b"" if name.startswith("empty") else bytes([number]) * 2_400_000)
        os.utime(file, (MOMENT + number * 60,) * 2)
    (folder / "older").mkdir()
    monkeypatch.setattr(FilesScreen, "last_folder", folder)
    return folder


async def open_files(hand: Hand) -> None:
    """From the list of jobs to the files of the first one."""
    await hand.press("enter", "ctrl+p")
    await hand.type("file" if hand.app.lang == "en" else "附件")
    await hand.press("enter")


async def test_a_photograph_is_kept_with_the_job(desk: Desk, photos: Path) -> None:
    job = desk.job()
    async with desk.app() as hand:
        await open_files(hand)
        await hand.type("b.j")
        await hand.press("enter")
        assert "b.jpg is kept with the job" in hand.told()
        assert "not at the office yet" in hand.screen()
        await hand.press("escape", "pagedown")
        assert "b.jpg · 2.4 MB" in hand.screen()
        await hand.press("f6", "enter")
        assert "b.jpg" not in hand.screen()
    assert job_commands.job(desk.open(), job.id).attachments == ()


async def test_a_typed_path_leads_to_its_folder(desk: Desk, photos: Path, tmp_path: Path) -> None:
    job = desk.job()
    far = tmp_path / "camera"
    far.mkdir()
    (far / "plug.jpg").write_bytes(b"plug")
    async with desk.app() as hand:
        await open_files(hand)
        await hand.type(f"{far}/pl")
        await hand.press("enter")
        assert attachment(desk.open(), job.id, "plug.jpg").size == 4
        await hand.press("enter")
        await hand.app.workers.wait_for_complete()
        assert "in the clear" in hand.told()
    assert list(desk.home.papers.iterdir()) != []


async def test_a_program_that_looks_like_a_photograph_is_not_opened(
    desk: Desk, photos: Path
) -> None:
    job = desk.job()
    (photos / "photo.jpg.exe").write_bytes(b"MZ")
    async with desk.app() as hand:
        await open_files(hand)
        await hand.type("exe")
        await hand.press("enter", "enter")
        assert "a program could hide in it" in hand.told()
    assert not list(desk.home.papers.glob("*"))
    assert attachment(desk.open(), job.id, "photo.jpg.exe").size == 2


async def test_an_opened_file_has_a_name_that_every_system_takes(desk: Desk, photos: Path) -> None:
    desk.job()
    (photos / "plug: before?*.JPG").write_bytes(b"plug")
    async with desk.app() as hand:
        await open_files(hand)
        await hand.type("plug")
        await hand.press("enter", "enter")
        shown = [file.name for file in desk.home.papers.iterdir()]
    assert [(len(name), name[-4:]) for name in shown] == [(16, ".jpg")]


@pytest.mark.parametrize(("name", "said"), [("empty", "is empty"), ("gone", "cannot be read")])
async def test_what_cannot_be_kept_is_told(desk: Desk, photos: Path, name: str, said: str) -> None:
    job = desk.job()
    gone = photos / "gone.jpg"
    gone.write_bytes(b"x")
    async with desk.app() as hand:
        await open_files(hand)
        await hand.type(name)
        gone.unlink()
        await hand.press("enter")
        assert said in hand.told()
    assert job_commands.job(desk.open(), job.id).attachments == ()


async def test_too_large_a_file_is_refused_before_it_is_kept(desk: Desk, photos: Path) -> None:
    job = desk.job()
    large = photos / "film.mp4"
    with large.open("wb") as file:
        file.truncate(33 * 2**20)
    async with desk.app() as hand:
        await open_files(hand)
        await hand.type("film")
        await hand.press("enter")
        assert "larger than 32 MB" in hand.told()
    assert job_commands.job(desk.open(), job.id).attachments == ()


async def test_folders_are_entered_and_left(desk: Desk, photos: Path) -> None:
    desk.job()
    async with desk.app() as hand:
        await open_files(hand)
        await hand.type("older")
        await hand.press("enter")
        assert "~/Pictures/older" in hand.screen()
        await hand.press("enter")
        assert "a.jpg" in hand.screen()


@in_each_language
async def test_the_screen_of_the_files(
    desk: Desk, photos: Path, screen_file: SnapshotAssertion
) -> None:
    desk.job()
    async with desk.app() as hand:
        await open_files(hand)
        await hand.type("a.j")
        await hand.press("enter")
        check(hand, screen_file, "files")
