"""`doctor`: whether this copy of fieldkit can work, and what protects its data."""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from fieldkit.clock import local_now
from fieldkit.domain.core.errors import FieldkitError
from fieldkit.domain.core.work_calendar import WorkCalendar
from fieldkit.rules.deciding.pack_by_day import PackShelf
from fieldkit.rules.deciding.second_engine import engine_fault
from fieldkit.rules.loading.trade_values import unlike_values
from fieldkit.services.home.company_zone import company_clock
from fieldkit.services.home.config import Config, read_config
from fieldkit.services.home.ids import uuid7
from fieldkit.services.home.trade import Trade, load_decider
from fieldkit.services.home.upkeep import last_check, salvages_to_tell
from fieldkit.shipped import shipped_data, shipped_rules
from fieldkit.store.home import keys
from fieldkit.store.home.home import Home
from fieldkit.store.store import open_store
from fieldkit.systems import others_may_read

_OVERDUE = timedelta(days=2)
"""After the last good check of the store: then a day was left out."""

Level = Literal["ok", "warning", "bad"]


@dataclass(frozen=True)
class HealthCheck:
    """One thing that was looked at: `doctor.<key>` names the sentence."""

    level: Level
    key: str
    params: dict[str, object] = field(default_factory=dict)


def examine(home: Home, passphrase: str | None) -> list[HealthCheck]:
    """Look at the Python, the engine, the rules, the catalogue and the store."""
    version = ".".join(str(part) for part in sys.version_info[:3])
    checks = [HealthCheck("ok", "python", {"version": version})]
    with _trade_of(home, passphrase) as trade:
        checks += _trade_checks(trade)
        today = company_clock(trade)().date()
    if home.folder.exists() and others_may_read(home.folder):
        checks.append(HealthCheck("warning", "folder_open", {"home": str(home.folder)}))
    checks.append(_holidays(home, today))
    if not home.store.exists():
        return [*checks, HealthCheck("warning", "no_home", {"home": str(home.folder)})]
    checks.append(_try("store", lambda: _store(home, passphrase)))
    if checks[-1].level == "ok":  # a store that does not open is reported once
        checks.append(_try("packs", lambda: _packs(home, passphrase)))
        try:
            checks += [_checked(home, passphrase), *_salvages(home, passphrase)]
            checks += _set_aside(home, passphrase)
        except FieldkitError as error:  # it opens, and is damaged where this is kept
            checks.append(HealthCheck("bad", "store_bad", {"error": error}))
    checks.append(_protection(home))
    return checks


@contextmanager
def _trade_of(home: Home, passphrase: str | None) -> Iterator[Trade]:
    """What decides in this home: what its configuration names, else what the office published;
    what came with the program where there is no home, or it does not open."""
    with ExitStack() as stack:
        config, store = Config(), None
        with suppress(FieldkitError):  # what is wrong with the two is told by their own checks
            config = read_config(home.config)
            if home.store.exists():
                store = stack.enter_context(open_store(home, uuid7, passphrase))
        yield Trade(
            config.rules or shipped_rules(),
            config.data or shipped_data(),
            store=store,
            folder_decides=config.rules is not None,
            own_data=config.data is not None,
        )


def _trade_checks(trade: Trade) -> list[HealthCheck]:
    checks = [_try("catalogue", lambda: _catalogue(trade))]
    rules = _try("rules", lambda: _rules(trade))
    fault = engine_fault()
    if fault and rules.level == "ok":
        rules = HealthCheck("warning", "rules_one_engine", rules.params | {"fault": fault})
    checks.append(rules)
    if rules.level != "bad":
        checks.append(_try("values", lambda: _values(trade)))
    return checks


def _catalogue(trade: Trade) -> dict[str, object]:
    return {"revision": trade.catalogue.revision, "parts": len(trade.catalogue.parts)}


def _try(key: str, look: Callable[[], dict[str, object]]) -> HealthCheck:
    try:
        return HealthCheck("ok", key, look())
    except FieldkitError as error:
        return HealthCheck("bad", f"{key}_bad", {"error": error})


def _rules(trade: Trade) -> dict[str, object]:
    from fieldkit.rules import Case

    trade.decider = load_decider(trade, _shelf(trade))  # one that writes nothing
    today = company_clock(trade)().date()
    empty = Case(record="job", job_kind="repair", report_date=today)
    decision = trade.decider.decide(empty, today)
    if not decision.agreed:
        raise FieldkitError("engines_differ")
    return {"pack": decision.pack.name, "revision": decision.pack.revision}


