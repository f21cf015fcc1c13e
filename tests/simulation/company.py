"""The whole company of one seed: who is there, what befalls them, and the calm afterwards."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count

from sqlalchemy import select

from fieldkit.domain.core.event import Role
from fieldkit.office.tables import events
from fieldkit.services.exchange.sync_now import enrol_device, start_new_epoch
from fieldkit.sync.client.progress import SyncReport
from fieldkit.sync.errors import OfficeRefused, Retryable
from tests.simulation.laptop import Cancelled, Laptop
from tests.simulation.network import Network
from tests.simulation.office import Office
from tests.simulation.people import DESK, TECHNICIANS, correct, office_works, someone_works
from tests.simulation.template import morning
from tests.simulation.world import Killed, World

ROUNDS = 12
"""After so many rounds of syncs in calm weather everything must be quiet."""
_SAID_EACH_TIME = ("clock", "set_aside", "set_aside_elsewhere")
"""Problems that stay until somebody does something about them."""
DISASTERS = ("clock", "clone", "salvage", "laptop backup", "office clock", "office backup")
_DAYS = ((), DISASTERS, ("clock", "clone"), ("office backup",))
"""A day may see no disaster, all kinds of them, or one kind again and again."""


@dataclass
class Company:
    """An office, a network, and laptops by name. `owed`: events that were acknowledged to a
    person, less those that a disaster has destroyed everywhere."""

    world: World
    office: Office
    network: Network
    laptops: dict[str, Laptop] = field(default_factory=dict)
    owed: set[str] = field(default_factory=set)

    # -- the bad day -------------------------------------------------------------------------

    def storm(self, steps: int) -> None:
        """Work, syncs and accidents, in any order."""
        random = self.world.random
        self.network.bad = random.choice([0.0, 0.2, 0.4, 0.6])
        self.network.meanwhile = self._meanwhile
        disasters = random.choice(_DAYS)
        for _ in range(steps):
            self.world.wait(random.choice([1, 60, 3600]))
            laptop = random.choice(list(self.laptops.values()))
            what = random.random()
            if what < 0.45:
                self._work(laptop)
            elif what < 0.75:
                self._sync_badly(laptop)
            elif what < 0.83:
                self._office_works()
            else:
                self._disaster(laptop, disasters)
        self.network.bad = 0.0
        self.network.meanwhile = lambda: None

    def _meanwhile(self) -> None:
        """While a request is on its way, somebody else does something."""
        if self.world.chance(0.1):
            self._office_works()

    def _office_works(self) -> None:
        if not self.network.down:
            office_works(self.world, self.office)

    def close_office(self) -> None:
        """The office is stopped in the middle of everything."""
        self.network.down = True
        self.office.stop()

    def open_office(self) -> None:
        """It is started again."""
        self.office.start()
        self.network.down = False

    def _work(self, laptop: Laptop) -> None:
        with self.mortal(laptop):
            someone_works(self.world, laptop)

    def _sync_badly(self, laptop: Laptop) -> None:
        self.world.tell(f"{laptop.name}: sync")
        cancel = self.world.random.randint(1, 4) if self.world.chance(0.1) else 0
        try:
            with self.mortal(laptop):
                self._take_care(laptop, laptop.sync(self.network, cancel))
        except (Retryable, Cancelled) as end:
            self.world.tell(f"sync ended: {type(end).__name__}")
        except OfficeRefused as refusal:
            self._refused(laptop, refusal)

    @contextmanager
    def mortal(self, laptop: Laptop) -> Iterator[None]:
        """Perhaps the laptop is killed at a commit in here; then it is started again."""
        if self.world.chance(0.15):
            when = "after" if self.world.chance(0.5) else "before"
            laptop.die_at(self.world.random.randint(1, 4), after=when == "after")
            try:
                yield
            except Killed:
                self.world.tell(f"laptop killed {when} a commit", counted=True)
                laptop.rise()
            finally:
                laptop.survive()
        else:
            yield

    def _take_care(self, laptop: Laptop, report: SyncReport) -> None:
        """What a person does after reading the report."""
        if any(problem.key == "forked" for problem in report.problems):
            self.world.tell(f"{laptop.name}: new epoch")
            start_new_epoch(laptop.session)

    def _refused(self, laptop: Laptop, refusal: OfficeRefused) -> None:
        """A token may be lost with the last days of the office or of a laptop, or be taken over by
        a clone: then the laptop is enrolled again."""
        self.world.tell(f"{laptop.name}: {refusal.reason}")
        cloned = len(self.laptops) > len((*TECHNICIANS, DESK))
        lost = self.office.restored or laptop.restored or cloned
        if refusal.reason != "unauthorised" or not lost:
            raise refusal
        self.world.counts["enrolled again"] += 1
        person = laptop.session.person
        role = Role.DESK if person == DESK else Role.TECHNICIAN
        bad, self.network.bad = self.network.bad, 0.0
        code = self.office.code(person, role)
        enrol_device(laptop.session, "http://office.test", code, self.network)
        self.network.bad = bad

    # -- disasters ---------------------------------------------------------------------------

    def _disaster(self, laptop: Laptop, disasters: Sequence[str]) -> None:
        possible = [name for name in disasters if not (self.network.down and "office" in name)]
        if not possible:
            return
        what = self.world.random.choice(possible)
        if what == "laptop backup" and laptop.has_backup:
            what = "laptop restored"
        if what == "office backup" and self.office.has_backup and self.world.chance(0.7):
            what = "office restored"
        self.world.tell(what, counted=True)
        getattr(self, "_" + what.replace(" ", "_"))(laptop)

    def _jump(self) -> timedelta:
        return self.world.random.choice(
            [timedelta(days=365), timedelta(days=-365), timedelta(hours=-1), timedelta()]
        )

    def _clock(self, laptop: Laptop) -> None:
        laptop.skew = self._jump()

    def _office_clock(self, _: Laptop) -> None:
        self.office.skew = self._jump()

    def _clone(self, laptop: Laptop) -> None:
        if len(self.laptops) < 4:
            copy = laptop.clone(f"{laptop.name}{len(self.laptops)}")
            self.laptops[copy.name] = copy

    def _salvage(self, laptop: Laptop) -> None:
        laptop.salvage()

    def _laptop_backup(self, laptop: Laptop) -> None:
        laptop.back_up()

    def _laptop_restored(self, laptop: Laptop) -> None:
        with self._destructive():
            laptop.restore()

    def _office_backup(self, _: Laptop) -> None:
        self.office.back_up()

    def _office_restored(self, _: Laptop) -> None:
        with self._destructive():
            self.office.restore()

    @contextmanager
    def _destructive(self) -> Iterator[None]:
        """What exists nowhere after a disaster is lost by the disaster, and owed no more."""
        self.collect()
        yield
        alive = self.ids_at_office().union(*(each.event_ids() for each in self.laptops.values()))
        self.world.tell(f"{len(self.owed - alive)} events destroyed")
        self.owed &= alive

    def collect(self) -> None:
        """Add to what is owed."""
        for laptop in self.laptops.values():
            self.owed |= laptop.acknowledged
            laptop.acknowledged.clear()

    def ids_at_office(self) -> set[str]:
        """The ids of all events that the office has, whatever it thinks of them."""
        with self.office.office.db.reading() as conn:
            return set(conn.scalars(select(events.c.id)))

    # -- the calm ----------------------------------------------------------------------------

    def calm(self) -> None:
        """A good network: sync until nobody has anything left to say."""
        self.collect()
        quiet = 0
        for turn in count():
            laptop = list(self.laptops.values())[turn % len(self.laptops)]
            late = len(self.network.late)
            self.network.deliver_late(0.5)
            if len(self.network.late) < late:
                quiet = 0
            quiet = quiet + 1 if self._sync_well(laptop) else 0
            if quiet >= len(self.laptops) and not self.network.late:
                return
            assert turn < ROUNDS * len(self.laptops), "the sides never come to rest"

    def _sync_well(self, laptop: Laptop) -> bool:
        """Whether there was nothing to exchange and nothing to be told."""
        self.world.tell(f"{laptop.name}: sync in calm")
        try:
            report = laptop.sync(self.network)
        except OfficeRefused as refusal:
            self._refused(laptop, refusal)
            return False
        self._take_care(laptop, report)
        told = [problem for problem in report.problems if problem.key not in _SAID_EACH_TIME]
        return not (report.sent or report.received or report.attachments or report.unsent or told)

    def correct(self) -> None:
        """Everybody corrects what the office has refused, until nothing is left to correct."""
        for _ in range(3):
            if not sum([correct(laptop) for laptop in self.laptops.values()]):
                return
            self.calm()

    def stop(self) -> None:
        """The end."""
        for laptop in self.laptops.values():
            laptop.stop()
        self.office.stop()


@contextmanager
def company(world: World, server: str = "") -> Iterator[Company]:
    """The company in its morning, copied into the world's folder."""
    template = morning(server)
    with template.office(world) as office:
        made = Company(world, office, Network(world, office))
        try:
            for name in (*TECHNICIANS, DESK):
                folder = template.copy(name, world.folder)
                made.laptops[name] = Laptop(world, name, folder, template.trade)
            yield made
        finally:
            made.stop()
