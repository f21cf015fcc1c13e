"""The exchange with the office through files, where there is no network at all."""

from pathlib import Path

from fieldkit.domain.core.errors import Fault
from fieldkit.services.exchange.link_state import LAST_SYNC
from fieldkit.services.home.session import Session
from fieldkit.store.home.atomic_files import written
from fieldkit.sync.client.parcel_exchange import make_parcel, take_answer
from fieldkit.sync.client.progress import SyncReport


def write_parcel(session: Session, target: Path) -> tuple[int, int]:
    """Write what is unsent to a file that only the office can read; how many events and how many
    attachments it holds.

    They stay unsent until the office's answer is read. Raises `SyncFault`, or `Fault` if the
    file cannot be written.
    """
    store = session.store
    with written(target) as file:
        parcel = make_parcel(
            store.exchange, file, store.transfers, session.published_catalogue, session.packs
        )
    return store.lists.unsent(), len(parcel.enclosed)


def read_answer(session: Session, source: Path) -> SyncReport:
    """Keep the office's answer. Raises `SyncFault`, or `Fault` if the file cannot be read."""
    store = session.store
    try:
        with source.open("rb") as file:
            report = take_answer(
                store.exchange, file, store.transfers, session.published_catalogue, session.packs
            )
    except OSError as error:
        raise Fault("parcel_unreadable", file=str(source)) from error
    store.set(LAST_SYNC, session.clock().isoformat())
    return report