def _shelf(trade: Trade) -> PackShelf:
    from fieldkit.services.home.installed_packs import InstalledPacks, shelf

    installed = InstalledPacks(trade.store) if trade.store else None
    return shelf(trade.pack_folder, installed, trade.folder_decides, keeps=False)


def _values(trade: Trade) -> dict[str, object]:
    """Whether the forms of this home offer what its rules know, and nothing else."""
    differences = unlike_values(trade.catalogue, trade.decider.shelf.on(local_now()).values)
    if differences:
        raise FieldkitError("values_differ", differences="; ".join(differences))
    return {}


def _holidays(home: Home, today: date) -> HealthCheck:
    try:
        config = read_config(home.config)
        calendar = Trade(data_folder=config.data or shipped_data()).calendar
    except FieldkitError as error:
        return HealthCheck("bad", "holidays_bad", {"error": error})
    return holidays_known(calendar, today)


def holidays_known(calendar: WorkCalendar, today: date) -> HealthCheck:
    """Whether the days of this year are listed, and from December on those of the next: the
    State Council announces them in November."""
    known = calendar.announced or {day.year for day in calendar.holidays}
    needed = today.year + (today.month == 12)
    if missing := {today.year, needed} - known:
        return HealthCheck("warning", "holidays_missing", {"year": min(missing)})
    return HealthCheck("ok", "holidays", {"year": max(known)})


def _store(home: Home, passphrase: str | None) -> dict[str, object]:
    with open_store(home, uuid7, passphrase) as store:
        return {"unsent": store.lists.unsent(), "home": str(home.folder)}


def _packs(home: Home, passphrase: str | None) -> dict[str, object]:
    from fieldkit.services.home.installed_packs import InstalledPacks

    with open_store(home, uuid7, passphrase) as store:
        packs = InstalledPacks(store)
        heads = packs.heads()
        damaged = [str(head.revision) for head in heads if not packs.is_whole(head)]
    if damaged:
        raise FieldkitError("packs_damaged", revisions=", ".join(damaged))
    return {"count": len(heads)}


def _checked(home: Home, passphrase: str | None) -> HealthCheck:
    """When everything was last read; the app and the nightly exchange do it once a day."""
    with open_store(home, uuid7, passphrase) as store:
        last = last_check(store)
    if last.damages:
        return HealthCheck("bad", "check_bad", {"count": last.damages})
    if last.unread:
        return HealthCheck("warning", "check_unread", {"count": last.unread})
    if last.good_at is None:
        return HealthCheck("warning", "check_never")
    late = not timedelta(0) <= local_now() - last.good_at < _OVERDUE
    when: dict[str, object] = {"when": f"{last.good_at:%Y-%m-%d %H:%M}"}
    return HealthCheck("warning" if late else "ok", "check_overdue" if late else "check", when)


def _salvages(home: Home, passphrase: str | None) -> list[HealthCheck]:
    """What is lost, told once."""
    with open_store(home, uuid7, passphrase) as store:
        losses = salvages_to_tell(store, "doctor")
    return [
        HealthCheck(
            "warning", "salvaged", {"when": f"{loss.at:%Y-%m-%d %H:%M}", "count": loss.events}
        )
        for loss in losses
    ]


def _set_aside(home: Home, passphrase: str | None) -> list[HealthCheck]:
    """What the office refuses or holds of this laptop's records."""
    with open_store(home, uuid7, passphrase) as store:
        receipts = store.exchange.receipts
        refused, held = len(receipts.rejected()), len(receipts.held())
        elsewhere = store.exchange.device.set_aside_elsewhere()
    found = []
    if refused or held:
        found.append(HealthCheck("warning", "set_aside", {"refused": refused, "held": held}))
    if elsewhere:
        found.append(HealthCheck("warning", "set_aside_elsewhere", {"count": elsewhere}))
    return found


def _protection(home: Home) -> HealthCheck:
    try:
        found = keys.describe(home.folder)
    except FieldkitError as error:
        return HealthCheck("bad", "protection_bad", {"error": error})
    level: Level = "warning" if found.warning else "ok"
    return HealthCheck(level, f"protection_{found.warning or found.method}")
