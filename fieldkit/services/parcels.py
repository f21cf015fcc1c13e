"""The exchange with the office through files, where there is no network at all."""

from pathlib import Path

from fieldkit.domain.errors import Fault
from fieldkit.services.session import Session
from fieldkit.services.standing import LAST_SYNC
from fieldkit.store.sealed import written
from fieldkit.sync.parcels import make_parcel, take_answer
from fieldkit.sync.report import SyncReport


def write_parcel(session: Session, target: Path) -> int:
    """Write what is unsent to a file that only the office can read; how many events it holds.

    They stay unsent until the office's answer is read. Raises `SyncFault`, or `Fault` if the
    file cannot be written.
    """
    exchange = session.store.exchange
    parcel = make_parcel(exchange)
    with written(target) as file:
        file.write(parcel)
    return exchange.unsent()


def read_answer(session: Session, source: Path) -> SyncReport:
    """Keep the office's answer. Raises `SyncFault`, or `Fault` if the file cannot be read."""
    try:
        raw = source.read_bytes()
    except OSError as error:
        raise Fault("file_unreadable", file=str(source)) from error
    report = take_answer(session.store.exchange, raw)
    session.store.set(LAST_SYNC, session.clock().isoformat())
    return report
