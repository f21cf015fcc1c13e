"""The demo in a real terminal: tmux shows what a person would see, and how it ends."""

import os
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from fieldkit.domain.core.event import Role
from fieldkit.i18n import LANGS, Lang, say, width
from fieldkit.services.home.session import init_home, open_session
from fieldkit.store.home.home import Home

pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")

PATIENCE = 60.0
"""Seconds for a screen to appear: a machine may have a lot to do."""

GARBAGE = ("\x1b", "Traceback", "[?", "[<", "�", "^[")
"""What is seen where an answer of the terminal, or an error, ends up on the screen."""


class Terminal:
    """A terminal of 80 by 24 on a tmux server of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._code = folder / "code"
        self._tmux = ["tmux", "-S", str(folder / "tmux"), "-f", "/dev/null"]

    def start(self, term: str, *arguments: str) -> None:
        """Run fieldkit; the shell that runs it writes down the exit code."""
        command = shlex.join([sys.executable, "-m", "fieldkit", *arguments])
        script = f"TERM={term} {command}; echo $? > {shlex.quote(str(self._code))}; sleep 600"
        self._call("new-session", "-d", "-x", "80", "-y", "24", script)

    def press(self, *keys: str) -> None:
        """Press keys, as tmux names them."""
        self._call("send-keys", *keys)

    def screen(self) -> str:
        """What is on the screen."""
        return self._call("capture-pane", "-p")

    def wait(self, text: str) -> str:
        """The screen, as soon as it shows the text."""
        until = time.monotonic() + PATIENCE
        while text not in (seen := self.screen()):
            assert time.monotonic() < until, f"{text!r} did not appear:\n{seen}"
            time.sleep(0.1)
        return seen

    def ended(self) -> int:
        """The exit code, as soon as there is one."""
        until = time.monotonic() + PATIENCE
        while not (self._code.exists() and self._code.read_text()):
            assert time.monotonic() < until, f"it did not end:\n{self.screen()}"
            time.sleep(0.1)
        return int(self._code.read_text())

    def close(self) -> None:
        """End the server, and with it what runs in it."""
        self._call("kill-server")

    def _call(self, *arguments: str) -> str:
        environment = {**os.environ, "LC_ALL": "C.UTF-8", "FIELDKIT_HOME": str(self._folder)}
        environment.pop("TMUX", None)
        done = subprocess.run(
            [*self._tmux, *arguments], env=environment, capture_output=True, check=True, timeout=60
        )
        return done.stdout.decode()


@pytest.fixture
def terminal_at(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    """A terminal; its server ends with the test."""
    made = Terminal(tmp_path_factory.mktemp("t"))
    yield made
    made.close()


def test_the_demo_runs_in_a_real_terminal(terminal_at: Terminal) -> None:
    lang: Lang = "zh"
    terminal_at.start("xterm-256color", "--lang", lang, "demo")
    seen = [terminal_at.wait(say("key.new_job", lang))]
    for key, text in [
        ("F1", say("help.new_job", lang)),
        ("Escape", say("key.new_job", lang)),
        ("Enter", say("key.next", lang)),
        ("Escape", say("key.new_job", lang)),
        ("F10", f"› {say('screen.day_end', lang)}"),
        ("Escape", say("key.new_job", lang)),
    ]:
        terminal_at.press(key)
        seen.append(terminal_at.wait(text))
    terminal_at.press("，", "王")
    seen.append(terminal_at.wait("，王"))
    terminal_at.press("C-q")
    assert terminal_at.ended() == 0
    seen.append(terminal_at.screen())
    for screen in seen:
        assert not [wrong for wrong in GARBAGE if wrong in screen], screen
        assert all(width(line) <= 80 for line in screen.splitlines())
    assert seen[-1].strip() == ""


def test_the_app_speaks_the_language_that_was_asked_for_whatever_its_home_is_set_to(
    terminal_at: Terminal, tmp_path: Path
) -> None:
    home = Home(tmp_path / "home")
    init_home(home, "anna", Role.TECHNICIAN, "en", method="file")
    terminal_at.start("xterm-256color", "--lang", "zh", "--home", str(home.folder))
    terminal_at.wait(say("key.new_job", "zh"))
    terminal_at.press("C-q")
    assert terminal_at.ended() == 0
    with open_session(home, {}) as session:
        assert session.lang == "en"


@pytest.mark.parametrize("lang", LANGS)
def test_a_dumb_terminal_is_refused_in_words(terminal_at: Terminal, lang: Lang) -> None:
    terminal_at.start("dumb", "--lang", lang, "demo")
    assert terminal_at.ended() == 2
    terminal_at.wait(say("error.no_terminal", lang)[:20])
