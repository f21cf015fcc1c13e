"""Attachments through files: both ways, once, in little memory, and only by whom they concern."""

import io
import tracemalloc
from pathlib import Path
from random import Random

import pytest

from fieldkit.chunked import CHUNK
from fieldkit.office.desk.desk import dispatch
from fieldkit.office.errors import OfficeFault
from fieldkit.office.exchange.parcels import import_parcel
from fieldkit.office.ledger.attachment_manifest import upload_parts
from fieldkit.office.publishing.catalogue import publish_catalogue
from fieldkit.services.home.installed_catalogue import InstalledCatalogue
from fieldkit.sync.client.parcel_exchange import make_parcel, take_answer
from fieldkit.sync.client.progress import SyncReport
from fieldkit.sync.errors import SyncFault
from fieldkit.sync.protocol.parcel_format import Parcel, ParcelAnswer
from tests.sync.client.test_fetch_attachments import read, synced
from tests.sync.client.test_fetch_catalogue import dearer
from tests.sync.client.test_repeats import channel
from tests.sync.client.test_send_attachments import (
    PHOTO,
    attach,
    finish,
    status,
    stored,
    with_photo,
)
from tests.sync.exchange import Laptop, World, completed, job


def written(laptop: Laptop) -> tuple[io.BytesIO, Parcel]:
    out = io.BytesIO()
    parcel = make_parcel(laptop.store.exchange, out, laptop.store.transfers)
    out.seek(0)
    return out, parcel


def imported(here: World, file: io.BytesIO) -> tuple[io.BytesIO, ParcelAnswer]:
    out = io.BytesIO()
    file.seek(0)
    _, answer = import_parcel(here.office, file, out)
    out.seek(0)
    return out, answer


def taken(laptop: Laptop, file: io.BytesIO) -> SyncReport:
    file.seek(0)
    return take_answer(laptop.store.exchange, file, laptop.store.transfers)


def test_a_job_with_a_photograph_is_submitted_by_file(here: World) -> None:
    anna = here.laptop("anna")
    record, sha256 = with_photo(anna)
    file, parcel = written(anna)
    assert [each.sha256 for each in parcel.enclosed] == [sha256]
    assert PHOTO[:64] not in file.getvalue()
    answer, _ = imported(here, file)
    assert stored(here, anna, sha256) == PHOTO
    report = taken(anna, answer)
    assert (report.applied, report.attachments, report.unsent) == (3, 1, 0)
    assert status(anna, record) == "submitted"
    assert written(anna)[1].enclosed == []
    here.wire.requests.clear()
    synced(anna, here.wire)
    assert [sent.path for sent in here.wire.requests] == ["/v1/sync"]


def test_attachments_that_share_a_piece_of_the_file_stay_apart(here: World) -> None:
    anna = here.laptop("anna")
    request = job()
    anna.act(request)
    contents = [Random(size).randbytes(size) for size in (CHUNK + 5, 7, CHUNK - 3, 2 * CHUNK)]
    digests = [attach(anna, request.record, content) for content in contents]
    finish(anna, request.record, *digests)
    answer, _ = imported(here, written(anna)[0])
    assert [stored(here, anna, sha256) for sha256 in digests] == contents
    assert taken(anna, answer).attachments == 4


def test_either_file_may_be_used_twice(here: World) -> None:
    anna = here.laptop("anna")
    record, sha256 = with_photo(anna)
    file, _ = written(anna)
    imported(here, file)
    with here.office.db.reading() as conn:
        before = len(conn.execute(upload_parts.select()).all())
    answer, said = imported(here, file)
    with here.office.db.reading() as conn:
        assert len(conn.execute(upload_parts.select()).all()) == before
    assert said.lacking == []
    for _ in range(2):
        assert taken(anna, answer).unsent == 0
        assert status(anna, record) == "submitted"
    assert read(anna, sha256) == PHOTO


def test_an_attachment_stays_until_the_answer_has_come_back(here: World) -> None:
    anna = here.laptop("anna")
    _, sha256 = with_photo(anna)
    for _ in range(2):
        assert [each.sha256 for each in written(anna)[1].enclosed] == [sha256]
    assert anna.store.lists.unsent() == 3


def test_what_was_begun_over_the_network_goes_on_by_file(here: World) -> None:
    anna = here.laptop("anna")
    record, sha256 = with_photo(anna)
    anna.store.attachments.path(sha256).rename(here.folder / "away")
    anna.sync(here.wire)
    channel(here, anna).send_part(sha256, 0, len(PHOTO), PHOTO[:300_000])
    (here.folder / "away").rename(anna.store.attachments.path(sha256))
    answer, _ = imported(here, written(anna)[0])
    taken(anna, answer)
    assert stored(here, anna, sha256) == PHOTO
    assert status(anna, record) == "submitted"


