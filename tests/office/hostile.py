"""A laptop that speaks the protocol by hand: its chain is sound, and what it says is not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from fieldkit.domain.core.event import Act, Event, Role, digest
from fieldkit.services.home.ids import uuid7
from fieldkit.sync.protocol.messages import Batch, Receipt, Result, to_wire
from tests.sync.client.test_repeats import channel
from tests.sync.exchange import Laptop, World


@dataclass
class HostileLaptop:
    """An enrolled laptop whose holder writes each event as she likes."""

    here: World
    laptop: Laptop
    epoch: str = "evil"
    count: int = 0
    head: str = ""

    @property
    def device(self) -> str:
        return str(self.laptop.store.exchange.device.read()["id"])

    def event(
        self,
        act: Act,
        by: str = "",
        role: Role | None = None,
        at: datetime | None = None,
        base: int = 10**6,
    ) -> Event:
        """The next event of the chain; `base` claims to have seen everything."""
        self.count += 1
        made = Event(
            id=uuid7(), record=act.record, type=act.type, data=act.data, replaces=act.replaces,
            at=at or self.here.clock() + timedelta(milliseconds=self.count),
            by=by or self.laptop.person, role=role or self.laptop.role, device=self.device,
            epoch=self.epoch, seq=self.count, prev=self.head, base=base,
        )  # fmt: skip
        self.head = digest(made.to_bytes())
        return made

    def send(self, *made: Event) -> Sequence[Result]:
        """What the office says of each event."""
        batch = Batch(
            device=self.device, epoch=self.epoch, first=made[0].seq, nonce=uuid7(),
            events=[to_wire(event.to_bytes()) for event in made],
        )  # fmt: skip
        return channel(self.here, self.laptop).post("/v1/events", batch, Receipt).results

    def says(self, *acts: Act, **signed: Any) -> list[str]:
        """Send acts at once; what became of each: `applied`, or the reason of its refusal."""
        results = self.send(*(self.event(act, **signed) for act in acts))
        return [one.reason or one.status.value for one in results]

    def reads(self) -> dict[str, dict[str, Any]]:
        """Everything that the laptop has after an honest sync, by record."""
        self.laptop.sync(self.here.wire)
        return self.laptop.documents()


def hostile(here: World, person: str = "eve", role: Role = Role.TECHNICIAN) -> HostileLaptop:
    """A laptop that was enrolled as every other one."""
    return HostileLaptop(here, here.laptop(person, role))
