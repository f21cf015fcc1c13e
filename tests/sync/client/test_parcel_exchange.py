"""The exchange through files: sealed, signed, applied once, nothing let go before the answer."""

import io

import pytest

from fieldkit.office.desk.desk import dispatch
from fieldkit.office.devices.enrol import revoke
from fieldkit.office.errors import OfficeFault
from fieldkit.office.exchange.parcels import import_parcel as import_file
from fieldkit.office.office import Office
from fieldkit.store.records.exchange import Exchange
from fieldkit.sync.client.parcel_exchange import make_parcel as make_file
from fieldkit.sync.client.parcel_exchange import take_answer as take_file
from fieldkit.sync.client.progress import SyncReport
from fieldkit.sync.errors import SyncFault
from fieldkit.sync.protocol import keys
from fieldkit.sync.protocol.parcel_format import (
    MAGIC,
    PARCEL,
    Parcel,
    ParcelAnswer,
    read_head,
    write,
)
from tests.office.history import read_history
from tests.sync.exchange import Laptop, World, completed, job, note, spoilt


def make_parcel(exchange: Exchange) -> bytes:
    out = io.BytesIO()
    make_file(exchange, out)
    return out.getvalue()


def import_parcel(office: Office, raw: bytes) -> tuple[bytes, ParcelAnswer]:
    out = io.BytesIO()
    _, answer = import_file(office, io.BytesIO(raw), out)
    return out.getvalue(), answer


def take_answer(exchange: Exchange, raw: bytes) -> SyncReport:
    return take_file(exchange, io.BytesIO(raw))


def by_file(here: World, laptop: Laptop) -> None:
    answer, _ = import_parcel(here.office, make_parcel(laptop.store.exchange))
    take_answer(laptop.store.exchange, answer)


def test_the_same_exchange_without_a_network(here: World) -> None:
    anna, bert = here.laptop("anna"), here.laptop("bert")
    request = job()
    anna.act(request, note(request.record), completed(request.record))
    parcel = make_parcel(anna.store.exchange)
    assert anna.store.lists.unsent() == 3
    answer, _ = import_parcel(here.office, parcel)
    report = take_answer(anna.store.exchange, answer)
    assert (report.applied, report.received, report.unsent) == (3, 1, 0)
    assert anna.documents()[request.record]["status"] == "submitted"
    dispatch_and_read(here, bert)
    assert anna.sync(here.wire).clean


def dispatch_and_read(here: World, laptop: Laptop) -> None:
    """The office's word comes back in the answer, too."""
    request = job()
    here.laptops["anna"].act(request)
    by_file(here, here.laptops["anna"])
    dispatch(here.office, request.record, laptop.person)
    by_file(here, laptop)
    assert laptop.documents()[request.record]["status"] == "dispatched"


def test_a_file_applied_twice_has_its_effect_once(here: World) -> None:
    anna = here.laptop("anna")
    request = job()
    anna.act(request, note(request.record))
    parcel = make_parcel(anna.store.exchange)
    import_parcel(here.office, parcel)
    answer, said = import_parcel(here.office, parcel)
    assert said.answers[0].receipt is not None
    assert [each.status for each in said.answers[0].receipt.results] == ["duplicate"] * 2
    for _ in range(2):
        take_answer(anna.store.exchange, answer)
        assert anna.store.lists.unsent() == 0
        codes = anna.store.exchange.phone_codes.codes()
        assert codes is not None
        assert sorted(codes.hashes) == [1, 2, 3, 4, 5]
    assert len(read_history(here.office, "job", request.record)) == 2
    assert [noted["text"] for noted in anna.documents()[request.record]["notes"]] == ["seen"]


def test_a_lost_file_is_made_again_and_an_older_answer_still_counts(here: World) -> None:
    anna = here.laptop("anna")
    request = job()
    anna.act(request)
    first = make_parcel(anna.store.exchange)
    anna.act(note(request.record))
    second = make_parcel(anna.store.exchange)
    late, _ = import_parcel(here.office, first)
    newer, _ = import_parcel(here.office, second)
    take_answer(anna.store.exchange, newer)
    take_answer(anna.store.exchange, late)
    assert anna.sync(here.wire).clean


def test_rejections_come_back(here: World) -> None:
    anna = here.laptop("anna")
    request = job()
    anna.act(request, spoilt(request.record), note(request.record))
    answer, _ = import_parcel(here.office, make_parcel(anna.store.exchange))
    report = take_answer(anna.store.exchange, answer)
    assert (report.applied, report.rejected, report.held, report.unsent) == (1, 1, 1, 0)


def test_an_office_that_lost_events_asks_for_them(here: World) -> None:
    """A later parcel comes first: the next one holds everything."""
    anna = here.laptop("anna")
    request = job()
    anna.act(request)
    parcel = make_parcel(anna.store.exchange)
    exchange = anna.store.exchange
    answer, _ = import_parcel(here.office, parcel)
    take_answer(exchange, answer)
    with here.office.db.engine.begin() as conn:  # as if restored from a backup
        for table in ("events", "heads", "documents"):
            conn.exec_driver_sql(f"DELETE FROM {table}")
    anna.act(note(request.record))
    answer, _ = import_parcel(here.office, make_parcel(exchange))
    report = take_answer(exchange, answer)
    assert [problem.key for problem in report.problems] == ["parcel_hole"]
    by_file(here, anna)
    assert len(read_history(here.office, "job", request.record)) == 2


def test_only_the_office_reads_it_and_only_its_answer_counts(here: World) -> None:
    anna, bert = here.laptop("anna"), here.laptop("bert")
    request = job()
    anna.act(request)
    parcel = make_parcel(anna.store.exchange)
    assert request.record.encode() not in parcel
    for damaged in (parcel[:-1], parcel[:40] + b"\0" + parcel[41:], b"", parcel[5:]):
        with pytest.raises(OfficeFault, match="bad_parcel"):
            import_parcel(here.office, damaged)
    answer, _ = import_parcel(here.office, parcel)
    with pytest.raises(SyncFault, match="bad_parcel"):
        take_answer(bert.store.exchange, answer)
    with pytest.raises(SyncFault, match="bad_parcel"):
        take_answer(anna.store.exchange, parcel)
    assert anna.store.lists.unsent() == 1


def test_a_parcel_of_somebody_else_is_refused(here: World) -> None:
    anna, bert = here.laptop("anna"), here.laptop("bert")
    anna.act(job())
    parcel = make_parcel(anna.store.exchange)

    office = here.office.keys.seal
    text = read_head(io.BytesIO(parcel), PARCEL, office).text
    forged = io.BytesIO()
    own = keys.unb64(bert.store.exchange.device.identity()["sign"])
    head = Parcel.model_validate_json(text)
    write(forged, head, PARCEL, own, keys.sealing_public(office), [])
    assert forged.getvalue().startswith(MAGIC)
    with pytest.raises(OfficeFault, match="bad_parcel"):
        import_parcel(here.office, forged.getvalue())
    revoke(here.office, anna.store.exchange.device.read()["id"])
    with pytest.raises(OfficeFault, match="revoked"):
        import_parcel(here.office, parcel)


def test_an_answer_to_another_parcel_is_named(here: World) -> None:
    anna = here.laptop("anna")
    anna.act(job())
    old = here.copy("anna", "old")
    anna = here.laptops["anna"]
    answer, _ = import_parcel(here.office, make_parcel(anna.store.exchange))
    with pytest.raises(SyncFault, match="unknown_parcel"):
        take_answer(old.store.exchange, answer)
