"""Homes full of real work, for the tests of the whole store."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from fieldkit.domain.core.event import RecordKind, Role
from fieldkit.domain.job.model import Job
from fieldkit.services.home.session import Session, init_home, open_session
from fieldkit.services.jobs import job_commands, records
from fieldkit.store.home.home import Home
from fieldkit.store.records.receipts import EventReceipt, Pending, as_pending
from fieldkit.store.store import Store

NOW = datetime.fromisoformat("2026-11-05T08:45:00+08:00")
NAME, PHONE, ADDRESS = "欧阳试验", "000-5550-1234", "虚构市样例区测试路 77 号"


def new_home(folder: Path, passphrase: str | None = None) -> Home:
    """An empty home of a technician."""
    home = Home(folder)
    init_home(home, "wang.lei", Role.TECHNICIAN, "en", passphrase, "auto" if passphrase else "file")
    return home


@contextmanager
def opened(home: Home, days: int = 0, passphrase: str | None = None) -> Iterator[Session]:
    """The home, `days` after the day of the tests."""
    moment = NOW + timedelta(days=days)
    with open_session(home, {}, passphrase, clock=lambda: moment) as session:
        yield session


def one_job(session: Session, symptom: str = "brakes") -> Job:
    """A customer, her product, and a job."""
    who = {"name": NAME, "phone": PHONE, "address": ADDRESS}
    customer = records.register_customer(session, who)
    serial = f"C24-2501-{session.store.lists.count(RecordKind.PRODUCT):05d}"
    records.register_product(
        session, {"serial_confirmed": True, "serial": serial, "model": "QL-C24"}
    )
    return job_commands.register_job(session, {"symptom": symptom}, customer.id, serial)


def cancelled(session: Session, job: Job) -> Job:
    """The job, closed by the customer."""
    return job_commands.do_step(session, job.id, "cancel", {"reason": "not needed"})


def acknowledge(session: Session) -> None:
    """Everything gets its position, as from the office."""
    rows = session.store.db.table("outbox").ordered("turn")
    last = max((row.get("position", 0) for row in session.store.db.table("events")), default=0)
    session.store.exchange.receipts.record(
        EventReceipt(str(row.doc_id), "applied", last + count)
        for count, row in enumerate(rows, start=1)
    )


def documents(session: Session) -> dict[str, list[dict[str, object]]]:
    """All documents by kind."""
    return {kind.value: session.store.ledger.rows(kind) for kind in RecordKind}


def waiting_events(store: Store, limit: int) -> list[Pending]:
    """Own events without a receipt, in device order, at most `limit`."""
    rows = store.db.table("outbox").ordered("turn", limit)
    found = [store.db.table("events").get(doc_id=row.doc_id) for row in rows]
    return [as_pending(row.doc_id, row) for row in found if row]
