"""The van: what a technician carries.

No counter is kept that could differ from what was recorded: what is on board is what was loaded
and counted, less what her repairs took from it since. So it is right after an undo, a merge and
a restart, and a repair that comes late is simply counted then.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import AwareDatetime, Field

from fieldkit.domain.core.base_model import Model
from fieldkit.domain.core.catalogue import Catalogue
from fieldkit.domain.core.event import Event, stable_id
from fieldkit.domain.core.evolve import Document, Machine
from fieldkit.domain.core.form import Code, Count, Data, FormRow, Hidden, Text, Ui


class LoadedPart(FormRow):
    """A part that came on board, and how many."""

    part: Annotated[Code, Field(min_length=1), Ui("choice", "part")]
    quantity: Count = 1


class VanLoaded(Data):
    """Parts received into the van of `person`."""

    person: Hidden = ""
    parts: Annotated[tuple[LoadedPart, ...], Field(min_length=1, max_length=200), Ui("rows")]
    note: Text = ""


class VanCounted(Data):
    """How many of a part were found when somebody looked: from here on it counts from this."""

    person: Hidden = ""
    part: Annotated[Code, Field(min_length=1), Ui("choice", "part")]
    quantity: Annotated[int, Field(ge=0, le=999), Ui("int")]
    note: Text = ""


class Shelf(Model):
    """One part: how many came on board, of which later repairs are taken. `since` is the first
    loading, or the last count: what was used before has nothing to do with it."""

    quantity: int = 0
    since: AwareDatetime


class Van(Document):
    """The van of one person: its shelves by SKU."""

    person: str = ""
    shelves: dict[str, Shelf] = Field(default_factory=dict)


def van_id(person: str) -> str:
    """The record of a person's van: the same on every laptop and at the office."""
    return stable_id(person, "van")


def _loaded(van: Van, data: VanLoaded, event: Event) -> Van:
    shelves = dict(van.shelves)
    for row in data.parts:
        known = shelves.get(row.part) or Shelf(since=event.local_at)
        quantity = known.quantity + row.quantity
        shelves[row.part] = known.model_copy(update={"quantity": quantity})
    return van.model_copy(update={"person": data.person or van.person, "shelves": shelves})


def _counted(van: Van, data: VanCounted, event: Event) -> Van:
    shelf = Shelf(quantity=data.quantity, since=event.local_at)
    shelves = {**van.shelves, data.part: shelf}
    return van.model_copy(update={"person": data.person or van.person, "shelves": shelves})


VAN: Machine[Van] = Machine(
    document=Van,
    events={"van.loaded": VanLoaded, "van.counted": VanCounted},
    special={"van.loaded": _loaded, "van.counted": _counted},
)
"""How the events of a van change it."""


# -- what is on board ----------------------------------------------------------------------


@dataclass(frozen=True)
class Taking:
    """What one job took from the van: `used` at a moment by a repair, or set aside for it.

    `put_back` is when a repair was taken back, and its parts came on board again.
    """

    part: str
    quantity: int
    used: AwareDatetime | None = None
    put_back: AwareDatetime | None = None


@dataclass(frozen=True)
class Stock:
    """How many of a part the van holds. `set_aside` of them were fetched for open jobs.

    `on_board` is negative where more was used than ever came in: somebody must count.
    """

    part: str
    on_board: int = 0
    set_aside: int = 0

    @property
    def free(self) -> int:
        """What another job can have."""
        return max(self.on_board - self.set_aside, 0)


def stock_of(van: Van, takings: Iterable[Taking]) -> dict[str, Stock]:
    """What the van holds, by SKU: every part that was ever loaded or counted."""
    on_board = {part: shelf.quantity for part, shelf in van.shelves.items()}
    aside = dict.fromkeys(on_board, 0)
    for taking in takings:
        shelf = van.shelves.get(taking.part)
        if shelf is None:
            continue
        if taking.used is None:
            aside[taking.part] += taking.quantity
        elif taking.put_back is not None:
            if taking.used <= shelf.since < taking.put_back:  # it was not there to be counted
                on_board[taking.part] += taking.quantity
        elif taking.used > shelf.since:
            on_board[taking.part] -= taking.quantity
    return {part: Stock(part, count, aside[part]) for part, count in on_board.items()}


@dataclass(frozen=True)
class Shortage:
    """A part of which a job needs more than the van holds; `substitutes` are on board, those
    that the catalogue names first standing first."""

    part: str
    needed: int
    there: int
    substitutes: tuple[str, ...] = ()

    @property
    def lacking(self) -> int:
        """How many are missing."""
        return self.needed - self.there


def shortages(
    needed: Iterable[tuple[str, int]],
    stock: Mapping[str, Stock],
    own: Mapping[str, int],
    catalogue: Catalogue,
) -> list[Shortage]:
    """The parts that are short, in the order asked for. `own` is what is set aside for the job
    itself. Work that is sold like a part is never short."""
    wanted: dict[str, int] = {}
    for sku, quantity in needed:
        wanted[sku] = wanted.get(sku, 0) + quantity
    found = []
    for sku, quantity in wanted.items():
        part = catalogue.part(sku)
        if part is None or not part.stocked:
            continue
        there = stock.get(sku, Stock(sku)).free + own.get(sku, 0)
        if there < quantity:
            others = (other for other in part.substitutes if stock.get(other, Stock(other)).free)
            found.append(Shortage(sku, quantity, there, tuple(others)))
    return found
