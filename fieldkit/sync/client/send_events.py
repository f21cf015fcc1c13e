"""The laptop sends its events, epoch by epoch, in device order, in batches."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus

from fieldkit.store.records.exchange import Exchange
from fieldkit.store.records.outbox import Chain
from fieldkit.store.records.receipts import EventReceipt, Pending
from fieldkit.sync.client.background import in_background
from fieldkit.sync.client.progress import Backoff, Progress, SyncReport
from fieldkit.sync.client.signed_channel import Channel, new_nonce
from fieldkit.sync.client.transport import Request
from fieldkit.sync.errors import OfficeRefused, Retryable
from fieldkit.sync.protocol.messages import (
    MAX_BATCH_EVENTS,
    Batch,
    HeadState,
    OfficeHead,
    Outcome,
    Receipt,
    to_wire,
)

Begin = Callable[[Callable[[], Receipt]], Callable[[], Receipt]]
"""Begins a request; what it answers waits for the receipt."""

FIRST_BATCH = 500
"""How many events the first batch has; it doubles while all goes well, and halves if not, so that
any line soon has batches of its size."""
BATCH_BYTES = 1536 * 1024
"""How many bytes of events a batch may have, unless a single event has more."""


@dataclass(frozen=True)
class _Packed:
    """A batch that is ready to be sent."""

    events: list[Pending]
    batch: Batch
    request: Request

    @property
    def end(self) -> int:
        """The sequence of its last event."""
        return self.events[-1].seq


@dataclass
class EventSender:
    """Sends what the office lacks, and what it has without our knowing its answer.

    While one batch is under way, the receipt of the batch before it is stored and the next one
    is read and packed. `begin` starts a request beside that, or later, see
    `fieldkit.sync.client.background`. `names_attachments`: an event that was sent names some.
    """

    exchange: Exchange
    channel: Channel
    backoff: Backoff
    report: SyncReport
    progress: Callable[[Progress], None]
    begin: Begin = in_background
    names_attachments: bool = False
    _size: int = FIRST_BATCH

    def finish(self, chains: list[Chain], heads: Mapping[str, OfficeHead]) -> None:
        """Send what waits in epochs that have ended: the laptop was restored, salvaged or
        cloned. What cannot follow on what the office has goes on in the present epoch."""
        reached: dict[str, int] = {}
        for chain in chains[:-1]:
            count = heads[chain.epoch].count
            done, forked = self._send_from(chain, min(count, chain.waiting - 1))
            if done < count and not forked:
                # An event is missing here that the office has: what comes after may follow on it.
                done, _ = self._send_from(chain, count)
            reached[chain.epoch] = done
        left = self.exchange.outbox.chains()[:-1]
        if left and chains[-1].count and not heads[chains[-1].epoch].count:
            # The office has nothing of the present epoch yet: it is put behind what was before.
            self.exchange.device.start_epoch()
            left = self.exchange.outbox.chains()[:-1]
        for chain in left:
            self.exchange.outbox.carry_over(
                chain.epoch, max(chain.waiting - 1, reached.get(chain.epoch, 0))
            )

    def finish_after_feed(self) -> None:
        """What still waits in an ended epoch was thought to be at the office, and the feed did
        not bring it back: it goes on in the present epoch with the next sync."""
        for chain in self.exchange.outbox.chains()[:-1]:
            self.exchange.outbox.carry_over(chain.epoch, chain.waiting - 1)

    def send(self, chain: Chain, office: OfficeHead) -> None:
        """Send the present epoch. If this laptop has lost its last events, a new epoch begins:
        what it records next must not take the numbers of those that the office has."""
        waiting = chain.waiting - 1 if chain.waiting else chain.count
        _, forked = self._send_from(chain, min(office.count, waiting))
        if forked or office.state is HeadState.FORKED:
            self.report.problem("forked")
        elif office.state is HeadState.AHEAD:
            self.report.problem("ahead")
            self.exchange.device.start_epoch()

    def _send_from(self, chain: Chain, done: int) -> tuple[int, bool]:
        """Send an epoch's events after a sequence: the last one that the office has now, and
        whether it has other events from there on."""
        last, forked = chain.count, False
        total = self.report.sent + last - done
        holes: set[int] = set()
        answered: tuple[_Packed, Receipt] | None = None
        packed = self._pack(chain.epoch, done, last)
        while packed:
            answer = self.begin(partial(self._send, packed))
            self._keep(answered, total)
            answered, following = None, self._pack(chain.epoch, packed.end, last)
            try:
                answered = (packed, answer())
                done = packed.end
                self.backoff.reset()
            except Retryable as fault:
                self._size = max(1, len(packed.events) // 2)
                self._report_progress(total)
                self.backoff.pause(fault)
            except OfficeRefused as refusal:
                if refusal.reason == HeadState.FORKED:
                    last, forked = _before_fork(refusal, last), True
                else:
                    done = _before_hole(refusal, holes)
            packed = following if answered else self._pack(chain.epoch, done, last)
        self._keep(answered, total)
        return done, forked

    def _pack(self, epoch: str, after: int, last: int) -> _Packed | None:
        """The next events in device order, as many as a batch may hold now, which will be more
        the next time."""
        taken: list[Pending] = []
        room = BATCH_BYTES
        for event in self.exchange.outbox.own(epoch, after, min(self._size, last - after)):
            room -= len(event.raw)
            if taken and room < 0:
                break
            taken.append(event)
        if not taken:
            return None
        self._size = min(MAX_BATCH_EVENTS, self._size * 2)
        batch = make_batch(self.exchange.device.read()["id"], epoch, taken)
        return _Packed(taken, batch, self.channel.signed("/v1/events", batch))

    def _send(self, packed: _Packed) -> Receipt:
        """The office's own receipt for a batch."""
        receipt = self.channel.send(packed.request, Receipt, packed.batch.nonce)
        if not receipt.answers(packed.batch, self.channel.office_key):
            raise Retryable("not_office", status=HTTPStatus.OK.value)
        return receipt

    def _keep(self, answered: tuple[_Packed, Receipt] | None, total: int) -> None:
        """Store a receipt, if one has come since the last time."""
        if answered is None:
            return
        packed, receipt = answered
        keep_receipt(self.exchange, packed.events, receipt, self.report)
        named = any(b'"job.attachment_added"' in event.raw for event in packed.events)
        self.names_attachments |= named
        self._report_progress(total)

    def _report_progress(self, total: int) -> None:
        self.progress(Progress("sending", self.report.sent, max(total, self.report.sent)))


