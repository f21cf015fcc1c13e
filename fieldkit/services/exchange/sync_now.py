"""The exchange with the office: enrol and sync."""

import logging
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

from fieldkit.services.exchange.link_state import LAST_SYNC, ONLINE
from fieldkit.services.home.people import forget_pin, people
from fieldkit.services.home.session import Session
from fieldkit.sync.client.enrol import Identity, enrol, load_identity
from fieldkit.sync.client.progress import Progress, SyncReport
from fieldkit.sync.client.sync_client import sync
from fieldkit.sync.client.transport import HttpTransport, Transport
from fieldkit.sync.errors import AlreadySending, SyncFault

_LOG = logging.getLogger(__name__)


def enrol_device(
    session: Session, url: str, code: str, transport: Transport | None = None
) -> Identity:
    """Introduce this laptop to the office. The person and role are those of the code, which also
    takes a PIN away that she has forgotten."""
    with _to(url, transport) as channel:
        identity = enrol(session.store.exchange, channel, code, url)
    with session.store.writing():
        session.store.set("person", identity.person)
        session.store.set("role", identity.role.value)
        forget_pin(session, identity.person)
    return identity


def sync_now(
    session: Session,
    progress: Callable[[Progress], None] = lambda _: None,
    transport: Transport | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> SyncReport:
    """Exchange everything with the office. Raises `SyncFault`; what was exchanged is kept.
    `sleep` waits between two tries; it may raise to cancel, as `progress` may."""
    url = load_identity(session.store.exchange).url
    try:
        with _to(url, transport) as channel:
            report = sync(
                session.store.exchange,
                channel,
                session.store.attachments,
                packs=session.packs,
                catalogue=session.published_catalogue,
                transfers=session.store.transfers,
                phone_codes=session.store.exchange.phone_codes,
                progress=progress,
                sleep=sleep,
                clock=session.clock,
            )
    except AlreadySending:
        raise
    except SyncFault as fault:
        _LOG.warning("sync ended: %s", fault.key)
        session.store.set(ONLINE, False)
        raise
    unconfirmed = [person.name for person in people(session) if not person.confirmed]
    if unconfirmed:
        report.problem("people_unconfirmed", names=", ".join(unconfirmed))
    _LOG.info(
        "sync: sent %d, received %d, unsent %d, refused %d, problems: %s",
        report.sent, report.received, report.unsent, report.rejected,
        ", ".join(problem.key for problem in report.problems) or "none",
    )  # fmt: skip
    session.store.set(ONLINE, True)
    session.store.set(LAST_SYNC, session.clock().isoformat())
    return report


def start_new_epoch(session: Session) -> None:
    """Let this laptop go on after another one has sent events under its name.

    What it has recorded and the office lacks is sent by the next sync, under new numbers; the
    office has noted that there were two. Raises `SyncFault` while a sync is running.
    """
    exchange = session.store.exchange
    load_identity(exchange)
    with exchange.sending() as alone:
        if not alone:
            raise AlreadySending
        exchange.device.start_epoch()


def _to(url: str, transport: Transport | None) -> AbstractContextManager[Transport]:
    return nullcontext(transport) if transport is not None else HttpTransport(url)
