"""Taking the office's rule packs at the end of a sync.

What a pack means and whether it may be trusted is not for the exchange to say: a `PackSink`
does. The bytes are handed on exactly as the office has them.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol

from fieldkit.sync.client.progress import Backoff, SyncReport
from fieldkit.sync.client.signed_channel import Channel
from fieldkit.sync.errors import SyncFault
from fieldkit.sync.protocol.messages import PackFile, PackIndex
from fieldkit.sync.protocol.parcel_format import EnclosedPacks


class PackSink(Protocol):
    """Where packs go. Its methods raise `FieldkitError` for what they refuse for good, `Fault`
    for what may go better another time."""

    @property
    def tag(self) -> str:
        """The tag of the office's shelf when all of it had been taken."""

    @property
    def held(self) -> list[str]:
        """The hashes of the packs that are here."""

    def take_keys(self, text: str, signature: str) -> None:
        """Take the list of keys that may sign packs."""

    def wanted(self, heads: list[dict[str, Any]], now: datetime) -> list[str]:
        """The hashes of the packs to fetch, in the order in which to install them."""

    def take(self, raw: bytes, now: datetime) -> int:
        """Install a signed pack; answers its revision."""

    def finished(self, tag: str) -> None:
        """Note that everything of this tag was taken, or refused for good."""


def take_packs(
    sink: PackSink, channel: Channel, backoff: Backoff, report: SyncReport, tag: str, now: datetime
) -> None:
    """Take what is new on the office's shelf, whose tag the summary has; `now` is the office's
    clock. What is refused, and a shelf out of reach, are problems of the report: the events
    have been exchanged by then."""
    if tag in ("", sink.tag):
        return

    def fetch(sha256: str) -> PackFile:
        return backoff.retry(lambda: channel.get(f"/v1/packs/{sha256}", PackFile))

    try:
        with report.refusals():
            index = backoff.retry(lambda: channel.get("/v1/packs", PackIndex))
            install(sink, index, fetch, report, now)
            sink.finished(tag)
    except SyncFault:
        report.problem("pack.not_fetched")


def take_enclosed(sink: PackSink, shelf: EnclosedPacks, report: SyncReport) -> None:
    """Take the shelf that came in a file; the office's clock then decides what has expired."""
    if shelf.tag == sink.tag:
        return
    files = {file.sha256: file for file in shelf.files}
    with report.refusals():
        install(sink, shelf.index, files.get, report, shelf.at)
        sink.finished(shelf.tag)


def install(
    sink: PackSink,
    index: PackIndex,
    get: Callable[[str], PackFile | None],
    report: SyncReport,
    now: datetime,
) -> None:
    """Take the keys, then the packs that are wanted and can be had."""
    sink.take_keys(index.keys.text, index.keys.signature)
    for sha256 in sink.wanted(index.packs, now):
        if (file := get(sha256)) is not None:
            with report.refusals():
                report.rules = sink.take(file.raw.encode(), now)
