"""A fleet of light laptops: days of work made once, given out under other names, and sent.

The days come from the demo's generator, played through the flow into a real store. Each laptop
gets one of them with ids, serial numbers, device and person of its own, chained anew by its
hashes. What it sends goes through the client's own code (`fieldkit.sync`: enrolment, summary,
batches, signatures, packing, receipts, feed); only its outbox is in memory instead of a store.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from fieldkit.domain.core.event import Role, digest
from fieldkit.services.demo.generated_home import fill_home
from fieldkit.services.home.session import init_home, open_session
from fieldkit.store.home.home import Home
from fieldkit.store.records.outbox import Chain
from fieldkit.store.records.receipts import EventReceipt, Pending
from fieldkit.sync.protocol.messages import event_id

JOBS = 12
"""How many jobs each laptop brings home."""
_PERSON = "technician-of-a-template"
_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"


@dataclass(frozen=True)
class Day:
    """The work of one laptop as it was stored: its events in order, and what in them is to be
    renamed."""

    raws: Sequence[str]
    names: re.Pattern[str]
    device: str
    epoch: str

    def of(self, number: int) -> "Outbox":
        """The same day as the laptop of this number would have recorded it."""

        def renamed(found: re.Match[str]) -> str:
            name = found[0]
            if name == _PERSON:
                return f"technician-{number}"
            if re.fullmatch(_UUID, name):
                return f"{name[:24]}{int(name[24:], 16) ^ number * 0x10001:012x}"
            return f"{name}-{number}"

        def named(text: str) -> str:
            return self.names.sub(renamed, text)

        raws: list[bytes] = []
        head = ""
        for raw in self.raws:
            text = re.sub(r'"prev":"[0-9a-f]*"', f'"prev":"{head}"', named(raw), count=1)
            raws.append(text.encode())
            head = digest(raws[-1])
        return Outbox(named(self.device), named(self.epoch), raws)


def make_days(folder: Path, count: int, today: datetime) -> list[Day]:
    """So many different days of work."""
    return [_make_day(folder / str(seed), seed, today) for seed in range(1, count + 1)]


def _make_day(folder: Path, seed: int, today: datetime) -> Day:
    init_home(Home(folder), _PERSON, Role.TECHNICIAN, "en", method="file")
    with open_session(Home(folder), {}, clock=lambda: today) as session:
        fill_home(session, JOBS, seed)
        own = session.store.exchange.device.read()
        events = session.store.exchange.outbox.own(own["epoch"], 0, own["seq"])
        raws = [event.raw.decode() for event in events]
    serials = {
        values["record"] for values in map(json.loads, raws)
        if values["type"].startswith("product.")
    }  # fmt: skip
    names = re.compile("|".join([_UUID, _PERSON, *map(re.escape, sorted(serials))]))
    return Day(raws, names, own["id"], own["epoch"])


class Copies:
    """The part of `Exchange` that an office asks for which was restored; this one never is."""

    def __init__(self, outbox: "Outbox") -> None:
        self._outbox = outbox

    def counted_ids(self) -> list[str]:
        """The ids of events that the office has counted: none before the only sync."""
        return list(self._outbox.positions)

    def set_aside(self) -> list[str]:
        """The ids of what earlier epochs left rejected or held: there are none."""
        return []

    def own(self, ids: Iterable[str]) -> list[str]:
        """Nor has it had earlier epochs."""
        return []

    def requeue(self, lost: Sequence[str]) -> None:
        """Nothing was set aside, so nothing waits again."""
        assert not lost


@dataclass
class Outbox:
    """What a sync asks of a laptop's store, in memory: an `Exchange` and all of its parts."""

    name: str
    epoch: str
    raws: Sequence[bytes]
    positions: dict[str, int | None] = field(default_factory=dict)
    received: int = 0
    _identity: dict[str, Any] = field(default_factory=dict)
    _cursor: str = ""

    @contextmanager
    def sending(self) -> Iterator[bool]:
        """Nobody else sends."""
        yield True

    @property
    def device(self) -> "Outbox":
        """The part of `Exchange`, as are those below."""
        return self

    outbox = receipts = feed = lists = phone_codes = device

    @property
    def copies(self) -> "Copies":
        """What it holds for an office that was restored."""
        return Copies(self)

    def read(self) -> dict[str, Any]:
        """Who this laptop is, and how far its chain goes."""
        head = digest(self.raws[-1]) if self.raws else ""
        return {"id": self.name, "epoch": self.epoch, "seq": len(self.raws), "head": head}

    def identity(self) -> dict[str, Any]:
        """What enrolment gave."""
        return self._identity

    def save_identity(self, values: dict[str, Any]) -> None:
        """Keep what enrolment gave."""
        self._identity = values

    def drop(self) -> None:
        """It never had telephone codes."""

    def note_people(self, people: list[str]) -> None:
        """One person works on it."""

    def note_set_aside(self, elsewhere: int) -> None:
        """It loses nothing."""

    def lacking(self, ids: Iterable[str]) -> list[str]:
        """Nor has the office anything that it lacks."""
        return []

    def chains(self) -> list[Chain]:
        """The one chain."""
        own, waiting = self.read(), len(self.positions) + 1 if self.unsent() else 0
        return [Chain(self.epoch, own["seq"], own["head"], waiting)]

    def own(self, epoch: str, after: int, limit: int) -> list[Pending]:
        """Events of the chain from `after` + 1 on."""
        found = self.raws[after : after + limit]
        return [
            Pending(event_id(raw), epoch, after + at, raw, "", "job", "applied", None)
            for at, raw in enumerate(found, start=1)
        ]

    def record_sent(self, sent: Sequence[Pending], receipts: Iterable[EventReceipt]) -> None:
        """Note what the office said."""
        self.positions |= {receipt.event: receipt.position for receipt in receipts}

    def unsent(self) -> int:
        """How many events have no receipt."""
        return len(self.raws) - len(self.positions)

    def set_aside(self, limit: int) -> list[str]:
        """The office refuses and holds nothing."""
        return []

    def record(self, receipts: Sequence[EventReceipt]) -> None:
        """Nothing is told anew of what it sent before."""
        assert not receipts

    def rejected(self) -> list[str]:
        """The office refuses nothing."""
        return []

    def held(self) -> set[str]:
        """Nor does it hold anything."""
        return set()

    def cursor(self) -> str:
        """How far the feed was read."""
        return self._cursor

    def apply(
        self, entries: Iterable[tuple[int, bytes]], cursor: str, seals: Sequence[str] = ()
    ) -> list[str]:
        """Count what came."""
        self.received += sum(1 for _ in entries)
        self._cursor = cursor
        return []
