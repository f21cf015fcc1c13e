"""What older or foreign records hold is drawn without what a terminal would obey."""

import re

from textual.events import Paste

from fieldkit.domain.core.event import Act, Author, Role
from fieldkit.tui.forms.editors import TextEditor
from tests.tui.conftest import NOW, Desk

OBEYED = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]")


async def test_no_name_or_note_gives_the_terminal_an_order(desk: Desk) -> None:
    job = desk.job()
    assert job.customer is not None
    author = Author(by="lin", role=Role.TECHNICIAN, at=NOW)
    evil = "\x1b]0;owned\x07\x9b31m\u202eLi"
    with desk.open() as session:
        session.store.ledger.commit(
            [
                Act(record=job.customer.id, type="customer.amended", data={"name": evil}),
                Act(record=job.id, type="job.note_added", data={"text": evil}),
            ],
            author,
        )
    async with desk.app() as hand:
        for keys in ((), ("enter",), ("pagedown",), ("escape", "ctrl+p")):
            await hand.press(*keys)
            assert not OBEYED.search(hand.screen())
        hand.app.show_message(evil)
        await hand.settle()
        assert not OBEYED.search(hand.screen())


async def test_a_paste_of_several_lines_is_joined(desk: Desk) -> None:
    desk.job()
    async with desk.app() as hand:
        await hand.press("f4")
        await hand.type("Nobody")
        await hand.press("enter")
        field = hand.app.screen.query(TextEditor).first()
        field.focus()
        field.value = ""
        field.post_message(Paste("12 Elm Road\r\nBack gate\n"))
        await hand.settle()
        assert field.value == "12 Elm Road Back gate"
