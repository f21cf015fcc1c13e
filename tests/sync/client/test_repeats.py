"""Every request may be repeated, lost or answered by somebody else: nothing counts twice."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from itertools import chain, cycle, repeat
from pathlib import Path

import pytest
from sqlalchemy import select

from fieldkit.domain.core.event import Event
from fieldkit.office.tables import conflicts
from fieldkit.sync.client.enrol import load_identity
from fieldkit.sync.client.progress import FIRST_PAUSE_S, MAX_TRIES, Backoff
from fieldkit.sync.client.signed_channel import Channel
from fieldkit.sync.client.sync_client import sync
from fieldkit.sync.client.transport import Reply, Request
from fieldkit.sync.errors import OfficeRefused, Retryable, SyncFault
from fieldkit.sync.protocol import keys
from fieldkit.sync.protocol.messages import (
    NONCE_HEADER,
    SIGNATURE_HEADER,
    Batch,
    Outcome,
    Receipt,
    Refusal,
    answer_bytes,
    to_wire,
)
from tests.office.history import read_history
from tests.sync.exchange import Faulty, Laptop, World, completed, job, note


def channel(here: World, laptop: Laptop) -> Channel:
    """A laptop's way to the office, for requests by hand."""
    known = load_identity(laptop.store.exchange)
    return Channel(here.wire, keys.unb64(known.office_key), known.token, keys.unb64(known.sign))


def batch(laptop: Laptop, first: int, raws: list[bytes], nonce: str = "n") -> Batch:
    device = laptop.store.exchange.device.read()
    events = [to_wire(raw) for raw in raws]
    return Batch(
        device=device["id"], epoch=device["epoch"], first=first, nonce=nonce, events=events
    )


def send(here: World, laptop: Laptop, first: int, raws: list[bytes]) -> Receipt:
    return channel(here, laptop).post("/v1/events", batch(laptop, first, raws), Receipt)


def own(laptop: Laptop) -> list[bytes]:
    exchange = laptop.store.exchange
    return [event.raw for event in exchange.outbox.own(exchange.device.read()["epoch"], 0, 100)]


@pytest.mark.parametrize("name", ["\\u0000", "\\ud800x", "a" * 99, "'; DROP TABLE events; --"])
def test_a_fork_with_any_id_is_kept_apart(here: World, name: str) -> None:
    anna = here.laptop("anna")
    anna.act(job())
    send(here, anna, 1, own(anna))
    forged = b'{"id":"' + name.encode() + b'"}'
    with pytest.raises(OfficeRefused, match="forked"):
        send(here, anna, 1, [forged])
    with here.office.db.reading() as conn:
        assert conn.scalars(select(conflicts.c.raw)).all() == [forged]


def test_a_repeated_batch_gets_the_same_positions_and_counts_once(here: World) -> None:
    anna = here.laptop("anna")
    request = job()
    anna.act(request, note(request.record))
    first = send(here, anna, 1, own(anna))
    again = send(here, anna, 1, own(anna))
    assert [result.status for result in first.results] == [Outcome.APPLIED] * 2
    assert [result.status for result in again.results] == [Outcome.DUPLICATE] * 2
    assert [result.position for result in again.results] == [1, 2]
    assert again.head == first.head
    assert len(read_history(here.office, "job", request.record)) == 2


@pytest.mark.parametrize("fault", ["lost", "cut", "twice"])
def test_each_request_may_fail_once(here: World, fault: str) -> None:
    anna = here.laptop("anna")
    request = job()
    anna.act(request, note(request.record), completed(request.record))
    report = anna.sync(Faulty(here.wire, cycle(["ok", fault] if fault == "cut" else [fault, "ok"])))
    assert report.unsent == 0
    assert report.sent == 3
    history = read_history(here.office, "job", request.record)
    assert [event.type for event in history] == [
        "job.registered", "job.note_added", "job.completed", "job.submitted",
    ]  # fmt: skip
    assert anna.documents()[request.record]["status"] == "submitted"


def test_a_reply_lost_after_the_commit_is_made_good_by_the_next_sync(here: World) -> None:
    anna = here.laptop("anna")
    request = job()
    anna.act(request)
    with pytest.raises(Retryable):
        anna.sync(Faulty(here.wire, chain(["ok"], repeat("cut"))))
    assert anna.store.lists.unsent() == 1
    assert len(read_history(here.office, "job", request.record)) == 1
    report = anna.sync(here.wire)
    assert (report.duplicates, report.applied, report.unsent) == (1, 0, 0)
    assert anna.store.ledger.positions(request.record)


def test_patience_ends_and_pauses_grow(here: World) -> None:
    anna = here.laptop("anna")
    pauses: list[float] = []
    with pytest.raises(Retryable, match="unreachable"):
        sync(
            anna.store.exchange,
            Faulty(here.wire, repeat("lost")),
            sleep=pauses.append,
            random=lambda: 1.0,
            clock=here.clock,
        )
    assert pauses == [FIRST_PAUSE_S * 2**n for n in range(MAX_TRIES - 1)]


