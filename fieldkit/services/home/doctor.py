"""`doctor`: whether this copy of fieldkit can work, and what protects its data."""

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from fieldkit.domain.core.errors import FieldkitError
from fieldkit.rules.loading.trade_values import unlike_values
from fieldkit.services.home.config import read_config
from fieldkit.services.home.ids import uuid7
from fieldkit.services.home.session import local_now
from fieldkit.services.home.trade import Trade
from fieldkit.services.home.upkeep import last_check
from fieldkit.shipped import shipped_data, shipped_rules
from fieldkit.store.home import keys
from fieldkit.store.home.home import Home
from fieldkit.store.store import open_store

_OVERDUE = timedelta(days=2)
"""After the last good check of the store: then a day was left out."""

Level = Literal["ok", "warning", "bad"]


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: `doctor.<key>` names the sentence."""

    level: Level
    key: str
    params: dict[str, object] = field(default_factory=dict)


def examine(home: Home, passphrase: str | None) -> list[Finding]:
    """Look at the Python, the engine, the rules, the catalogue and the store."""
    trade = Trade()
    version = ".".join(str(part) for part in sys.version_info[:3])
    findings = [Finding("ok", "python", {"version": version})]
    findings.append(_try("catalogue", lambda: {"parts": len(trade.catalogue.parts)}))
    findings.append(_try("rules", lambda: _rules(trade)))
    if findings[-1].level == "ok":
        findings.append(_try("values", lambda: _values(home)))
    if not home.store.exists():
        return [*findings, Finding("warning", "no_home", {"home": str(home.folder)})]
    findings.append(_try("store", lambda: _store(home, passphrase)))
    if findings[-1].level == "ok":  # a store that does not open is told once
        findings.append(_try("packs", lambda: _packs(home, passphrase)))
        findings.append(_checked(home, passphrase))
    findings.append(_protection(home))
    return findings


def _try(key: str, look: Callable[[], dict[str, object]]) -> Finding:
    try:
        return Finding("ok", key, look())
    except FieldkitError as error:
        return Finding("bad", f"{key}_bad", {"error": error})


def _rules(trade: Trade) -> dict[str, object]:
    from fieldkit.rules import Case

    empty = Case(record="job", job_kind="repair", report_date=local_now().date())
    decision = trade.decider.decide(empty, local_now().date())
    if not decision.agreed:
        raise FieldkitError("engines_differ")
    return {"pack": decision.pack.name, "revision": decision.pack.revision}


def _values(home: Home) -> dict[str, object]:
    """Whether the forms of this home offer what its rules know, and nothing else."""
    config = read_config(home.config)
    trade = Trade(config.rules or shipped_rules(), config.data or shipped_data())
    differences = unlike_values(trade.catalogue, trade.decider.shelf.on(local_now()).values)
    if differences:
        raise FieldkitError("values_differ", differences="; ".join(differences))
    return {}


def _store(home: Home, passphrase: str | None) -> dict[str, object]:
    with open_store(home, uuid7, passphrase) as store:
        return {"unsent": store.exchange.unsent(), "home": str(home.folder)}


def _packs(home: Home, passphrase: str | None) -> dict[str, object]:
    from fieldkit.services.home.installed_packs import InstalledPacks

    with open_store(home, uuid7, passphrase) as store:
        packs = InstalledPacks(store)
        heads = packs.heads()
        damaged = [str(head.revision) for head in heads if not packs.is_whole(head)]
    if damaged:
        raise FieldkitError("packs_damaged", revisions=", ".join(damaged))
    return {"count": len(heads)}


def _checked(home: Home, passphrase: str | None) -> Finding:
    """When everything was last read; the app and the nightly script do it once a day."""
    with open_store(home, uuid7, passphrase) as store:
        last = last_check(store)
    if last.troubles:
        return Finding("bad", "check_bad", {"count": last.troubles})
    if last.good_at is None:
        return Finding("warning", "check_never")
    overdue = not timedelta(0) <= local_now() - last.good_at < _OVERDUE
    when: dict[str, object] = {"when": f"{last.good_at:%Y-%m-%d %H:%M}"}
    return Finding("warning", "check_overdue", when) if overdue else Finding("ok", "check", when)


def _protection(home: Home) -> Finding:
    try:
        found = keys.describe(home.folder)
    except FieldkitError as error:
        return Finding("bad", "protection_bad", {"error": error})
    level: Level = "warning" if found.warning else "ok"
    return Finding(level, f"protection_{found.warning or found.method}")
