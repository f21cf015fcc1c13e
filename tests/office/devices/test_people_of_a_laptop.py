"""The office names the people of a laptop; whoever else works there is told, and flagged."""

from pathlib import Path

from fieldkit.i18n import LANGS, say
from fieldkit.office.desk.conflicts import list_conflicts
from fieldkit.office.devices.colleagues import confirm_colleague
from fieldkit.services.exchange.sync_now import sync_now
from fieldkit.services.home.people import add_person, people
from fieldkit.services.home.session import Session
from fieldkit.services.jobs.records import register_customer
from tests.sync.exchange import Laptop, World, world

CARD = {"name": "Test Customer", "phone": "13800138000"}


def shared(here: World) -> tuple[Laptop, Session]:
    """Anna's laptop, on which bert works, too."""
    anna = here.laptop("anna")
    assert anna.store.exchange.device.known_people() == ["anna"]  # from the enrolment
    anna.store.set("person", "anna")
    session = Session(anna.store, anna.clock)
    add_person(session, "bert")
    return anna, session


def told(here: World, session: Session) -> list[tuple[str, dict[str, str]]]:
    report = sync_now(session, transport=here.wire)
    return [(one.key, one.params) for one in report.problems]


def test_a_colleague_whom_the_office_does_not_know_works_and_is_told(here: World) -> None:
    anna, session = shared(here)
    assert [(one.name, one.confirmed) for one in people(session)] == [
        ("anna", True), ("bert", False),
    ]  # fmt: skip
    session.signed_in = "bert"
    register_customer(session, CARD)
    assert told(here, session) == [("people_unconfirmed", {"names": "bert"})]
    for lang in LANGS:
        assert "bert" in say("sync.problem.people_unconfirmed", lang, names="bert")
    (conflict,) = list_conflicts(here.office)
    assert (conflict.kind, conflict.flag) == ("customer", "author_unconfirmed")
    confirm_colleague(here.office, str(anna.store.exchange.device.read()["id"]), "bert")
    assert told(here, session) == []
    assert all(one.confirmed for one in people(session))


def test_postgresql_names_them_alike(tmp_path: Path, database: str) -> None:
    with world(tmp_path, database) as here:
        anna, session = shared(here)
        confirm_colleague(here.office, str(anna.store.exchange.device.read()["id"]), "bert")
        assert told(here, session) == []
        assert anna.store.exchange.device.known_people() == ["anna", "bert"]