def test_one_that_the_office_lost_goes_with_the_next_file(here: World) -> None:
    anna = here.laptop("anna")
    _, sha256 = with_photo(anna)
    anna.store.transfers.at_office([sha256])
    file, parcel = written(anna)
    assert parcel.enclosed == []
    taken(anna, imported(here, file)[0])
    assert [each.sha256 for each in written(anna)[1].enclosed] == [sha256]


def test_a_damaged_attachment_stays_behind_and_holds_up_nothing(here: World) -> None:
    anna = here.laptop("anna")
    record, sha256 = with_photo(anna)
    other, _ = with_photo(anna, b"another")
    path = anna.store.attachments.path(sha256)
    path.write_bytes(path.read_bytes()[:-1])
    file, parcel = written(anna)
    assert len(parcel.enclosed) == 1
    assert taken(anna, imported(here, file)[0]).applied == 6
    assert (status(anna, record), status(anna, other)) == ("completed", "submitted")


def test_the_answer_brings_what_the_laptop_wants_and_may_see(here: World) -> None:
    anna, bert, carl = (here.laptop(name) for name in ("anna", "bert", "carl"))
    request = job()
    anna.act(request)
    sha256 = attach(anna, request.record, PHOTO)
    synced(anna, here.wire)
    dispatch(here.office, request.record, "bert")
    taken(bert, imported(here, written(bert)[0])[0])
    assert bert.store.transfers.wanted() == [sha256]
    answer, _ = imported(here, written(bert)[0])
    assert taken(bert, answer).fetched == 1
    assert taken(bert, answer).fetched == 0
    assert (read(bert, sha256), bert.store.transfers.wanted()) == (PHOTO, [])
    carl.store.transfers.want(sha256, request.record)
    assert imported(here, written(carl)[0])[1].enclosed == []


@pytest.mark.parametrize("where", [-1, -300_000, 40])
def test_of_a_damaged_file_nothing_is_taken(here: World, where: int) -> None:
    anna = here.laptop("anna")
    with_photo(anna)
    raw = bytearray(written(anna)[0].getvalue())
    raw[where] ^= 1
    with pytest.raises(OfficeFault, match="bad_parcel"):
        imported(here, io.BytesIO(bytes(raw)))
    with pytest.raises(OfficeFault, match="bad_parcel"):
        imported(here, io.BytesIO(written(anna)[0].getvalue()[:-300_000]))
    with here.office.db.reading() as conn:
        assert conn.exec_driver_sql("SELECT count(*) FROM events").scalar() == 0
    answer = bytearray(imported(here, written(anna)[0])[0].getvalue())
    answer[-1] ^= 1
    with pytest.raises(SyncFault, match="bad_parcel"):
        taken(anna, io.BytesIO(bytes(answer)))
    assert anna.store.lists.unsent() == 3


def test_a_large_attachment_passes_through_little_memory(here: World, tmp_path: Path) -> None:
    anna = here.laptop("anna")
    content = Random(3).randbytes(24 * 1024 * 1024)
    request = job()
    anna.act(request)
    sha256 = attach(anna, request.record, content)
    anna.act(completed(request.record).model_copy(update={"data": {"attachments": [sha256]}}))
    tracemalloc.start()
    with (tmp_path / "out").open("w+b") as file, (tmp_path / "back").open("w+b") as back:
        make_parcel(anna.store.exchange, file, anna.store.transfers)
        file.seek(0)
        import_parcel(here.office, file, back)
        back.seek(0)
        report = take_answer(anna.store.exchange, back, anna.store.transfers)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (report.attachments, status(anna, request.record)) == (1, "submitted")
    assert most < len(content) / 2


def test_the_catalogue_comes_with_the_answer(here: World) -> None:
    anna = here.laptop("anna")
    held = InstalledCatalogue(anna.store)
    publish_catalogue(here.office, dearer(2), "mei")
    for revision in (2, None):
        out, back = io.BytesIO(), io.BytesIO()
        make_parcel(anna.store.exchange, out, catalogue=held)
        out.seek(0)
        import_parcel(here.office, out, back)
        back.seek(0)
        assert take_answer(anna.store.exchange, back, catalogue=held).catalogue == revision
    assert held.load() == dearer(2)
