"""A technician is one person, however her name is typed, and nobody has an empty name."""

import pytest

from fieldkit.domain.core.errors import BadInput, FieldkitError, NotFound
from fieldkit.domain.core.event import Act, Role
from fieldkit.office.desk.desk import dispatch, do_step, read_job
from fieldkit.office.desk.technicians import check_technician, list_technicians, set_technician
from fieldkit.office.devices.colleagues import confirm_colleague
from fieldkit.office.devices.enrol import create_enrolment
from fieldkit.office.people.office_people import add_first, add_person
from fieldkit.office.people.person_roles import OfficeRole
from fieldkit.office.tables import enrol_codes
from tests.sync.exchange import World, job

SAME = ["Li Wei", "li wei", " LI  WEI ", "Ｌｉ Ｗｅｉ", "li\u3000wei", "liwei"]
NOBODY = ["", "  ", "\u3000", "office", "ＯＦＦＩＣＥ", "-", "Li\x1b[0m", "Li\nWei", "x" * 201]


def _job(here: World) -> str:
    anna = here.laptop("anna")
    (request,) = anna.act(job())
    anna.sync(here.wire)
    return request.record


@pytest.mark.parametrize("typed", SAME)
def test_a_name_is_the_persons_who_is_known(here: World, typed: str) -> None:
    set_technician(here.office, "Li Wei", "north", ["repair"])
    assert check_technician(here.office, typed) == "Li Wei"
    assert set_technician(here.office, typed, "south") == "Li Wei"
    assert [each.name for each in list_technicians(here.office)] == ["Li Wei"]
    create_enrolment(here.office, typed, Role.TECHNICIAN)
    with here.office.db.reading() as conn:
        assert set(conn.scalars(enrol_codes.select().with_only_columns(enrol_codes.c.person))) == {
            "Li Wei"
        }
    shared = _job(here)
    do_step(here.office, shared, "dispatch", {"technician": typed}, "chen")
    assert read_job(here.office, shared).technician == "Li Wei"


@pytest.mark.parametrize("typed", NOBODY)
def test_nobody_has_such_a_name(here: World, typed: str) -> None:
    add_first(here.office, "chen")
    for refuse in (
        lambda: set_technician(here.office, typed),
        lambda: create_enrolment(here.office, typed, Role.TECHNICIAN),
        lambda: confirm_colleague(here.office, "", typed),
        lambda: add_person(here.office, typed, [OfficeRole.DESK], "chen"),
    ):
        with pytest.raises(FieldkitError) as refused:
            refuse()
        assert refused.value.key == "office_person.bad_name"
    with pytest.raises(NotFound):
        check_technician(here.office, typed)


def test_a_job_is_sent_to_nobody_who_is_not_there(here: World) -> None:
    shared = _job(here)
    with pytest.raises(NotFound):
        do_step(here.office, shared, "dispatch", {"technician": "nobody"}, "chen")
    with pytest.raises((BadInput, NotFound)):
        do_step(here.office, shared, "dispatch", {"technician": " "}, "chen")
    add_first(here.office, "Chen")
    with pytest.raises(FieldkitError) as taken:
        add_person(here.office, "ｃｈｅｎ ", [OfficeRole.DESK], "Chen")
    assert taken.value.key == "office_person.taken"


def test_a_laptop_that_sends_somebody_unknown_is_flagged(here: World) -> None:
    anna = here.laptop("anna")
    asked, other = anna.act(job(), job())
    for request, name in ((asked, "zoe"), (other, "ANNA")):
        anna.act(Act(record=request.record, type="job.dispatched", data={"technician": name}))
    anna.sync(here.wire)
    marks = read_job(here.office, asked.record).attention
    assert [(mark.key, mark.params["what"]) for mark in marks] == [("technician_unknown", "zoe")]
    assert read_job(here.office, other.record).attention == ()
    dispatch(here.office, asked.record, "anna")
