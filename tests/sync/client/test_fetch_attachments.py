"""Attachments of others, and lost ones, come to the laptop: in parts, whole, and only hers."""

from collections.abc import Iterator
from random import Random

import pytest

from fieldkit.domain.core.errors import Fault
from fieldkit.office.desk.desk import dispatch
from fieldkit.office.ledger.attachment_manifest import upload_parts
from fieldkit.services.home.ids import uuid7
from fieldkit.store.care.salvage import salvage
from fieldkit.store.home.home import Home
from fieldkit.store.store import open_store
from fieldkit.sync.client.progress import SyncReport
from fieldkit.sync.client.sync_client import sync
from fieldkit.sync.client.transport import Reply, Request, Transport
from fieldkit.sync.errors import Retryable
from tests.sync.client.test_send_attachments import attach, finish
from tests.sync.exchange import MORNING, Faulty, Laptop, World, completed, job

PHOTO = Random(11).randbytes(2_500_000)


def synced(laptop: Laptop, wire: Transport) -> SyncReport:
    """A sync that also fetches."""
    store = laptop.store
    return sync(
        store.exchange, wire, store.attachments, transfers=store.transfers,
        sleep=lambda _: None, random=lambda: 0.5, clock=laptop.clock,
    )  # fmt: skip


def photographed(here: World, content: bytes = PHOTO) -> tuple[str, str]:
    """A job of anna's with a photograph, sent on to bert: its id and the digest."""
    anna = here.laptops.get("anna") or here.laptop("anna")
    request = job()
    anna.act(request)
    sha256 = attach(anna, request.record, content)
    assert synced(anna, here.wire).attachments == 1
    dispatch(here.office, request.record, "bert")
    return request.record, sha256


def read(laptop: Laptop, sha256: str) -> bytes:
    return b"".join(laptop.store.attachments.read(sha256))


def gets(here: World) -> list[str]:
    return [sent.path for sent in here.wire.requests if sent.path.startswith("/v1/attachments/")]


def test_a_job_that_is_sent_on_comes_with_its_photographs(here: World) -> None:
    bert = here.laptop("bert")
    _, sha256 = photographed(here)
    report = synced(bert, here.wire)
    assert (report.fetched, report.clean) == (1, True)
    assert read(bert, sha256) == PHOTO
    here.wire.requests.clear()
    synced(bert, here.wire)
    assert [sent.path for sent in here.wire.requests] == ["/v1/sync"]


def test_a_fetch_goes_on_where_it_was_cut(here: World) -> None:
    bert = here.laptop("bert")
    _, sha256 = photographed(here)

    def dead(asked: Request) -> Reply:
        if len(gets(here)) >= 2 and asked.path.startswith("/v1/attachments/"):
            raise Retryable("unreachable", cause="ConnectError")
        return here.wire(asked)

    here.wire.requests.clear()
    report = synced(bert, dead)
    assert [problem.key for problem in report.problems] == ["attachments_not_fetched"]
    begun = bert.store.attachments.begun(sha256)
    assert 0 < begun < len(PHOTO)
    here.wire.requests.clear()
    assert synced(bert, here.wire).fetched == 1
    assert gets(here)[0].endswith(f"?offset={begun}")
    assert read(bert, sha256) == PHOTO


@pytest.mark.parametrize("fault", ["lost", "cut", "twice"])
def test_every_other_request_may_fail(here: World, fault: str) -> None:
    bert = here.laptop("bert")
    _, sha256 = photographed(here)

    def plan() -> Iterator[str]:
        while True:
            yield "ok"
            yield fault

    assert synced(bert, Faulty(here.wire, plan())).fetched == 1
    assert read(bert, sha256) == PHOTO