def test_a_reply_that_was_cut_is_asked_for_again_at_once_but_only_once() -> None:
    pauses: list[float] = []
    backoff = Backoff(pauses.append, lambda: 1.0)
    faults = iter([Retryable("unreachable", cause="ReadError")] * 3)

    def ask() -> str:
        for fault in faults:
            raise fault
        return "answer"

    assert backoff.retry(ask) == "answer"
    assert pauses == [FIRST_PAUSE_S * 2, FIRST_PAUSE_S * 4]


def test_batches_shrink_after_failures_and_grow_again(here: World) -> None:
    anna = here.laptop("anna")
    request = job()
    anna.act(request, *(note(request.record, str(number)) for number in range(40)))
    sizes: list[int] = []

    def narrow(asked: Request) -> Reply:
        """A proxy that lets only short bodies through."""
        if asked.path == "/v1/events":
            sizes.append(len(asked.body))
            if len(asked.body) > 2000:
                return Reply(413, {}, b"too large")
        return here.wire(asked)

    assert anna.sync(narrow).unsent == 0
    assert len(read_history(here.office, "job", request.record)) == 41
    assert sizes[0] > 2000


# -- holes and forks ---------------------------------------------------------------------------


def test_a_hole_is_refused_with_the_number_from_which_to_send(here: World) -> None:
    anna = here.laptop("anna")
    request = job()
    anna.act(request, note(request.record), note(request.record))
    raws = own(anna)
    with pytest.raises(OfficeRefused) as refusal:
        send(here, anna, 2, raws[1:])
    assert (refusal.value.reason, refusal.value.params) == ("hole", {"count": 0})
    assert read_history(here.office, "job", request.record) == []


def test_an_office_that_lost_events_gets_them_again(here: World, tmp_path: Path) -> None:
    """The office comes back from a copy of its database that is older than the last sync."""
    anna = here.laptop("anna")
    request = job()
    anna.act(request)
    anna.sync(here.wire)
    here.office.close()
    database = here.folder / "office" / "office.db"
    shutil.copy(database, tmp_path / "copy.db")
    here.restart()
    anna.act(note(request.record, "two"))
    anna.sync(here.wire)
    here.office.close()
    for path in database.parent.glob("office.db*"):
        path.unlink()
    shutil.copy(tmp_path / "copy.db", database)
    here.restart()
    anna.act(note(request.record, "three"))
    report = anna.sync(here.wire)
    assert (report.duplicates, report.applied, report.unsent) == (1, 1, 0)
    assert len(read_history(here.office, "job", request.record)) == 3


def forged_event(laptop: Laptop, seq: int, change: Callable[[Event], Event]) -> bytes:
    """An own event with something about it changed."""
    return change(Event.from_bytes(own(laptop)[seq - 1])).to_bytes()


def test_other_bytes_under_the_same_number_are_a_fork(here: World) -> None:
    anna = here.laptop("anna")
    request = job()
    anna.act(request)
    anna.sync(here.wire)
    other = forged_event(anna, 1, lambda event: event.model_copy(update={"by": "clone"}))
    with pytest.raises(OfficeRefused, match="forked"):
        send(here, anna, 1, [other])
    assert len(read_history(here.office, "job", request.record)) == 1
    report = anna.sync(here.wire)
    assert report.clean


def test_a_copied_laptop_is_told_and_what_it_recorded_stays_with_it(here: World) -> None:
    """Two laptops with one identity: the second to send finds its numbers taken."""
    anna = here.laptop("anna")
    anna.act(job())
    anna.sync(here.wire)
    clone = here.copy("anna", "clone")
    anna = here.laptops["anna"]
    anna.act(job())
    assert anna.sync(here.wire).clean
    clone.act(job(), job())
    report = clone.sync(here.wire)
    assert [problem.key for problem in report.problems] == ["forked"]
    assert (report.sent, report.unsent) == (0, 2)
    assert anna.sync(here.wire).clean


def test_a_laptop_restored_from_a_backup_is_told(here: World) -> None:
    anna = here.laptop("anna")
    anna.act(job())
    anna.sync(here.wire)
    backup = here.copy("anna", "backup")
    anna = here.laptops["anna"]
    anna.act(job())
    anna.sync(here.wire)
    report = backup.sync(here.wire)
    assert [problem.key for problem in report.problems] == ["ahead"]


def test_a_broken_link_is_rejected_and_the_chain_goes_on(here: World) -> None:
    anna = here.laptop("anna")
    request, other = job(), job()
    anna.act(request, other, note(request.record), note(other.record))
    raws = own(anna)
    send(here, anna, 1, raws[:2])
    broken = forged_event(anna, 3, lambda event: event.model_copy(update={"prev": "0" * 64}))
    with pytest.raises(OfficeRefused) as refusal:
        send(here, anna, 3, [broken])
    assert refusal.value.params == {"count": 1}
    receipt = send(here, anna, 2, [raws[1], broken])
    assert [result.status for result in receipt.results] == [Outcome.DUPLICATE, Outcome.REJECTED]
    assert receipt.results[1].reason == "broken_chain"
    assert receipt.head.count == 3


