"""What the office refused is corrected, or given up, at the end of the day."""

from datetime import timedelta
from typing import Any

from fieldkit.services.exchange.refused_events import rejected
from fieldkit.services.home.session import Session
from fieldkit.services.jobs import job_commands
from tests.tui.conftest import Desk


def _refuse(session: Session, event_type: str, reason: str) -> str:
    """As if the office had answered so about the last event of this type."""
    events = session.store.db.table("events")
    last: Any = [row for row in events.all() if row["type"] == event_type][-1]
    with session.store.writing():
        events.update({"status": "rejected", "reason": reason}, doc_ids=[last.doc_id])
        session.store.db.table("outbox").remove(doc_ids=[last.doc_id])
        session.store.ledger.refold("job", last["record"])
    return str(last.doc_id)


async def test_a_refused_entry_is_shown_with_its_reason_and_recorded_again(desk: Desk) -> None:
    job, session = desk.job(), desk.open()
    now = session.clock
    session.clock = lambda: now() - timedelta(hours=5)
    job_commands.do_step(session, job.id, "note", {"text": "gate cod 12"})
    session.clock = now
    event = _refuse(session, "job.note_added", "unreadable")
    async with desk.app() as hand:
        await hand.press("f10")
        assert "Refused by the office (1)" in hand.screen()
        await hand.press("enter")
        text = hand.screen()
        assert "Add a note" in text
        assert "The office could not read it." in text
        assert f"fieldkit sync correct {event}" in text
        await hand.press(*["backspace"] * 6)
        await hand.type("code 12")
        await hand.press("ctrl+s")
        assert "Recorded again" in hand.told()
        assert "Refused by the office" not in hand.screen()
    assert rejected(session) == []
    (note,) = job_commands.job(session, job.id).notes
    assert note.text == "gate code 12"
    assert note.stamp is not None
    first, again = (session.store.ledger.event(one) for one in (event, note.stamp.event))
    assert (again.at, again.offset, again.by) == (first.at, first.offset, first.by)
    assert again.at < session.clock()


async def test_what_cannot_be_filled_in_is_given_up_with_a_reason(desk: Desk) -> None:
    job, session = desk.job(), desk.open()
    job_commands.do_step(session, job.id, "attach", {"sha256": "a" * 64, "name": "photo.jpg"})
    _refuse(session, "job.attachment_added", "wrong_record")
    async with desk.app() as hand:
        await hand.press("f10", "enter")
        assert "Give it up with F6" in hand.told()
        await hand.press("f6", "ctrl+s")
        assert "is needed" in hand.screen() or "!" in hand.screen()
        await hand.type("the photo was of another job")
        await hand.press("ctrl+s")
        await hand.press("f6")
        assert "Only what the office refused" in hand.told()
    assert rejected(session) == []
    assert [note.text for note in job_commands.job(session, job.id).notes] == [
        "the photo was of another job"
    ]


async def test_the_day_is_in_the_language_that_was_chosen_in_the_form_above_it(desk: Desk) -> None:
    job, session = desk.job(), desk.open()
    job_commands.do_step(session, job.id, "note", {"text": "gate code 12"})
    _refuse(session, "job.note_added", "unreadable")
    async with desk.app() as hand:
        await hand.press("f10", "enter", "f8", "ctrl+s")
        assert "收工检查" in hand.screen()
        assert "输入即可查找" in hand.screen()
        assert "Type to search" not in hand.screen()