def test_what_is_altered_at_the_office_or_here_on_the_way_does_not_count(here: World) -> None:
    bert = here.laptop("bert")
    _, sha256 = photographed(here)
    with here.office.db.writing() as writing:
        rows = writing.conn.execute(upload_parts.select()).all()
        changed = upload_parts.update().where(upload_parts.c.start == rows[0].start)
        writing.conn.execute(changed.values(data=bytes(len(rows[0].data))))
    assert synced(bert, here.wire).fetched == 0
    assert not bert.store.attachments.has(sha256)
    with here.office.db.writing() as writing:
        writing.conn.execute(changed.values(data=rows[0].data))
    bert.store.attachments.add_part(sha256, PHOTO[:1000])
    next((here.folder / "bert" / "attachments" / "incoming").glob("*/*")).write_bytes(b"damaged")
    assert synced(bert, here.wire).fetched == 0
    assert synced(bert, here.wire).fetched == 1
    assert read(bert, sha256) == PHOTO


def test_nobody_fetches_what_is_not_hers(here: World) -> None:
    bert, carl = here.laptop("bert"), here.laptop("carl")
    record, sha256 = photographed(here, b"photo")
    carl.store.transfers.want(sha256, record)
    assert synced(carl, here.wire).fetched == 0
    assert (carl.store.attachments.has(sha256), carl.store.transfers.wanted()) == (False, [])
    assert synced(bert, here.wire).fetched == 1


def test_one_that_its_maker_has_not_sent_yet_is_asked_for_again(here: World) -> None:
    anna, bert = here.laptop("anna"), here.laptop("bert")
    request = job()
    anna.act(request)
    sha256 = attach(anna, request.record, b"photo")
    kept = anna.store.attachments.path(sha256)
    kept.rename(here.folder / "away")
    anna.sync(here.wire)
    dispatch(here.office, request.record, "bert")
    assert (synced(bert, here.wire).fetched, bert.store.transfers.wanted()) == (0, [sha256])
    (here.folder / "away").rename(kept)
    synced(anna, here.wire)
    assert (synced(bert, here.wire).fetched, bert.store.transfers.wanted()) == (1, [])


def test_attachments_of_closed_jobs_come_when_somebody_asks(here: World) -> None:
    anna, boss = here.laptop("anna"), here.laptop("bert")
    request = job()
    anna.act(request)
    sha256 = attach(anna, request.record, b"photo")
    finish(anna, request.record, sha256)
    synced(anna, here.wire)
    anna.store.attachments.path(sha256).unlink()
    assert synced(anna, here.wire).fetched == 0
    anna.store.transfers.want(sha256, request.record)
    assert synced(anna, here.wire).fetched == 1
    assert read(anna, sha256) == b"photo"
    assert boss.store.transfers.wanted() == []


def test_a_salvaged_laptop_gets_the_files_of_its_open_jobs_again(here: World) -> None:
    anna = here.laptop("anna")
    open_job, closed = job(), job()
    anna.act(open_job, closed)
    one = attach(anna, open_job.record, b"one")
    two = attach(anna, closed.record, b"two")
    anna.act(completed(closed.record).model_copy(update={"data": {"attachments": [two]}}))
    synced(anna, here.wire)
    anna.store.close()
    for sha256 in (one, two):
        anna.store.attachments.path(sha256).unlink()
    salvage(Home(here.folder / "anna"), uuid7, MORNING)
    anna.store = open_store(Home(here.folder / "anna"), uuid7)
    anna.store.transfers.want_of([open_job.record, closed.record])
    synced(anna, here.wire)
    assert read(anna, one) == b"one"
    with pytest.raises(Fault, match="missing"):
        read(anna, two)


def test_parts_are_sealed_on_the_disk(here: World) -> None:
    bert = here.laptop("bert")
    bert.store.attachments.add_part("0" * 64, b"something that can be read")
    (part,) = (here.folder / "bert" / "attachments" / "incoming").glob("*/*")
    assert b"can be read" not in part.read_bytes()
    assert bert.store.attachments.files() == []
    assert not bert.store.attachments.complete("0" * 64)
    assert bert.store.attachments.begun("0" * 64) == 0