@pytest.mark.parametrize(
    ("reason", "params"),
    [
        ("hole", {"count": 0}),
        ("hole", {}),
        ("forked", {"seq": 0}),
        ("forked", {"seq": 2}),
        ("forked", {}),
        ("other", {"count": 0, "seq": 1}),
    ],
)
def test_a_refusal_that_leads_nowhere_ends_the_sync(
    here: World, reason: str, params: dict[str, int]
) -> None:
    """The office's own refusals, which it never gives: the same hole again and again, a fork at
    an event that is not there."""
    anna = here.laptop("anna")
    anna.act(job())

    def refusing(asked: Request) -> Reply:
        if asked.path != "/v1/events":
            return here.wire(asked)
        body = Refusal(error=reason, params=params).model_dump_json().encode()
        stated = answer_bytes(asked.headers[NONCE_HEADER], 409, body)
        signature = keys.sign(here.office.keys.sign, "answer", stated)
        return Reply(409, {SIGNATURE_HEADER.lower(): signature}, body)

    with pytest.raises(OfficeRefused, match=reason):
        anna.sync(refusing)
    assert anna.store.lists.unsent() == 1
    assert anna.sync(here.wire).clean


# -- answers that do not count -----------------------------------------------------------------


def portal(asked: Request) -> Reply:
    """A hotel's login page."""
    return Reply(200, {"content-type": "text/html"}, b"<html>Welcome! Please sign in.</html>")


def test_a_captive_portal_counts_as_nothing(here: World) -> None:
    anna = here.laptop("anna")
    anna.act(job())
    with pytest.raises(Retryable, match="not_office"):
        anna.sync(portal)
    assert anna.store.lists.unsent() == 1


def tampered(here: World, change: Callable[[Reply], Reply]) -> Callable[[Request], Reply]:
    def wire(asked: Request) -> Reply:
        reply = here.wire(asked)
        return change(reply) if asked.path == "/v1/events" else reply

    return wire


def test_a_receipt_that_somebody_changed_counts_as_nothing(here: World) -> None:
    anna = here.laptop("anna")
    anna.act(job())

    def change(reply: Reply) -> Reply:
        body = json.loads(reply.body)
        body["results"][0]["position"] = 77
        return replace(reply, body=json.dumps(body).encode())

    with pytest.raises(Retryable, match="not_office"):
        anna.sync(tampered(here, change))
    assert anna.store.lists.unsent() == 1


def test_a_proxy_that_damages_requests_costs_only_tries(here: World) -> None:
    anna = here.laptop("anna")
    request = job()
    anna.act(request, *(note(request.record, "x" * 99) for _ in range(20)))
    seen = 0

    def proxy(asked: Request) -> Reply:
        nonlocal seen
        seen += 1
        if asked.body and seen % 3:
            middle = len(asked.body) // 2
            flipped = bytes([asked.body[middle] ^ 1])
            asked = replace(asked, body=asked.body[:middle] + flipped + asked.body[middle + 1 :])
        return here.wire(asked)

    assert anna.sync(proxy).clean
    assert len(read_history(here.office, "job", request.record)) == 21


def test_an_old_answer_out_of_a_cache_counts_as_nothing(here: World) -> None:
    anna = here.laptop("anna")
    anna.act(job())
    kept: list[Reply] = []

    def cache(asked: Request) -> Reply:
        if asked.path != "/v1/sync":
            return here.wire(asked)
        kept.append(kept[0] if kept else here.wire(asked))
        return kept[-1]

    assert anna.sync(cache).applied == 1
    anna.act(job())
    with pytest.raises(Retryable, match="not_office"):
        anna.sync(cache)


def test_a_receipt_for_another_batch_is_no_receipt(here: World) -> None:
    anna = here.laptop("anna")
    anna.act(job())
    said = batch(anna, 1, own(anna), nonce="first")
    receipt = channel(here, anna).post("/v1/events", said, Receipt)
    office_key = keys.signing_public(here.office.keys.sign)
    assert receipt.answers(said, office_key)
    assert not receipt.answers(said.model_copy(update={"nonce": "second"}), office_key)
    assert not receipt.answers(said, keys.signing_public(keys.new_signing_key()))
    moved = receipt.model_copy(update={"office_epoch": "other"})
    assert not moved.answers(said, office_key)


# -- one at a time, and cancelling -------------------------------------------------------------


def test_one_sync_at_a_time(here: World) -> None:
    anna = here.laptop("anna")
    with anna.store.exchange.sending(), pytest.raises(SyncFault, match="already_sending"):
        anna.sync(here.wire)


def test_a_cancelled_sync_keeps_what_was_exchanged(here: World) -> None:
    anna = here.laptop("anna")
    request = job()
    anna.act(request, note(request.record))

    class CancelledError(Exception):
        pass

    def cancel(_: object) -> None:
        raise CancelledError

    with pytest.raises(CancelledError):
        anna.sync(here.wire, cancel)
    assert anna.store.lists.unsent() == 0
    assert anna.sync(here.wire).clean
