"""An office that was restored from a backup gets back what this laptop holds of it."""

from collections.abc import Callable
from functools import partial

from fieldkit.store.records.exchange import Exchange
from fieldkit.store.records.receipts import EventReceipt
from fieldkit.store.records.refill_copies import Counted
from fieldkit.sync.client.progress import Backoff, Progress
from fieldkit.sync.client.send_events import FIRST_BATCH
from fieldkit.sync.client.signed_channel import Channel
from fieldkit.sync.protocol.messages import MAX_BATCH_EVENTS, Held, Refill, Refilled, to_wire


def refill(
    exchange: Exchange, channel: Channel, backoff: Backoff, progress: Callable[[Progress], None]
) -> int:
    """Send the office, in the old order, every event with a position that it lacks; how many.

    Own events and those that the office once handed out with its seal; it takes no others. Own
    events of earlier epochs that it had set aside or does not take back wait for its word again.
    """
    lacking = _lacking(channel, backoff, exchange.copies.counted_ids())
    taken = 0
    for at in range(0, len(lacking), FIRST_BATCH):
        progress(Progress("sending", at, len(lacking)))
        taken += _send(
            exchange, channel, backoff, exchange.copies.counted(lacking[at : at + FIRST_BATCH])
        )
    aside = _lacking(channel, backoff, exchange.copies.set_aside())
    exchange.copies.requeue([*aside, *_lacking(channel, backoff, exchange.copies.own(lacking))])
    return taken


def _lacking(channel: Channel, backoff: Backoff, ids: list[str]) -> list[str]:
    lacking: list[str] = []
    for at in range(0, len(ids), MAX_BATCH_EVENTS):
        asked = Held(ids=ids[at : at + MAX_BATCH_EVENTS])
        lacking += backoff.retry(partial(channel.post, "/v1/lacks", asked, Held)).ids
    return lacking


def _send(exchange: Exchange, channel: Channel, backoff: Backoff, events: list[Counted]) -> int:
    message = Refill(
        events=[to_wire(event.raw) for event in events], seals=[event.seal for event in events]
    )
    answer = backoff.retry(lambda: channel.post("/v1/refill", message, Refilled))
    taken = [
        EventReceipt(event.id, "applied", position)
        for event, position in zip(events, answer.positions, strict=True)
        if position
    ]
    exchange.receipts.record(taken)
    return len(taken)
