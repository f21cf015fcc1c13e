"""The trade of a home: its catalogue and its rules, loaded when they are first needed."""

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from fieldkit.shipped import shipped_data, shipped_rules
from fieldkit.store.store import Store

if TYPE_CHECKING:
    from fieldkit.domain.core.catalogue import Catalogue, Part
    from fieldkit.domain.core.money import PartPrice
    from fieldkit.domain.core.work_calendar import WorkCalendar
    from fieldkit.rules.deciding.pack_by_day import DatedDecider, PackShelf
    from fieldkit.services.home.installed_catalogue import InstalledCatalogue


@dataclass
class Trade:
    """What the trade brings: the catalogue and the rules. Loaded when first needed.

    `cache` is where the catalogue's quick form is kept; None: nowhere. `store` knows the rule
    packs and the catalogue that the office published; with `folder_decides` the pack of
    `pack_folder` stands in for all of them, with `own_data` the catalogue of `data_folder`.
    """

    pack_folder: Path = field(default_factory=shipped_rules)
    data_folder: Path = field(default_factory=shipped_data)
    cache: Path | None = None
    store: Store | None = None
    folder_decides: bool = False
    own_data: bool = False
    _of: str | None = None
    """The tag of the published catalogue from which the present one was made, "" for none."""

    @cached_property
    def catalogue(self) -> "Catalogue":
        """Models, parts, faults, lists: the office's, else those that came with the program.

        Raises `Fault` (`catalogue.*`).
        """
        self._of = self._published.held if self._published else ""
        found = self._published.load() if self._published else None
        return found or self._shipped()

    @cached_property
    def _published(self) -> "InstalledCatalogue | None":
        if self.store is None or self.own_data:
            return None
        from fieldkit.services.home.installed_catalogue import InstalledCatalogue

        return InstalledCatalogue(self.store)

    def _shipped(self) -> "Catalogue":
        from fieldkit.store.files.catalogue import cached_catalogue, load_catalogue

        folder = self.data_folder / "catalogue"
        return cached_catalogue(folder, self.cache) if self.cache else load_catalogue(folder)

    def renew(self) -> None:
        """Let go of what was made from a catalogue that another one has replaced since."""
        if self._of is None or self._published is None or self._of == self._published.held:
            return
        if "decider" in self.__dict__:
            self.decider.close()
        for name in ("catalogue", "parts", "decider"):
            self.__dict__.pop(name, None)

    @cached_property
    def parts(self) -> "dict[str, Part]":
        """The parts of the catalogue, by SKU."""
        return self.catalogue.parts_by_sku

    @cached_property
    def calendar(self) -> "WorkCalendar":
        """The days on which the company works. Raises `PackError`."""
        from fieldkit.rules.loading.holidays import HOLIDAYS_FILE, load_calendar

        return load_calendar(self.data_folder / HOLIDAYS_FILE)

    @cached_property
    def decider(self) -> "DatedDecider":
        """The rules of each day, with the catalogue's prices. Raises `Fault` (`catalogue.*`)."""
        return load_decider(self)


def load_decider(trade: Trade, packs: "PackShelf | None" = None) -> "DatedDecider":
    """The rules of each day, with the catalogue's prices; `packs` stand in for the trade's own.

    Raises `Fault` (`catalogue.*`).
    """
    from fieldkit.rules.deciding.pack_by_day import DatedDecider
    from fieldkit.services.home.installed_packs import InstalledPacks, shelf

    if packs is None:
        installed = InstalledPacks(trade.store) if trade.store else None
        packs = shelf(trade.pack_folder, installed, trade.folder_decides)
    return DatedDecider(packs, price_list(trade.catalogue), trade.calendar.holidays)


def price_list(catalogue: "Catalogue") -> "dict[str, PartPrice]":
    """What the rules count with, by SKU."""
    from fieldkit.domain.core.money import PartPrice

    return {
        part.sku: PartPrice(part.sku, part.price_fen, part.labour_minutes)
        for part in catalogue.parts
    }
