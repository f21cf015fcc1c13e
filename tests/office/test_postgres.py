"""An office by its own commands on PostgreSQL, in two processes that share one database."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Event
from time import monotonic, sleep

import pytest
from sqlalchemy import create_engine, text

from fieldkit.cli.app import run
from fieldkit.clock import local_now
from fieldkit.domain.core.event import Role
from fieldkit.domain.record_kinds import MACHINES
from fieldkit.office.ledger.documents import Key, counted, load
from fieldkit.office.office import open_office
from fieldkit.services.home.ids import uuid7
from fieldkit.store.home.home import Home
from fieldkit.store.store import create_store
from fieldkit.sync.client.transport import HttpTransport, Request
from fieldkit.sync.errors import Retryable
from tests.sync.exchange import Clock, Laptop, job, note

TOP = Path(__file__).parents[2]
WRITERS, ROUNDS, NOTES = 3, 3, 3


class Commands:
    """`fieldkit office ...` as an administrator types it."""

    def __init__(self, folder: Path, url: str, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.url = url
        self.capsys = capsys
        known = {name: value for name, value in os.environ.items() if "FIELDKIT" not in name}
        self.own = {"FIELDKIT_OFFICE": str(folder), "FIELDKIT_LANG": "en", "PYTHONPATH": str(TOP)}
        self.environ = known | self.own

    def run(self, *arguments: str, code: int = 0) -> str:
        """What a command says."""
        self.capsys.readouterr()
        with pytest.MonkeyPatch.context() as patch:
            for name, value in self.own.items():
                patch.setenv(name, value)
            assert run(["office", *arguments]) == code
        return "".join(self.capsys.readouterr())

    @contextmanager
    def serve(self) -> Iterator[str]:
        """One process; answers its address once it is healthy. It ends on Ctrl+C."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        process = subprocess.Popen(
            [sys.executable, "-m", "fieldkit", "office", "serve", "--port", str(port)],
            env=self.environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        url = f"http://127.0.0.1:{port}"
        try:
            _wait_for(url)
            yield url
        finally:
            process.send_signal(signal.SIGINT)
            _, said = process.communicate(timeout=20)
        for line in said.splitlines():
            assert json.loads(line)["level"] == "info", line

    def laptop(self, folder: Path, person: str, url: str, role: Role) -> Laptop:
        """A new laptop, enrolled over HTTP with a code of `office enrol`."""
        said = self.run("enrol", "--person", person, "--role", role.value, "--json")
        (folder / person).mkdir(parents=True)
        store = create_store(Home(folder / person), uuid7, method="file")
        laptop = Laptop(store, person, role, Clock(local_now()))
        with HttpTransport(url) as wire:
            laptop.enrol(wire, json.loads(said)["code"])
        return laptop


