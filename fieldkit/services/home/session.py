"""A session: one person working on one home folder, with its catalogue, rules and clock."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from fieldkit.domain.core.errors import Fault
from fieldkit.domain.core.kinds import Role
from fieldkit.i18n import Lang, default_lang
from fieldkit.services.home.config import Config, read_config
from fieldkit.services.home.ids import uuid7
from fieldkit.services.home.logfile import LogFile, keep_log
from fieldkit.shipped import shipped
from fieldkit.store.home.home import Home
from fieldkit.store.store import ProtectBy, Store, create_store, open_store

if TYPE_CHECKING:
    from fieldkit.domain.core.catalogue import Catalogue
    from fieldkit.domain.core.event import Author
    from fieldkit.rules.deciding.pack_by_day import DatedDecider
    from fieldkit.services.home.installed_catalogue import InstalledCatalogue
    from fieldkit.services.home.installed_packs import InstalledPacks

Clock = Callable[[], datetime]

PEOPLE = "people"
"""The setting that says who shares this home and who has a PIN; empty where nobody signs in."""


def local_now() -> datetime:
    """Now, with the local offset."""
    return datetime.now().astimezone()


@dataclass
class Trade:
    """What the trade brings: the catalogue and the rules. Loaded when first needed.

    `cache` is where the catalogue's quick form is kept; None: nowhere. `store` knows the rule
    packs and the catalogue that the office published; with `folder_decides` the pack of
    `pack_folder` stands in for all of them, with `own_data` the catalogue of `data_folder`.
    """

    pack_folder: Path = field(default_factory=lambda: shipped("rules"))
    data_folder: Path = field(default_factory=lambda: shipped("data"))
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
        for name in ("catalogue", "part_skus", "decider"):
            self.__dict__.pop(name, None)

    @cached_property
    def part_skus(self) -> frozenset[str]:
        """The SKUs of the catalogue."""
        return frozenset(part.sku for part in self.catalogue.parts)

    @cached_property
    def decider(self) -> "DatedDecider":
        """The rules of each day, with the catalogue's prices. Raises `Fault` (`catalogue.*`)."""
        from fieldkit.services.deciding.decide import load_decider

        return load_decider(self)


@dataclass
class Session:
    """What every service function works with. `clock` answers an aware local time."""

    store: Store
    clock: Clock = local_now
    new_id: Callable[[], str] = uuid7
    trade: Trade = field(default_factory=Trade)
    config: Config = field(default_factory=Config)
    signed_in: str = ""
    """Who has signed in to this session."""
    log: LogFile | None = None
    """What the program logs while the session is open."""

    def __post_init__(self) -> None:
        if self.trade.cache is None:
            self.trade.cache = self.store.home.catalogue_cache
        if self.trade.store is None:
            self.trade.store = self.store

    @cached_property
    def packs(self) -> "InstalledPacks":
        """The rule packs that the office published and this home has."""
        from fieldkit.services.home.installed_packs import InstalledPacks

        return InstalledPacks(self.store)

    @cached_property
    def published_catalogue(self) -> "InstalledCatalogue":
        """The catalogue that the office published and this home has."""
        from fieldkit.services.home.installed_catalogue import InstalledCatalogue

        return InstalledCatalogue(self.store)

    def close(self) -> None:
        """Close the store and free the rule engines."""
        if "decider" in self.trade.__dict__:
            self.trade.decider.close()
        self.store.close()
        if self.log is not None:
            self.log.close()

    def __enter__(self) -> "Session":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def owner(self) -> str:
        """Whose home this is: the person by whom the office knows the laptop."""
        return str(self.store.setting("person", ""))

    @property
    def person(self) -> str:
        """Who works now; "" until somebody has signed in, where people do."""
        return self.signed_in or ("" if self.store.setting(PEOPLE) else self.owner)

    @property
    def role(self) -> Role:
        """In which role everybody works here."""
        return Role(self.store.setting("role", Role.TECHNICIAN.value))

    @property
    def lang(self) -> Lang:
        """The language of the interface."""
        return "zh" if self.store.setting("lang", "en") == "zh" else "en"

    @property
    def today(self) -> date:
        """The local day."""
        return self.clock().date()

    def author(self) -> "Author":
        """Who acts now. Raises `Fault` when nobody is signed in."""
        from fieldkit.domain.core.event import Author

        if not self.person:
            raise Fault("nobody_signed_in")
        return Author(by=self.person, role=self.role, at=self.clock())

    @property
    def catalogue(self) -> "Catalogue":
        """The catalogue of the trade."""
        return self.trade.catalogue

    @property
    def decider(self) -> "DatedDecider":
        """The rules of each day."""
        return self.trade.decider


def init_home(
    home: Home,
    person: str,
    role: Role,
    lang: Lang,
    passphrase: str | None = None,
    method: ProtectBy = "auto",
) -> None:
    """Make a home folder for a person. Raises `Fault` if it has a store already."""
    with create_store(home, uuid7, passphrase, method) as store:
        store.set("person", person)
        store.set("role", role.value)
        store.set("lang", lang)


def open_session(
    home: Home, environ: Mapping[str, str], passphrase: str | None = None, clock: Clock = local_now
) -> Session:
    """Open a home folder with its configuration.

    The language is that of `config.yaml`, else what was chosen last, else the environment's.
    Raises `FieldkitError` for a broken configuration and whatever opening the store raises.
    """
    config = read_config(home.config)
    trade = Trade(
        config.rules or shipped("rules"),
        config.data or shipped("data"),
        folder_decides=config.rules is not None,
        own_data=config.data is not None,
    )
    store = open_store(home, uuid7, passphrase)
    session = Session(store, clock, trade=trade, config=config, log=keep_log(home.logs))
    lang = config.lang or session.store.setting("lang") or default_lang(environ)
    if session.store.setting("lang") != lang:
        session.store.set("lang", lang)
    return session
