"""A session: one person working on one home folder, with its catalogue, rules and clock."""

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from fieldkit.clock import Clock, local_now
from fieldkit.domain.core.errors import Fault, FieldkitError
from fieldkit.domain.core.kinds import Role
from fieldkit.domain.core.person_name import is_name
from fieldkit.i18n import Lang, default_lang
from fieldkit.services.home.company_zone import company_clock
from fieldkit.services.home.config import Config, read_config
from fieldkit.services.home.ids import uuid7
from fieldkit.services.home.logfile import LogFile, keep_log
from fieldkit.services.home.trade import Trade
from fieldkit.shipped import shipped_data, shipped_rules
from fieldkit.store.home.home import Home
from fieldkit.store.home.papers import clear_papers
from fieldkit.store.store import ProtectBy, Store, create_store, open_store

if TYPE_CHECKING:
    from fieldkit.domain.core.catalogue import Catalogue
    from fieldkit.domain.core.event import Author
    from fieldkit.rules.deciding.pack_by_day import DatedDecider
    from fieldkit.services.home.installed_catalogue import InstalledCatalogue
    from fieldkit.services.home.installed_packs import InstalledPacks

PEOPLE = "people"
"""The setting that says who shares this home and who has a PIN; empty where nobody signs in."""


@dataclass
class Session:
    """What every service function works with.

    `clock` is given as any clock; what it answers is in the company's time zone.
    """

    store: Store
    clock: Clock = local_now
    new_id: Callable[[], str] = uuid7
    trade: Trade = field(default_factory=Trade)
    config: Config = field(default_factory=Config)
    uptime: Callable[[], float] = time.monotonic
    """Seconds since the computer was started: nobody sets them, all processes see the same."""
    signed_in: str = ""
    """Who has signed in to this session."""
    asked_lang: Lang | None = None
    """The language that this process was asked for, whatever the home is set to."""
    log: LogFile | None = None
    """What the program logs while the session is open."""

    def __post_init__(self) -> None:
        if self.trade.cache is None:
            self.trade.cache = self.store.home.catalogue_cache
        if self.trade.store is None:
            self.trade.store = self.store
        self.clock = company_clock(self.trade, self.clock)

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
        if self.asked_lang:
            return self.asked_lang
        return "zh" if self.store.setting("lang", "en") == "zh" else "en"

    def set_lang(self, lang: Lang) -> None:
        """Choose the language of this home, from now on."""
        self.asked_lang = None
        self.store.set("lang", lang)

    @property
    def today(self) -> date:
        """The company's day."""
        return self.clock().date()

    def author(self) -> "Author":
        """Who acts now. Raises `Fault` when nobody is signed in, and when `init` was broken off."""
        from fieldkit.domain.core.event import Author

        if not self.owner:
            raise Fault("store.unfinished", home=str(self.store.home.folder))
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
    """Make a home folder for a person, or finish one whose making was broken off. Raises `Fault`
    if it has a store already, `FieldkitError` (`office_person.bad_name`)."""
    if not is_name(person):
        raise FieldkitError("office_person.bad_name")
    settings = {"person": person, "role": role.value, "lang": lang}
    create_store(home, uuid7, passphrase, method, settings).close()


def open_session(
    home: Home, environ: Mapping[str, str], passphrase: str | None = None, clock: Clock = local_now
) -> Session:
    """Open a home folder with its configuration.

    The language is that of `config.yaml`, else what was chosen last, else the environment's.
    Raises `FieldkitError` for a broken configuration and whatever opening the store raises.
    """
    clear_papers(home)
    config = read_config(home.config)
    trade = Trade(
        config.rules or shipped_rules(),
        config.data or shipped_data(),
        folder_decides=config.rules is not None,
        own_data=config.data is not None,
    )
    store = open_store(home, uuid7, passphrase)
    session = Session(store, clock, trade=trade, config=config, log=keep_log(home.logs))
    try:
        lang = config.lang or store.setting("lang") or default_lang(environ)
        if store.only_read is None and store.setting("lang") != lang:
            with suppress(Fault):  # a full disk is no reason not to open
                store.set("lang", lang)
    except BaseException:
        session.close()
        raise
    return session
