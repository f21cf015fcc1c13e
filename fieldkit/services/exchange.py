"""The exchange with the office: enrol, sync, and what the status bar says of it."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime

from fieldkit.services.session import Session
from fieldkit.sync.client import Progress, SyncReport, sync
from fieldkit.sync.enrol import Identity, enrol, load_identity
from fieldkit.sync.errors import SyncFault
from fieldkit.sync.transport import HttpTransport, Transport

LAST_SYNC = "last_sync"


@dataclass(frozen=True)
class ExchangeState:
    """What is where: own events without a receipt, refused ones, the last sync (or None)."""

    enrolled: bool
    unsent: int
    rejected: int
    last_sync: datetime | None
    online: bool | None


def enrol_device(
    session: Session, url: str, code: str, transport: Transport | None = None
) -> Identity:
    """Introduce this laptop to the office. The person and role are those of the code."""
    with _to(url, transport) as channel:
        identity = enrol(session.store.exchange, channel, code, url)
    with session.store.writing():
        session.store.set("person", identity.person)
        session.store.set("role", identity.role.value)
    return identity


def sync_now(
    session: Session,
    progress: Callable[[Progress], None] = lambda _: None,
    transport: Transport | None = None,
) -> SyncReport:
    """Exchange everything with the office. Raises `SyncFault`; what was exchanged is kept."""
    url = load_identity(session.store.exchange).url
    try:
        with _to(url, transport) as channel:
            report = sync(session.store.exchange, channel, progress=progress, clock=session.clock)
    except SyncFault:
        session.store.set("online", False)
        raise
    session.store.set("online", True)
    session.store.set(LAST_SYNC, session.clock().isoformat())
    return report


def exchange_state(session: Session) -> ExchangeState:
    """What the status bar shows. Reads only."""
    exchange = session.store.exchange
    last = session.store.setting(LAST_SYNC)
    return ExchangeState(
        enrolled=bool(exchange.identity()),
        unsent=exchange.unsent(),
        rejected=len(exchange.rejected()),
        last_sync=datetime.fromisoformat(last) if last else None,
        online=session.store.setting("online"),
    )


def _to(url: str, transport: Transport | None) -> AbstractContextManager[Transport]:
    return nullcontext(transport) if transport is not None else HttpTransport(url)
