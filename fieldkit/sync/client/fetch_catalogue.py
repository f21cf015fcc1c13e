"""Taking the office's catalogue at the end of a sync.

What a catalogue means is not for the exchange to say: a `CatalogueSink` does.
"""

from typing import Protocol

from fieldkit.sync.client.progress import Backoff, SyncReport
from fieldkit.sync.client.signed_channel import Channel
from fieldkit.sync.errors import SyncFault
from fieldkit.sync.protocol.messages import CatalogueFile


class CatalogueSink(Protocol):
    """Where the catalogue goes."""

    @property
    def tag(self) -> str:
        """The tag of the one that was taken, or refused for good, last; "" for none."""

    @property
    def held(self) -> str:
        """The tag of the one that is here; "" for none."""

    def take(self, text: str, sha256: str) -> int:
        """Install a catalogue; answers its revision. Raises `FieldkitError` for one that cannot
        be used, `Fault` for what may go better another time."""

    def finished(self, tag: str) -> None:
        """Note that the one of this tag was taken, or refused for good."""


def take_catalogue(
    sink: CatalogueSink, channel: Channel, backoff: Backoff, report: SyncReport, tag: str
) -> None:
    """Take the office's catalogue, whose tag the summary has, if it is another one than here.

    One that is refused, or out of reach, is a problem of the report.
    """
    if tag in ("", sink.tag):
        return
    try:
        file = backoff.retry(lambda: channel.get_changed("/v1/catalogue", sink.held, CatalogueFile))
    except SyncFault:
        report.problem("catalogue.not_fetched")
        return
    if file is not None:
        install_catalogue(sink, file, report)
    sink.finished(tag)


def install_catalogue(sink: CatalogueSink, file: CatalogueFile, report: SyncReport) -> None:
    """Install a catalogue that has come."""
    with report.refusals():
        report.catalogue = sink.take(file.text, file.sha256)
