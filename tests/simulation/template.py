"""A company on an ordinary morning, made once and copied for every seed."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from shutil import copytree

from fieldkit.domain.core.event import Role
from fieldkit.office.desk import desk
from fieldkit.office.office import init_office
from fieldkit.services.exchange.sync_now import enrol_device
from fieldkit.services.home.trade import Trade
from fieldkit.services.jobs import job_commands, records
from fieldkit.store.home.home import Home
from fieldkit.store.store import create_store
from tests.simulation.laptop import Laptop
from tests.simulation.network import Network
from tests.simulation.office import Office, one_thread
from tests.simulation.people import DESK, SERIALS, TECHNICIANS
from tests.simulation.postgres import (
    PostgresOffice,
    address,
    copy_database,
    drop_databases,
    new_database,
)
from tests.simulation.world import World

_MEMORY = Path("/dev/shm")
_MORNING = "morning"


def new_folder() -> tempfile.TemporaryDirectory[str]:
    """A folder for files that nobody keeps: in memory, where there is such a place."""
    place = _MEMORY if _MEMORY.is_dir() else None
    return tempfile.TemporaryDirectory(prefix="fieldkit-sim-", dir=place)


@dataclass(frozen=True)
class Template:
    """The folder of an office and of its laptops, and the trade that all of them know."""

    folder: tempfile.TemporaryDirectory[str]
    trade: Trade
    server: str

    def copy(self, name: str, to: Path) -> Path:
        """A copy of a folder of the company, as it was that morning."""
        return Path(copytree(Path(self.folder.name) / name, to / f"{name}.0"))

    @contextmanager
    def office(self, world: World) -> Iterator[Office]:
        """The office as it was that morning, in the world's folder."""
        home = self.copy("office", world.folder)
        if not self.server:
            yield Office(world, home)
            return
        name = f"seed_{world.seed}"
        url = copy_database(self.server, _MORNING, name)
        settings = home / "office.json"
        settings.write_text(settings.read_text().replace(address(self.server, _MORNING), url))
        yield PostgresOffice(world, home, self.server, name)
        drop_databases(self.server, name)


@cache
def morning(server: str = "") -> Template:
    """The office, enrolled laptops of everybody, two jobs for the first technician.

    `server` is the address of a PostgreSQL server for the office; without one it has SQLite.
    """
    folder = new_folder()
    world = World(0, Path(folder.name))
    trade = Trade(folder_decides=True, own_data=True)
    init_office(world.folder / "office", new_database(server, _MORNING) if server else "")
    with one_thread():
        office = Office(world, world.folder / "office")
        network = Network(world, office)
        for person in (*TECHNICIANS, DESK):
            _enrol(world, network, person, trade)
        for job in desk.list_jobs(office.office):
            desk.dispatch(office.office, job.id, TECHNICIANS[0])
        first = Laptop(world, TECHNICIANS[0], world.folder / TECHNICIANS[0], trade)
        first.sync(network)
        first.stop()
        office.stop()
    return Template(folder, trade, server)


def _enrol(world: World, network: Network, person: str, trade: Trade) -> None:
    home = world.folder / person
    create_store(Home(home), world.ids(lambda: world.now), method="file").close()
    laptop = Laptop(world, person, home, trade)
    role = Role.DESK if person == DESK else Role.TECHNICIAN
    enrol_device(laptop.session, "http://office.test", network.office.code(person, role), network)
    laptop.store.set("lang", "en")
    if person == DESK:
        card = {"name": "Test Customer", "phone": "000 0000", "area": "north"}
        customer = records.register_customer(laptop.session, card)
        for serial in SERIALS:
            bike = {"serial": serial, "model": "QL-C24", "customer": customer.id}
            records.register_product(laptop.session, bike | {"serial_confirmed": True})
            job_commands.register_job(laptop.session, {"symptom": "dead"}, customer.id, serial)
    laptop.sync(network)
    laptop.stop()
