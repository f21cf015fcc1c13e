"""The laptop's side of a sync: send what the office lacks, take what concerns this laptop.

Every step is a transaction of the store and safe to repeat, so a sync may be cut anywhere and
simply started again. What is sent starts from what the office says that it has, not from what
the laptop believes.
"""

import random as _random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal, TypeVar
from urllib.parse import urlencode

from fieldkit.store.exchange import Chain, Exchange, Pending
from fieldkit.store.exchange import Result as Settled
from fieldkit.sync import keys
from fieldkit.sync.channel import Channel, new_nonce
from fieldkit.sync.enrol import load_identity
from fieldkit.sync.errors import OfficeRefused, Retryable, SyncFault
from fieldkit.sync.protocol import (
    CLOCK_TOLERANCE_S,
    MAX_BATCH_EVENTS,
    Batch,
    Cursor,
    FeedPage,
    Head,
    HeadState,
    OfficeHead,
    Outcome,
    Receipt,
    SyncAnswer,
    SyncAsk,
    event_id,
    from_wire,
    to_wire,
)
from fieldkit.sync.transport import Transport

A = TypeVar("A")

FIRST_BATCH = 500
"""How many events the first batch has; it doubles while all goes well, and halves if not."""
BATCH_BYTES = 1024 * 1024
"""How many bytes of events a batch may have, unless a single event has more."""
PATIENCE = 6
"""How many times in a row a request may fail before the sync gives up for now."""
_LONGEST_PAUSE_S = 30.0


@dataclass(frozen=True)
class Problem:
    """Something that a person should know: `sync.problem.<key>` names the sentence."""

    key: str
    params: dict[str, Any] = field(default_factory=dict)


