"""The laptop fetches attachments that others made, or that it has lost: part by part.

What has come stays, so a fetch goes on where it was cut; content counts when all of it is here
and has the right hash.
"""

from collections.abc import Callable
from functools import partial

from fieldkit.store.records.transfers import Transfers
from fieldkit.sync.client.progress import Backoff, Progress, SyncReport
from fieldkit.sync.client.signed_channel import Channel
from fieldkit.sync.errors import OfficeRefused, Retryable
from fieldkit.sync.protocol.messages import MAX_ATTACHMENT_BYTES


def fetch_attachments(
    transfers: Transfers,
    channel: Channel,
    backoff: Backoff,
    report: SyncReport,
    progress: Callable[[Progress], None],
) -> None:
    """Fetch what is wanted. What cannot be fetched now is left for the next sync."""
    wanted = transfers.wanted()
    for number, sha256 in enumerate(wanted):
        progress(Progress("fetching", number, len(wanted)))
        try:
            report.fetched += _fetch(transfers, channel, backoff, sha256)
        except OfficeRefused as refusal:
            if refusal.reason != "no_attachment":
                raise
            transfers.not_there(sha256)
        except Retryable:
            report.problem("attachments_not_fetched", count=len(wanted) - number)
            return


def _fetch(transfers: Transfers, channel: Channel, backoff: Backoff, sha256: str) -> bool:
    """Fetch one; whether it is here. With a wrong hash it comes anew with the next sync."""
    here = transfers.attachments
    while True:
        at = here.begun(sha256)
        path = f"/v1/attachments/{sha256}?offset={at}"
        part = backoff.retry(partial(channel.get_bytes, path))
        if not part or at + len(part) > MAX_ATTACHMENT_BYTES:
            break
        here.add_part(sha256, part)
    if not here.complete(sha256):
        return False
    transfers.came(sha256)
    return True
