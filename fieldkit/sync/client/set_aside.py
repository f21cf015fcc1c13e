"""What the office has refused or held of this laptop's events, as every summary tells it again."""

from collections.abc import Mapping

from fieldkit.store.records.exchange import Exchange
from fieldkit.store.records.receipts import EventReceipt
from fieldkit.sync.client.progress import SyncReport
from fieldkit.sync.protocol.messages import Outcome, Rejected, Result


def take_set_aside(exchange: Exchange, told: Mapping[str, Result]) -> None:
    """Keep what became of own events: a restored office may refuse now what it took before, and
    somebody there may have released or dismissed what waited."""
    exchange.receipts.record(
        [
            EventReceipt(event, result.status.value, result.position, result.reason)
            for event, result in told.items()
        ]
    )


def tell_set_aside(exchange: Exchange, told: Mapping[str, Result], report: SyncReport) -> None:
    """Add to the report what was refused or held before this exchange and still is; and note how
    much of it is not on this laptop, which a restore has taken back to an earlier day."""
    waiting = {event: result for event, result in told.items() if _waits(result)}
    elsewhere = exchange.receipts.lacking(waiting)
    exchange.device.note_set_aside(len(elsewhere))
    refused = {each.event for each in exchange.receipts.rejected()} & waiting.keys()
    held = exchange.receipts.held() & waiting.keys()
    if refused or held:
        report.problem("set_aside", refused=len(refused), held=len(held))
    if elsewhere:
        report.problem("set_aside_elsewhere", count=len(elsewhere))


def _waits(result: Result) -> bool:
    refused = result.status is Outcome.REJECTED and result.reason != Rejected.DISMISSED
    return refused or result.status is Outcome.HELD