def make_batch(device: str, epoch: str, events: list[Pending]) -> Batch:
    """A batch of consecutive events."""
    return Batch(
        device=device,
        epoch=epoch,
        first=events[0].seq,
        nonce=new_nonce(),
        events=[to_wire(event.raw) for event in events],
    )


def keep_receipt(
    exchange: Exchange, events: list[Pending], receipt: Receipt, report: SyncReport
) -> None:
    """Keep what a receipt, which was checked, says of the events of its batch."""
    results = [
        EventReceipt(event.id, result.status.value, result.position, result.reason)
        for event, result in zip(events, receipt.results, strict=True)
    ]
    exchange.receipts.record_sent(events, results)
    outcomes = [result.status for result in receipt.results]
    report.sent += len(outcomes)
    report.applied += outcomes.count(Outcome.APPLIED)
    report.duplicates += outcomes.count(Outcome.DUPLICATE)
    report.held += outcomes.count(Outcome.HELD)
    report.rejected += outcomes.count(Outcome.REJECTED)


def _before_fork(refusal: OfficeRefused, last: int) -> int:
    """The last event before the fork: up to there, both sides have the same."""
    seq = refusal.params.get("seq")
    if not isinstance(seq, int) or not 0 < seq <= last:
        raise refusal
    return seq - 1


def _before_hole(refusal: OfficeRefused, holes: set[int]) -> int:
    """Where the office's chain ends: it is filled from there, once for each end."""
    count = refusal.params.get("count")
    if refusal.reason != "hole" or not isinstance(count, int) or count in holes:
        raise refusal
    holes.add(count)
    return count