@pytest.fixture(name="office")
def _office(database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Commands:
    """An office with a database of its own."""
    commands = Commands(tmp_path / "office", database, capsys)
    assert "The office is ready" in commands.run("init", "--database", database)
    return commands


def _wait_for(url: str) -> None:
    end = monotonic() + 30
    while True:
        try:
            with HttpTransport(url) as wire:
                assert wire(Request("GET", "/health")).status == 200
            return
        except Retryable:
            assert monotonic() < end, "the office did not start"
            sleep(0.1)


def test_two_processes_give_each_place_once_and_readers_miss_nothing(
    office: Commands, tmp_path: Path
) -> None:
    with ExitStack() as stack:
        urls = [stack.enter_context(office.serve()) for _ in range(2)]
        boss = office.laptop(tmp_path, "boss", urls[0], Role.SUPERVISOR)
        writers = [
            office.laptop(tmp_path / f"{number}", "anna", urls[number % 2], Role.TECHNICIAN)
            for number in range(WRITERS)
        ]
        request = job()
        writers[0].act(request)

        def write(laptop: Laptop) -> None:
            for number in range(ROUNDS):
                own = job()
                laptop.act(own, *(note(own.record, f"{number}") for _ in range(NOTES)))
                laptop.act(note(request.record, f"{laptop.store.home.folder} {number}"))
                with HttpTransport(urls[number % 2]) as wire:
                    laptop.sync(wire)

        def read(_: int) -> None:
            for number in range(ROUNDS * 2):
                with HttpTransport(urls[number % 2]) as wire:
                    boss.sync(wire)

        with ThreadPoolExecutor(WRITERS + 1) as pool, _watching(office.url):
            reading = pool.submit(read, 0)
            list(pool.map(write, writers))
            reading.result()
        with HttpTransport(urls[0]) as wire:
            boss.sync(wire)
        total = WRITERS * ROUNDS * (NOTES + 2) + 1
        _check_places(office.url, total)
        _check_documents(office.folder)
        assert sum(int(row["events"]) for row in boss.documents().values()) == total
        assert len(boss.documents()) == WRITERS * ROUNDS + 1
    for laptop in (boss, *writers):
        laptop.store.close()


@contextmanager
def _watching(url: str) -> Iterator[None]:
    """Meanwhile, no reader ever sees a place before a lower one."""
    over = Event()

    def watch() -> int:
        engine = create_engine(url, isolation_level="REPEATABLE READ")
        looked = 0
        while not over.wait(0.01):
            with engine.connect() as conn:
                seen = conn.execute(text("SELECT count(*), max(position) FROM events")).one()
                newest = conn.scalar(text("SELECT position FROM office"))
            assert tuple(seen) in ((newest, newest), (0, None))
            looked += 1
        engine.dispose()
        return looked

    with ThreadPoolExecutor(1) as pool:
        watched = pool.submit(watch)
        try:
            yield
        finally:
            over.set()
        assert watched.result() > 0


def _check_documents(folder: Path) -> None:
    """Every document is the fold of its record's events."""
    with open_office(folder, uuid7) as office, office.db.reading() as conn:
        keys = [Key(*row) for row in conn.execute(text("SELECT kind, record FROM documents"))]
        for key, stored in load(conn, keys).items():
            events = counted(conn, key)
            assert stored.document == MACHINES[key.kind].fold(key.record, events)
            assert stored.document.events == len(events)


def _check_places(url: str, total: int) -> None:
    """Positions are 1, 2, 3 ... in the order in which they became visible."""
    engine = create_engine(url)
    with engine.connect() as conn:
        places = conn.scalars(text("SELECT position FROM events ORDER BY entry")).all()
        newest = conn.scalar(text("SELECT position FROM office"))
    engine.dispose()
    assert places == list(range(1, total + 1))
    assert newest == total


def test_the_people_at_the_office_work_by_command(office: Commands, tmp_path: Path) -> None:
    """From the request to the technician's laptop and back, on PostgreSQL."""
    card = ["--set", "name=Test Customer", "--set", "phone=000-0000", "--set", "area=north"]
    buyer = json.loads(office.run("customer", "new", *card, "--json"))["id"]
    bike = [
        "--set",
        "serial=C24-2301-00001",
        "--set",
        "model=QL-C24",
        "--set",
        f"customer={buyer}",
    ]
    office.run("product", "new", *bike)
    form = ["--customer", buyer, "--product", "C24-2301-00001", "--set", "symptom=dead"]
    number = json.loads(office.run("job", "new", *form, "--json"))["number"]
    office.run("technician", "anna", "--area", "north", "--skill", "repair")
    assert "anna  same area  skills repair  0 open jobs" in office.run("dispatch", number)
    assert "anna is sent" in office.run("dispatch", number, "--auto")
    complaint = ["--set", "text=Late.", "--set", f"job={number}", "--set", "cause=other"]
    record = json.loads(office.run("complaint", "new", *complaint, "--json"))["id"]
    assert record in office.run("complaint", "list")
    assert "Next:" in office.run("complaint", "do", record, "judged", "--set", "founded=true")
    with office.serve() as url:
        anna = office.laptop(tmp_path, "anna", url, Role.TECHNICIAN)
        with HttpTransport(url) as wire:
            anna.sync(wire)
        assert {"QL-C24", "Test Customer"} <= set(
            re.findall(r"QL-C24|Test Customer", json.dumps(anna.documents()))
        )
        anna.store.close()
        token = office.run("metrics", "--token").strip()
        with HttpTransport(url) as wire:
            reply = wire(Request("GET", "/metrics", {"Authorization": f"Bearer {token}"}))
        assert b"fieldkit_devices 1" in reply.body
    assert "anna" in office.run("status")
    assert office.run("conflicts") == ""
    assert "0 flagged" in office.run("check")
    office.run("escalations")
    assert "pg_dump" in office.run("backup", str(tmp_path / "x"), code=3)
    assert "New epoch" in office.run("new-epoch")
