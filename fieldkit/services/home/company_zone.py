"""The company's time zone: that of the rule pack in force, never the machine's.

It is asked for with each look at the clock, so no pack is loaded for it.
"""

from datetime import UTC, datetime, tzinfo
from functools import cached_property
from typing import TYPE_CHECKING

from fieldkit.clock import Clock, in_zone, local_now
from fieldkit.services.home.trade import Trade
from fieldkit.store.files.packs import INSTALLED
from fieldkit.store.store import Store

if TYPE_CHECKING:
    from fieldkit.rules.model.signed_pack import PackHead


def company_clock(trade: Trade, clock: Clock = local_now) -> Clock:
    """A clock that shows the time of the company that a trade is of."""
    return in_zone(clock, _CompanyZone(trade))


class _CompanyZone:
    """Tells the zone of a trade at a moment."""

    def __init__(self, trade: Trade) -> None:
        self._trade = trade
        self._known: tuple[object, tzinfo] = (None, UTC)

    def __call__(self, moment: datetime) -> tzinfo:
        """The zone of the pack that is in force at a moment."""
        store = self._trade.store
        if store is None or self._trade.folder_decides:
            return self._of_folder
        rows = store.setting(INSTALLED, [])
        if not rows:
            return self._of_folder
        # Another pack comes into force at a midnight, and those of all zones are quarters of an
        # hour apart: the answer of a quarter is kept.
        of = [row["sha256"] for row in rows], moment.timestamp() // 900
        if self._known[0] != of:
            head = head_in_force(store, moment)
            self._known = of, _zone(head.time_zone) if head else self._of_folder
        return self._known[1]

    @cached_property
    def _of_folder(self) -> tzinfo:
        from fieldkit.rules.loading.pack_head import pack_time_zone

        return _zone(pack_time_zone(self._trade.pack_folder))


def head_in_force(store: Store, moment: datetime) -> "PackHead | None":
    """The published pack that is in force at a moment; None where there is none."""
    from fieldkit.rules.deciding.pack_by_day import in_force
    from fieldkit.services.home.installed_packs import InstalledPacks

    return next(in_force(InstalledPacks(store).heads(), moment), None)


def _zone(name: str) -> tzinfo:
    """UTC where nothing is known of the name: `rules check` and the installation tell of it."""
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return UTC
