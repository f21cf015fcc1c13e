"""Client and server processes are killed while a third of the connections is damaged: at the
end all is there once."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from random import Random

import pytest

from tests.kills.proxy import Proxy
from tests.simulation.checks import check_drained, check_everything
from tests.simulation.company import Company
from tests.simulation.laptop import Laptop
from tests.simulation.network import Network
from tests.simulation.office import Office, one_thread
from tests.simulation.people import DESK, TECHNICIANS
from tests.simulation.template import Template, morning
from tests.simulation.world import ZONE, World
from tests.soak import Soak

TOP = Path(__file__).parents[2]
NAMES = (*TECHNICIANS, DESK)
READY = "ready"


@dataclass
class Processes:
    """The running processes by name, and what starts each of them again."""

    folder: Path
    random: Random
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    starts: dict[str, Callable[[], list[str]]] = field(default_factory=dict)
    lives: Counter[str] = field(default_factory=Counter)

    def start(self, name: str) -> None:
        """Start a process; what it says goes to a file of its name."""
        known = {key: value for key, value in os.environ.items() if "FIELDKIT" not in key}
        own = {"FIELDKIT_OFFICE": str(self.folder / "office.0"), "PYTHONPATH": str(TOP)}
        self.lives[name] += 1
        with (self.folder / f"{name}.said").open("ab") as said:
            self.running[name] = subprocess.Popen(
                self.starts[name](), cwd=TOP, env=known | own, stdout=said, stderr=said
            )

    def kill(self, name: str) -> None:
        """SIGKILL."""
        process = self.running.pop(name)
        assert process.poll() is None, (self.folder / f"{name}.said").read_text()[-2000:]
        process.send_signal(signal.SIGKILL)
        process.wait()

    def said(self, name: str) -> list[str]:
        """The lines that a process has said, in all its lives."""
        return [line for line in (self.folder / f"{name}.said").read_text().splitlines() if line]

    def is_ready(self, name: str) -> bool:
        """Whether it has said so in its present life."""
        return self.said(name).count(READY) == self.lives[name]


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


def _with_seed(command: list[str], random: Random) -> list[str]:
    """Each life has a seed of its own."""
    return [*command, str(random.getrandbits(60))]


@contextmanager
def _processes(template: Template, folder: Path, seed: int) -> Iterator[tuple[Processes, Proxy]]:
    """An office, a proxy before it, and laptops that work; all are killed at the end."""
    random = Random(seed)
    port = _free_port()
    made = Processes(folder, random)
    template.copy("office", folder)
    serve = [sys.executable, "-m", "fieldkit", "office", "serve", "--port", str(port)]
    made.starts["office"] = lambda: serve
    proxy = Proxy(port, random)
    with proxy.running() as url:
        for name in NAMES:
            home = template.copy(name, folder)
            worker = [sys.executable, "-m", "tests.kills.worker", name, str(home), url]
            made.starts[name] = partial(_with_seed, worker, random)
        try:
            for name in ("office", *NAMES):
                made.start(name)
            yield made, proxy
        finally:
            for name in list(made.running):
                made.kill(name)


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def _wait_until_at_work(made: Processes, name: str, port: int) -> None:
    """A process that is still starting is not worth killing."""
    end = time.monotonic() + 60
    while not (_answers(port) if name == "office" else made.is_ready(name)):
        assert time.monotonic() < end, f"{name} did not start"
        time.sleep(0.05)


def kill_and_check(folder: Path, seed: int, kills: int) -> str:
    """One run; what happened in it."""
    template = morning()
    with _processes(template, folder, seed) as (made, proxy):
        for _ in range(kills):
            name = made.random.choice(list(made.running))
            _wait_until_at_work(made, name, proxy.target)
            time.sleep(made.random.uniform(0.0, 1.0))
            made.kill(name)
            made.start(name)
        for name in made.running:
            _wait_until_at_work(made, name, proxy.target)
        time.sleep(1)
    world = World(seed, folder, datetime.now(ZONE))
    with one_thread():
        office = Office(world, folder / "office.0")
        company = Company(world, office, Network(world, office))
        for name in NAMES:
            company.laptops[name] = Laptop(world, name, folder / f"{name}.0", template.trade)
            company.owed |= set(made.said(name)) - {READY}
        try:
            company.calm()
            check_drained(company)
            company.correct()
            check_everything(company)
            events = len(company.ids_at_office())
        finally:
            company.stop()
    assert len(company.owed) > kills
    return f"seed {seed}: {made.lives.total()} kills, {events} events, {dict(proxy.counts)}"


def test_processes_are_killed_and_all_is_there_once(tmp_path: Path) -> None:
    print(kill_and_check(tmp_path, 1, kills=2))


@pytest.mark.slow
@pytest.mark.parametrize("part", range(20))
def test_many_processes_are_killed_and_all_is_there_once(
    tmp_path: Path, part: int, soak: Soak
) -> None:
    print(f"part {part}: {kill_and_check(tmp_path, soak.seed, kills=soak.count(15))}")
