"""A home folder that can only be read is shown, and the app says so."""

import subprocess
from collections.abc import Iterator

import pytest

from fieldkit.i18n import Lang
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
