"""What the office has set aside: listed with its reason, released, dismissed, and told again."""

from pathlib import Path

import pytest

from fieldkit.domain.core.errors import NotFound, Refused
from fieldkit.domain.core.event import Act, Event
from fieldkit.office.desk.desk import dispatch, read_job
from fieldkit.office.exchange.held_events import dismiss, list_set_aside, release, told_again
from fieldkit.office.people.audit_log import read_audit
from fieldkit.office.watch.status import office_status
from tests.office.hostile import HostileLaptop, hostile
from tests.sync.exchange import Laptop, World, job, note, spoilt, world


def stuck(here: World, anna: Laptop) -> tuple[str, list[Event]]:
    """A job of anna's with a refused event, and two that wait behind it."""
    request = job()
    made = anna.act(request, spoilt(request.record))[1:]
    made += anna.act(note(request.record, "one"), note(request.record, "two"))
    anna.sync(here.wire)
    return request.record, made


def of_anna(here: World) -> str:
    """A job that is anna's."""
    request, anna = job(), here.laptop("anna")
    anna.act(request)
    anna.sync(here.wire)
    return request.record


def notes(here: World, record: str) -> list[str]:
    return [one.text for one in read_job(here.office, record).notes]


def standing(laptop: Laptop) -> tuple[list[str], set[str]]:
    receipts = laptop.store.exchange.receipts
    return [each.event for each in receipts.rejected()], receipts.held()


def problems(here: World, laptop: Laptop) -> list[tuple[str, dict[str, int]]]:
    return [(one.key, one.params) for one in laptop.sync(here.wire).problems]


def test_what_is_set_aside_is_listed_with_device_person_record_and_why(here: World) -> None:
    anna = here.laptop("anna")
    record, (wrong, one, two) = stuck(here, anna)
    found = list_set_aside(here.office)
    assert [(each.event, each.status, each.reason, each.behind, each.holds) for each in found] == [
        (wrong.id, "rejected", "office_only", "", 2),
        (one.id, "held", "", wrong.id, 0),
        (two.id, "held", "", wrong.id, 0),
    ]
    first = found[0]
    device = anna.store.exchange.device.read()["id"]
    assert (first.device, first.person, first.by) == (device, "anna", "anna")
    number = read_job(here.office, record).number
    assert (first.record, first.number, first.type) == (record, number, "job.submitted")
    assert first.since == here.clock()
    assert office_status(here.office).needs_attention


def test_each_exchange_tells_what_still_waits(here: World) -> None:
    anna = here.laptop("anna")
    record, made = stuck(here, anna)
    waits = ("set_aside", {"refused": 1, "held": 2})
    assert problems(here, anna) == [waits]
    assert problems(here, anna) == [waits]
    anna.act(note(record, "instead", replaces=made[0].id))
    assert problems(here, anna) == []
    assert notes(here, record) == ["instead", "one", "two"]


def test_a_dismissed_event_lets_go_what_it_held(here: World) -> None:
    anna = here.laptop("anna")
    record, (wrong, one, two) = stuck(here, anna)
    assert dismiss(here.office, wrong.id, "mei") == [one.id, two.id]
    assert notes(here, record) == ["one", "two"]
    assert list_set_aside(here.office) == []
    assert not office_status(here.office).needs_attention
    assert problems(here, anna) == []
    assert standing(anna) == ([], set())
    assert [row["text"] for row in anna.documents()[record]["notes"]] == ["one", "two"]
    anna.act(note(record, "goes on"))
    assert anna.sync(here.wire).clean
    with here.office.db.reading() as conn:
        last = read_audit(conn, 1)[0]
    assert (last.by, last.act, last.about) == ("mei", "event_dismissed", wrong.id)


def test_a_held_event_is_released_with_those_before_it(here: World) -> None:
    anna = here.laptop("anna")
    record, (wrong, one, two) = stuck(here, anna)
    assert release(here.office, one.id, "mei") == [one.id]
    assert notes(here, record) == ["one"]
    assert problems(here, anna) == [("set_aside", {"refused": 1, "held": 1})]
    assert standing(anna) == ([wrong.id], {two.id})
    anna.act(note(record, "instead", replaces=wrong.id))
    anna.sync(here.wire)
    assert sorted(notes(here, record)) == ["instead", "one", "two"]
    assert anna.documents()[record]["notes"] == [
        row.model_dump(mode="json", exclude_defaults=True)
        for row in read_job(here.office, record).notes
    ]


