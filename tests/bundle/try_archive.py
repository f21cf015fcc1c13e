"""`python -m tests.bundle.try_archive ARCHIVE [PYTHON]`: a bundle as a new person meets it.

In an empty folder, with no network and no compiler: install it, play the demo day, open the app in
a terminal, enrol a laptop at an office and exchange at night, update, and remove the program, which
leaves what was recorded. `make pythons` runs it for each Python that is here.
"""

import fcntl
import os
import pty
import re
import select
import shutil
import socket
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path
from tempfile import TemporaryDirectory

TOOLS = (
    "cat", "chmod", "cp", "dirname", "grep", "gzip", "ln", "ls", "mkdir", "mktemp", "mv",
    "readlink", "realpath", "rm", "sh", "tar",
)  # fmt: skip
"""All that is on the path beside Python: there is no compiler."""

PATIENCE = 120.0
"""Seconds for anything to happen: a machine may have a lot to do."""


class NewPerson:
    """Somebody with an empty folder, who counts the commands that she types."""

    def __init__(self, folder: Path, python: str) -> None:
        self.folder = folder
        self.typed = 0
        programs = folder / "programs"
        programs.mkdir()
        for tool in TOOLS:
            (programs / tool).symlink_to(shutil.which(tool) or tool)
        if python:
            (programs / "python3").symlink_to(python)
        self.environ = {
            "HOME": str(folder),
            "PATH": f"{programs}:{folder}/.local/bin",
            "LANG": "C.UTF-8",
            "TERM": "xterm-256color",
        }
        assert not any(shutil.which(name, path=self.environ["PATH"]) for name in ("cc", "gcc"))

    def types(self, line: str, code: int = 0) -> str:
        """A command line, its exit code as expected; answers what it says."""
        self.typed += 1
        done = subprocess.run(
            ["sh", "-c", line],
            cwd=self.folder,
            env=self.environ,
            capture_output=True,
            encoding="utf-8",
            timeout=PATIENCE,
        )
        assert done.returncode == code, f"{line}: {done.returncode}\n{done.stdout}{done.stderr}"
        return done.stdout + done.stderr

    def serves(self, line: str) -> subprocess.Popen[bytes]:
        """A command line that goes on and ends in its port, as soon as it listens there."""
        self.typed += 1
        words = line.split()
        program = shutil.which(words[0], path=self.environ["PATH"]) or words[0]
        started = subprocess.Popen(
            [program, *words[1:]],
            cwd=self.folder,
            env=self.environ,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until = time.monotonic() + PATIENCE
        with socket.socket() as probe:
            while probe.connect_ex(("127.0.0.1", int(words[-1]))):
                assert started.poll() is None, f"{line}: ended with {started.returncode}"
                assert time.monotonic() < until, f"{line}: does not listen"
                time.sleep(0.1)
        return started

    def sees(self, line: str, shown: str, press: bytes) -> None:
        """Start the app in a terminal of 100 by 30, wait for a text, and press a key to leave."""
        self.typed += 1
        pid, screen = pty.fork()
        if pid == 0:
            os.chdir(self.folder)
            os.execvpe("sh", ["sh", "-c", f"exec {line}"], self.environ)
        fcntl.ioctl(screen, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
        seen = ""
        until = time.monotonic() + PATIENCE
        pressed = False
        while time.monotonic() < until:
            if select.select([screen], [], [], 0.2)[0]:
                try:
                    seen += os.read(screen, 65536).decode("utf-8", "replace")
                except OSError:  # the other end is closed
                    break
            if not pressed and re.search(shown, seen):
                os.write(screen, press)
                pressed = True
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        assert (pressed, code) == (True, 0), f"{line}: {code}\n{seen[-2000:]}"


def try_archive(archive: Path, python: str, folder: Path) -> None:
    """All of it; raises `AssertionError` at what does not go. A build of one folder has no Python:
    then `python` is empty, and nothing is installed."""
    person = NewPerson(folder, python)
    unpack = f"tar xf {archive}"
    person.types(f"{unpack} && ./fieldkit-*/install.sh" if python else unpack)
    if not python:
        person.environ["PATH"] += f":{next(folder.glob('fieldkit-*'))}"
    # Two commands to the demo day, the second of them the demo day itself.
    assert "equal to the laptop's" in person.types("fieldkit demo --no-tui")
    assert person.typed == 2
    assert "both engines agree" in person.types("fieldkit doctor")
    person.sees("fieldkit demo", r"\d{6}-[0-9A-Z]{5}", b"\x11")  # Ctrl+Q
    use_an_office(person)
    if python:
        update_and_remove(person)


def use_an_office(person: NewPerson) -> None:
    """An office with an enrolled laptop by ten commands, what unpacks and installs among them."""
    person.typed = 1
    person.types("fieldkit office init --folder office")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    office = person.serves(f"fieldkit office serve --folder office --port {port}")
    try:
        said = person.types("fieldkit office enrol --folder office --person anna")
        (code,) = re.findall(r"\b[A-Z0-9]{4}(?:-[A-Z0-9]{4})+\b", said)
        person.types("fieldkit init --person anna --protect file")
        person.types(f"fieldkit sync --enrol {code} --office http://127.0.0.1:{port}")
        assert person.typed <= 10
        person.types("fieldkit customer register --set name=Li --set phone=000-0001")
        scheduled = person.types("fieldkit sync schedule --print --for cron")
        nightly = re.fullmatch(r"30 21 \* \* \* (.*) # fieldkit-sync\n*", scheduled)
        assert nightly, scheduled
        assert person.types(nightly[1]) == ""
        assert "Li" in person.types("fieldkit office find --folder office Li")
    finally:
        office.terminate()
        office.wait()


def update_and_remove(person: NewPerson) -> None:
    """A second installation and the removal leave what was recorded, and other people's files."""
    home = person.folder / ".local" / "share" / "fieldkit"
    kept = _content(home)
    assert kept
    person.types("./fieldkit-*/install.sh")
    program = person.folder / ".local" / "lib" / "fieldkit"
    (program / "home").mkdir()  # somebody's own folder, where it should not be
    for refused in ("./fieldkit-*/install.sh", ".local/lib/fieldkit/uninstall.sh"):
        assert "holds other files" in person.types(refused, code=1)
    (program / "home").rmdir()
    wheels = list(person.folder.glob("fieldkit-*/wheels/*"))
    assert len(list((program / "LICENSES").iterdir())) == len(wheels) + 2  # uv, and the list
    person.types(".local/lib/fieldkit/uninstall.sh")
    assert not program.exists()
    assert not (person.folder / ".local" / "bin" / "fieldkit").is_symlink()
    assert _content(home) == kept


def _content(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _offline(command: list[str]) -> int:
    """Run a command where there is no network but loopback; answers its exit code."""
    alone = ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--map-root-user", "--net"]
    try:
        subprocess.run([*alone, "true"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        print("No network namespace is to be had here: tried with the network that there is")
        alone = []
    return subprocess.run([*alone, *command]).returncode


def _raise_loopback() -> None:
    up, running = 0x1, 0x40
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        set_flags = 0x8914  # SIOCSIFFLAGS of Linux
        fcntl.ioctl(any_socket, set_flags, struct.pack("16sh", b"lo", up | running))


if __name__ == "__main__":
    if sys.argv[1] != "--here":
        given = [sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else ""]
        here = [sys.executable, "-m", "tests.bundle.try_archive", "--here", *given]
        sys.exit(_offline(here))
    if os.geteuid() == 0:
        _raise_loopback()
    with TemporaryDirectory(prefix="fieldkit-bundle-") as empty:
        try_archive(Path(sys.argv[2]).resolve(), sys.argv[3], Path(empty))