@dataclass
class SyncReport:
    """What a sync did.

    `sent` events that the office answered for, of them `applied`, `duplicates`, `held`,
    `rejected`; `received` events taken from the feed; `changed` records that they changed;
    `unsent` own events that still wait for a receipt.
    """

    sent: int = 0
    applied: int = 0
    duplicates: int = 0
    held: int = 0
    rejected: int = 0
    received: int = 0
    changed: set[str] = field(default_factory=set)
    unsent: int = 0
    office_epoch: str = ""
    problems: list[Problem] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Whether all is exchanged and nothing needs a person."""
        return not (self.unsent or self.rejected or self.held or self.problems)


@dataclass(frozen=True)
class Progress:
    """How far a sync is: `total` is 0 while nobody knows it."""

    stage: Literal["sending", "receiving"]
    done: int
    total: int


class Backoff:
    """Pauses between tries: doubling, with jitter, begun anew after any progress."""

    def __init__(self, sleep: Callable[[float], None], random: Callable[[], float]) -> None:
        self._sleep = sleep
        self._random = random
        self._failures = 0

    def pause(self, fault: Retryable) -> None:
        """Wait before the next try. Raises the fault when patience is at its end."""
        self._failures += 1
        if self._failures >= PATIENCE:
            raise fault
        longest = min(_LONGEST_PAUSE_S, 2.0 ** (self._failures - 1))
        self._sleep(longest * (0.5 + self._random() / 2))

    def reset(self) -> None:
        """There was progress."""
        self._failures = 0


def sync(
    exchange: Exchange,
    transport: Transport,
    *,
    progress: Callable[[Progress], None] = lambda _: None,
    sleep: Callable[[float], None] = time.sleep,
    random: Callable[[], float] = _random.random,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> SyncReport:
    """Exchange everything with the office. One process sends at a time.

    `progress` may raise to cancel: what was exchanged until then stays exchanged. Raises
    `SyncFault`; whatever was exchanged before it is kept.
    """
    with exchange.sending() as alone:
        if not alone:
            raise SyncFault("already_sending")
        run = _Run(exchange, transport, progress, Backoff(sleep, random))
        return run.whole(clock())


class _Run:
    """One sync."""

    def __init__(
        self,
        exchange: Exchange,
        transport: Transport,
        progress: Callable[[Progress], None],
        backoff: Backoff,
    ) -> None:
        identity = load_identity(exchange)
        self.exchange = exchange
        self.progress = progress
        self.backoff = backoff
        self.office_key = keys.unb64(identity.office_key)
        self.channel = Channel(
            transport, self.office_key, identity.token, keys.unb64(identity.sign)
        )
        self.device = exchange.device()["id"]
        self.chains = exchange.chains()
        self.epoch = self.chains[-1].epoch
        self.report = SyncReport()
        self.size = FIRST_BATCH

    def whole(self, now: datetime) -> SyncReport:
        """Summary, sending, receiving."""
        summary = self._summary(now)
        for chain in self.chains[:-1]:
            self._finish(chain, summary.heads[chain.epoch])
        self._send(self.exchange.chains()[-1], summary.heads[self.epoch])
        if summary.news or self.report.sent:
            self._receive()
        self.report.unsent = self.exchange.unsent()
        return self.report

    # -- summary -----------------------------------------------------------------------------

    def _summary(self, now: datetime) -> SyncAnswer:
        cursor = self.exchange.cursor()
        heads = {chain.epoch: Head(count=chain.count, hash=chain.hash) for chain in self.chains}
        ask = SyncAsk(epoch=self.epoch, heads=heads, cursor=cursor, time=now)
        answer = self._patiently(lambda: self.channel.post("/v1/sync", ask, SyncAnswer))
        self.report.office_epoch = answer.office_epoch
        if abs(answer.clock_skew_s) > CLOCK_TOLERANCE_S:
            self._problem("clock", minutes=round(abs(answer.clock_skew_s) / 60))
        known = Cursor.read(cursor)
        if known is not None and known.epoch != answer.office_epoch:
            self._problem("office_restored")
        return answer

    # -- sending -----------------------------------------------------------------------------

    def _finish(self, chain: Chain, office: OfficeHead) -> None:
        """Send what waits in an epoch that ended when a backup was restored or a damaged store
        salvaged. What cannot follow on what the office has goes on in the present epoch."""
        done = office.count
        if office.state is not HeadState.FORKED:
            done = max(done, self._send_from(chain, min(done, chain.waiting - 1)))
            done = self._send_from(chain, done)
        self.exchange.carry_over(chain.epoch, done)

    def _send(self, chain: Chain, office: OfficeHead) -> None:
        """Send what the office lacks, and what it has without our knowing its answer."""
        if office.state in (HeadState.FORKED, HeadState.AHEAD):
            self._problem(office.state.value)
            return
        self._send_from(
            chain, min(office.count, chain.waiting - 1) if chain.waiting else office.count
        )

    def _send_from(self, chain: Chain, done: int) -> int:
        """Send an epoch's events after a sequence; the last one that was sent."""
        total = chain.count - done
        holes: set[int] = set()
        while batch := self._take(chain.epoch, done):
            try:
                self._send_batch(chain.epoch, batch)
                done = batch[-1].seq
            except Retryable as fault:
                self.size = max(1, self.size // 2)
                self.backoff.pause(fault)
            except OfficeRefused as refusal:
                again = self._after_refusal(refusal, holes)
                if again is None:
                    break
                done = again
            self.progress(Progress("sending", self.report.sent, max(total, self.report.sent)))
        return done

    def _take(self, epoch: str, after: int) -> list[Pending]:
        """The next events in device order, as many as a batch may hold now."""
        taken: list[Pending] = []
        room = BATCH_BYTES
        for event in self.exchange.own(epoch, after, self.size):
            room -= len(event.raw)
            if taken and room < 0:
                break
            taken.append(event)
        return taken

    def _send_batch(self, epoch: str, events: list[Pending]) -> None:
        batch = Batch(
            device=self.device,
            epoch=epoch,
            first=events[0].seq,
            nonce=new_nonce(),
            events=[to_wire(event.raw) for event in events],
        )
        receipt = self.channel.post("/v1/events", batch, Receipt, batch.nonce)
        if not receipt.answers(batch, self.office_key):
            raise Retryable("not_office", status=200)
        self.exchange.record_receipt(_settled(events, receipt))
        self.backoff.reset()
        self.size = min(MAX_BATCH_EVENTS, self.size * 2)
        self._count(receipt)

    def _count(self, receipt: Receipt) -> None:
        outcomes = [result.status for result in receipt.results]
        self.report.sent += len(outcomes)
        self.report.applied += outcomes.count(Outcome.APPLIED)
        self.report.duplicates += outcomes.count(Outcome.DUPLICATE)
        self.report.held += outcomes.count(Outcome.HELD)
        self.report.rejected += outcomes.count(Outcome.REJECTED)

    def _after_refusal(self, refusal: OfficeRefused, holes: set[int]) -> int | None:
        """Where to go on; None where nothing more can be sent.

        A hole is filled from where the office's chain ends, once for each end.
        """
        count = refusal.params.get("count")
        if refusal.reason == "hole" and isinstance(count, int) and count not in holes:
            holes.add(count)
            return count
        if refusal.reason == HeadState.FORKED:
            self._problem("forked")
            return None
        raise refusal

    # -- receiving ---------------------------------------------------------------------------

    def _receive(self) -> None:
        """Take the feed page by page; each is stored together with its cursor."""
        more = True
        while more:
            page = self._patiently(self._page)
            entries = list(zip(page.positions, map(from_wire, page.events), strict=True))
            self.report.changed |= set(self.exchange.apply_feed(entries, page.cursor))
            self.report.received += len(entries)
            self.progress(Progress("receiving", self.report.received, 0))
            more = page.more

    def _page(self) -> FeedPage:
        query = urlencode({"cursor": self.exchange.cursor(), "epoch": self.epoch})
        return self.channel.get(f"/v1/feed?{query}", FeedPage)

    # -- both --------------------------------------------------------------------------------

    def _patiently(self, ask: Callable[[], A]) -> A:
        """Ask until the office answers, or patience ends."""
        while True:
            try:
                answer = ask()
            except Retryable as fault:
                self.backoff.pause(fault)
            else:
                self.backoff.reset()
                return answer

    def _problem(self, key: str, **params: Any) -> None:
        self.report.problems.append(Problem(key, params))


def _settled(events: list[Pending], receipt: Receipt) -> list[Settled]:
    """The results as the store notes them, by event id."""
    return [
        Settled(event_id(event.raw), result.status.value, result.position, result.reason)
        for event, result in zip(events, receipt.results, strict=True)
    ]
