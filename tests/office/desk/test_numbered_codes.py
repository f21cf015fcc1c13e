"""Telephone codes that the office keeps and a laptop can only check: from the top-up by sync to the
check of what the laptop recorded."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from fieldkit.domain.core.errors import BadInput, FieldkitError, Refused
from fieldkit.domain.core.event import Act, Role
from fieldkit.domain.job.model import Job
from fieldkit.domain.job.phone_approval import Challenge, challenge_for
from fieldkit.domain.job.phone_codes import PhoneCodes
from fieldkit.i18n import LANGS, say_error
from fieldkit.office import tables
from fieldkit.office.desk.desk import read_job
from fieldkit.office.desk.phone_codes import approve
from fieldkit.office.devices.enrol import Caller, create_enrolment
from fieldkit.office.devices.phone_code_supply import AT_ONCE, SUPPLY, top_up
from fieldkit.office.watch.self_checks import check_all
from fieldkit.services.exchange.sync_now import enrol_device, start_new_epoch, sync_now
from fieldkit.services.home.session import Session, init_home, open_session
from fieldkit.services.jobs import job_commands
from fieldkit.services.jobs.approval import challenge
from fieldkit.store.home.home import Home
from fieldkit.sync.protocol.messages import CodesHeld
from tests.office.conftest import new_database
from tests.office.hostile import HostileLaptop
from tests.sync.exchange import URL, World, job, world


@dataclass
class Anna:
    """A technician with the app's own session, and the office."""

    here: World
    session: Session

    def sync(self) -> None:
        sync_now(self.session, transport=self.here.wire)

    @property
    def codes(self) -> PhoneCodes:
        codes = self.session.store.exchange.phone_codes.codes()
        assert codes is not None
        return codes

    def job(self) -> str:
        request = job()
        self.session.store.ledger.commit([request], self.session.author())
        return request.record

    def asks(self, record: str = "") -> Job:
        asked = {"approver": "supervisor", "reason": "so", "amount_fen": 12_000}
        record = record or self.job()
        return job_commands.do_step(self.session, record, "request_goodwill", asked)

    def enters(self, record: str, code: str) -> Job:
        answer = {"answer": "approved", "by_name": "boss", "code": code}
        return job_commands.do_step(self.session, record, "answer_approval", answer)

    def flags(self, record: str) -> list[str]:
        """What the office flags after everything was sent."""
        self.sync()
        check_all(self.here.office, lambda _: None)
        return [mark.key for mark in read_job(self.here.office, record).attention]


def technician(here: World, name: str = "anna") -> Session:
    home = Home(here.folder / f"home-{name}")
    init_home(home, name, Role.TECHNICIAN, "en", method="file")
    session = open_session(home, {}, clock=here.clock)
    enrol_device(session, URL, create_enrolment(here.office, name, Role.TECHNICIAN), here.wire)
    return session


@pytest.fixture(name="anna")
def _anna(here: World) -> Iterator[Anna]:
    with technician(here) as session:
        made = Anna(here, session)
        made.sync()
        yield made