def test_a_held_event_may_be_dismissed_too(here: World) -> None:
    anna = here.laptop("anna")
    record, (wrong, one, two) = stuck(here, anna)
    assert dismiss(here.office, one.id, "mei") == []
    anna.sync(here.wire)
    assert standing(anna) == ([wrong.id], {two.id})
    assert dismiss(here.office, wrong.id, "mei") == [two.id]
    assert notes(here, record) == ["two"]


def test_only_what_is_whole_is_released(here: World) -> None:
    anna = here.laptop("anna")
    _, (wrong, *_) = stuck(here, anna)
    with pytest.raises(Refused):
        release(here.office, wrong.id, "mei")
    for what in (release, dismiss):
        with pytest.raises(NotFound):
            what(here.office, "nothing", "mei")
    dismiss(here.office, wrong.id, "mei")
    with pytest.raises(NotFound):
        dismiss(here.office, wrong.id, "mei")


def test_the_office_may_let_count_what_the_table_refuses(here: World) -> None:
    eve = hostile(here)
    theirs = of_anna(here)
    made = eve.event(Act(record=theirs, type="job.note_added", data={"text": "I was there"}))
    assert [one.reason for one in eve.send(made)] == ["not_permitted"]
    assert release(here.office, made.id, "mei") == [made.id]
    assert notes(here, theirs) == ["I was there"]
    assert theirs not in eve.reads()  # the office's word on one event gives nothing else


def test_held_events_get_their_flags_when_they_count(here: World) -> None:
    eve = hostile(here)
    given = of_anna(here)
    dispatch(here.office, given, "eve")
    wrong, corrected = spoilt(given), note(given, "one")
    eve.says(wrong)
    assert eve.says(corrected, by="nobody of here") == ["held"]
    assert read_job(here.office, given).attention == ()
    refused = next(one for one in list_set_aside(here.office) if one.status == "rejected")
    eve.says(note(given, "instead", replaces=refused.event))
    assert _flags(here, given) == {"author_unconfirmed"}


def test_released_events_get_their_flags(here: World) -> None:
    eve = hostile(here)
    given = of_anna(here)
    dispatch(here.office, given, "eve")
    eve.says(spoilt(given))
    eve.says(note(given, "one"), by="nobody of here")
    held = next(one for one in list_set_aside(here.office) if one.status == "held")
    release(here.office, held.event, "mei")
    assert _flags(here, given) == {"author_unconfirmed"}


def _flags(here: World, record: str) -> set[str]:
    return {mark.key for mark in read_job(here.office, record).attention}


def test_a_laptop_that_was_put_back_hears_of_what_it_has_lost(here: World, tmp_path: Path) -> None:
    """Its own store has nothing of the refused event and of what waits behind it."""
    anna = here.laptop("anna")
    request = job()
    anna.act(request)
    anna.sync(here.wire)
    here.copy("anna", "before")
    anna = here.laptops["anna"]
    anna.act(spoilt(request.record), note(request.record, "one"))
    anna.sync(here.wire)
    before = here.laptops["before"]
    assert ("set_aside_elsewhere", {"count": 2}) in problems(here, before)
    assert before.store.exchange.device.set_aside_elsewhere() == 2
    refused = next(one for one in list_set_aside(here.office) if one.status == "rejected")
    dismiss(here.office, refused.event, "mei")
    problems(here, before)
    assert before.store.exchange.device.set_aside_elsewhere() == 0


def test_another_laptops_events_are_not_told(here: World) -> None:
    anna, bert = here.laptop("anna"), HostileLaptop(here, here.laptop("bert"))
    _, (wrong, *_) = stuck(here, anna)
    with here.office.db.reading() as conn:
        assert told_again(conn, bert.device, [wrong.id]) == {}


def test_postgresql_lists_releases_and_dismisses_alike(tmp_path: Path, database: str) -> None:
    with world(tmp_path, database) as here:
        anna = here.laptop("anna")
        record, (wrong, one, two) = stuck(here, anna)
        assert [each.event for each in list_set_aside(here.office)] == [wrong.id, one.id, two.id]
        assert release(here.office, one.id, "mei") == [one.id]
        assert dismiss(here.office, wrong.id, "mei") == [two.id]
        assert problems(here, anna) == []
        assert notes(here, record) == ["one", "two"]
        assert standing(anna) == ([], set())
