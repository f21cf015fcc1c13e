"""Which pack decides: by the day of the report, by today, or by its hash.

A pack's days begin with its `effective_from` and end with its `expires`. Of several packs for
one day the highest revision decides. On days for which every pack has expired the newest one
goes on deciding, and on days before the first one the pack that came with the program: nobody
is ever left without rules.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime

from fieldkit.domain.core.decision import Decision
from fieldkit.domain.core.errors import FieldkitError
from fieldkit.domain.core.money import PartPrice
from fieldkit.rules.deciding.decider import Decider
from fieldkit.rules.model.case import Case
from fieldkit.rules.model.pack import Pack
from fieldkit.rules.model.signed_pack import PackHead

_LOG = logging.getLogger(__name__)

Day = date | datetime
"""A day, or a moment whose day is that of the pack's time zone."""


def in_force(packs: Iterable[PackHead], when: Day) -> Iterator[PackHead]:
    """The packs that may decide on a day, the one that does first."""

    def rank(pack: PackHead) -> tuple[bool, int]:
        return pack.expires is None or _day(pack, when) <= pack.expires, pack.revision

    begun = [pack for pack in packs if pack.effective_from <= _day(pack, when)]
    return iter(sorted(begun, key=rank, reverse=True))


def _day(pack: PackHead, when: Day) -> date:
    return pack.day(when) if isinstance(when, datetime) else when


class PackShelf:
    """The packs of one home. `installed` lists those that the office published; `load` brings
    the pack of a hash, or raises; `first` loads the pack that came with the program."""

    def __init__(
        self,
        first: Callable[[], Pack],
        installed: Callable[[], Sequence[PackHead]] = tuple,
        load: Callable[[str], Pack | None] = lambda sha256: None,
    ) -> None:
        self._first = first
        self._installed = installed
        self._load = load
        self._packs: dict[str, Pack] = {}
        self._base: Pack | None = None

    @property
    def first(self) -> Pack:
        """The pack from the beginning. Raises `PackError`."""
        if self._base is None:
            self._base = self._first()
            self._packs[self._base.sha256] = self._base
        return self._base

    def on(self, when: Day) -> Pack:
        """The pack in force. One that cannot be read any more is passed over, with a report."""
        for head in in_force(self._installed(), when):
            try:
                pack = self.by_hash(head.sha256)
            except FieldkitError as error:
                _LOG.error("pack revision %s cannot be used: %s", head.revision, error.key)
                continue
            if pack is not None:
                return pack
            _LOG.error("pack revision %s is missing", head.revision)
        return self.first

    def by_hash(self, sha256: str) -> Pack | None:
        """The pack with this digest, installed or kept; None if it is not here.

        Raises `FieldkitError` if its file is there and was altered.
        """
        if sha256 not in self._packs and sha256 != self.first.sha256:
            pack = self._load(sha256)
            if pack is None:
                return None
            self._packs[sha256] = pack
        return self._packs[sha256]


class DatedDecider:
    """Decides each case by the packs of its day. Safe to use from several threads; close it."""

    def __init__(
        self,
        shelf: PackShelf,
        prices: Mapping[str, PartPrice],
        holidays: Collection[date] = frozenset(),
    ) -> None:
        self.shelf = shelf
        self._prices = prices
        self._holidays = holidays
        self._deciders: dict[str, Decider] = {}

    def decide(self, case: Case, today: date, now: datetime | None = None) -> Decision:
        """The decision on a case: what it costs by the pack of the report, what is due by that
        of today, which is the day of `now` in the pack's time zone where `now` is given.

        Raises what `Decider.decide` and loading the first pack raise.
        """
        pack = self.shelf.on(case.report_date or today)
        return self._decider(pack).decide(case, today, self.shelf.on(now or today))

    def _decider(self, pack: Pack) -> Decider:
        return self._deciders.setdefault(pack.sha256, Decider(pack, self._prices, self._holidays))

    def close(self) -> None:
        """Free the engines."""
        for decider in self._deciders.values():
            decider.close()
        self._deciders.clear()