def refused(here: World, text: str) -> str:
    with pytest.raises(FieldkitError) as error:
        approve(here.office, text)
    for lang in LANGS:
        assert "{" not in say_error(error.value, lang)
    return error.value.key.removeprefix("approval.")


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_the_whole_way(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    url = new_database(request.getfixturevalue("server")) if kind == "postgres" else ""
    with ExitStack() as stack:
        here = stack.enter_context(world(tmp_path, url))
        anna = Anna(here, stack.enter_context(technician(here)))
        for syncs in range(1, 6):
            anna.sync()
            assert sorted(anna.codes.hashes) == [*range(1, min(syncs * AT_ONCE, SUPPLY) + 1)]
        asked = anna.asks()
        text = challenge(anna.session, asked)
        assert text.split("/")[3] == "1"
        code = approve(here.office, text).code
        assert approve(here.office, f" {text.lower()} ").code == code
        with pytest.raises(BadInput, match="code"):
            anna.enters(asked.id, "00000000")
        assert anna.enters(asked.id, f"{code[:4]}-{code[4:].lower()}").open_approval is None
        assert anna.flags(asked.id) == []
        assert sorted(anna.codes.hashes) == [*range(1, SUPPLY + 2)]
        second = anna.asks()
        assert challenge(anna.session, second).split("/")[3] == "2"
        with pytest.raises(BadInput, match="code"):
            anna.enters(second.id, code)


def test_a_number_that_was_told_for_another_request_is_refused_and_the_next_one_helps(
    here: World, anna: Anna
) -> None:
    asked = anna.asks()
    text = challenge(anna.session, asked)
    other = Challenge.read(text)
    code = approve(here.office, str(replace(other, nonce=other.nonce ^ 1))).code
    assert refused(here, text) == "number_told"
    anna.enters(asked.id, code)  # which the laptop cannot tell from the right one
    assert anna.flags(asked.id) == ["approval_unverified"]
    again = anna.asks()
    text = challenge(anna.session, again)
    assert text.split("/")[3] == "2"
    anna.enters(again.id, approve(here.office, text).code)
    assert anna.flags(again.id) == []


def test_without_codes_an_approval_waits_for_a_sync(here: World, anna: Anna) -> None:
    anna.session.store.exchange.phone_codes.use(AT_ONCE)
    asked = anna.asks()
    for attempt in (
        lambda: challenge(anna.session, asked),
        lambda: anna.enters(asked.id, "00000000"),
    ):
        with pytest.raises(Refused, match="no_codes_left") as told:
            attempt()
        assert "sync" in say_error(told.value, "en")
        assert "同步" in say_error(told.value, "zh")
    anna.sync()
    refusal = {"answer": "refused", "by_name": "boss"}
    job_commands.do_step(anna.session, asked.id, "answer_approval", refusal)
    text = challenge(anna.session, anna.asks(asked.id))
    assert text.split("/")[3] == str(AT_ONCE + 1)
    anna.enters(asked.id, approve(here.office, text).code)
    assert anna.flags(asked.id) == []


def test_a_laptop_answers_no_request_that_another_one_has_numbered(here: World, anna: Anna) -> None:
    """Number 1 is here, and not taken; on the other laptop it is another code."""
    request = job()
    ask = {"approver": "supervisor", "reason": "x", "amount_fen": 500, "about": "goodwill"}
    asked = Act(record=request.record, type="job.approval_requested", data=ask | {"code_number": 1})
    anna.session.store.ledger.commit([request, asked], anna.session.author())
    with pytest.raises(Refused, match="no_codes_left"):
        challenge(anna.session, job_commands.job(anna.session, request.record))
    with pytest.raises(Refused, match="no_codes_left"):
        anna.enters(request.record, "00000000")


def test_a_new_epoch_has_new_numbers_and_what_was_asked_before_is_still_answered(
    here: World, anna: Anna
) -> None:
    asked = anna.asks()
    text = challenge(anna.session, asked)
    start_new_epoch(anna.session)
    assert anna.codes.next_number == 0
    anna.sync()
    assert anna.codes.next_number == AT_ONCE + 1
    anna.enters(asked.id, approve(here.office, text).code)
    assert anna.flags(asked.id) == []


def test_who_goes_to_another_office_keeps_no_codes_of_this_one(anna: Anna, tmp_path: Path) -> None:
    here, held = anna.here, anna.session.store.exchange.phone_codes
    enrol_device(anna.session, URL, create_enrolment(here.office, "anna", Role.TECHNICIAN),
                 here.wire)  # fmt: skip
    assert anna.codes.next_number == 1
    with world(tmp_path / "other") as there:
        code = create_enrolment(there.office, "anna", Role.TECHNICIAN)
        enrol_device(anna.session, URL, code, there.wire)
        assert held.codes() is None
        start_new_epoch(anna.session)
        anna.here = there
        anna.sync()
        asked = anna.asks()
        anna.enters(asked.id, approve(there.office, challenge(anna.session, asked)).code)
        assert anna.flags(asked.id) == []


def test_a_restored_office_flags_what_it_cannot_know_and_gives_new_codes(
    here: World, anna: Anna, tmp_path: Path
) -> None:
    backup, database = tmp_path / "backup.db", here.folder / "office" / "office.db"
    here.office.close()
    shutil.copy(database, backup)
    here.restart()
    known = anna.asks()
    code = approve(here.office, challenge(anna.session, known)).code
    anna.enters(known.id, code)
    anna.sync()
    anna.session.store.exchange.phone_codes.use(AT_ONCE)
    lost = anna.asks()
    here.office.close()
    for left in database.parent.glob("office.db-*"):
        left.unlink()
    shutil.copy(backup, database)
    here.restart()
    with here.office.db.writing() as writing:
        writing.conn.execute(update(tables.office).values(epoch="restored"))
    assert refused(here, challenge(anna.session, lost)) == "unknown_number"
    assert anna.flags(known.id) == ["approval_unverified"]
    asked = anna.asks()
    anna.enters(asked.id, approve(here.office, challenge(anna.session, asked)).code)
    assert anna.flags(asked.id) == []


@pytest.mark.parametrize(
    ("told", "right", "number", "flagged"),
    [(False, False, 1, True), (False, True, 1, True), (True, False, 1, True),
     (True, True, 2, True), (True, True, 1, False)],
)  # fmt: skip
def test_a_code_that_was_not_told_so_is_flagged(
    here: World, told: bool, right: bool, number: int, flagged: bool
) -> None:
    """A laptop that speaks by hand accepts what it likes. `right` without `told`: it has guessed
    the code of its number."""
    eve = HostileLaptop(here, here.laptop("eve"))
    caller = Caller(eve.device, "eve", Role.TECHNICIAN, b"")
    assert [one.number for one in top_up(here.office, caller, "evil", CodesHeld())][:2] == [1, 2]
    request = job()
    ask = {"approver": "supervisor", "reason": "x", "amount_fen": 500, "about": "goodwill"}
    eve.says(request, Act(record=request.record, type="job.approval_requested",
                          data=ask | {"code_number": 1}))  # fmt: skip
    asked = read_job(here.office, request.record)
    text = str(challenge_for(eve.device, asked.number, asked.approvals[0]))
    with here.office.db.reading() as conn:
        codes = conn.scalar(
            select(tables.phone_codes.c.codes).where(tables.phone_codes.c.number == 1)
        )
    code = str(codes).split('"approved": "')[1][:8]
    if told:
        assert approve(here.office, text).code == code
    answer = {"answer": "approved", "by_name": "boss", "code": code if right else "9RWC4T0H",
              "code_number": number}  # fmt: skip
    eve.says(Act(record=request.record, type="job.approval_answered", data=answer))
    check_all(here.office, lambda _: None)
    marks = [mark.key for mark in read_job(here.office, request.record).attention]
    assert ("approval_unverified" in marks) is flagged


def test_the_same_question_gets_the_same_codes_and_no_laptop_fills_the_table(here: World) -> None:
    caller = Caller("laptop-x", "eve", Role.TECHNICIAN, b"")
    asked = CodesHeld(office_epoch="", after=0, upto=3)
    first = top_up(here.office, caller, "one", asked)
    assert [one.number for one in first] == [4, 5, 6, 7, 8]
    assert top_up(here.office, caller, "one", asked) == first
    for turn in range(8):
        top_up(here.office, caller, f"epoch {turn}", CodesHeld(upto=1_000 * turn))
    with here.office.db.reading() as conn:
        count = conn.scalar(select(func.count()).select_from(tables.phone_codes))
    assert count == 2 * SUPPLY
    boss = replace(caller, role=Role.SUPERVISOR)
    assert top_up(here.office, boss, "one", asked) == []
