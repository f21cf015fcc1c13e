"""People of the office: names, roles, passwords, tokens, and the wait for wrong passwords."""

import re
from pathlib import Path

import pytest
from sqlalchemy import select

from fieldkit.domain.core.errors import FieldkitError
from fieldkit.office.people.office_people import (
    FREE_TRIES,
    LONGEST_WAIT_S,
    NotPermitted,
    add_first,
    add_person,
    check_permission,
    list_people,
    new_token,
    office_people,
    person_of_token,
    person_tokens,
    set_active,
    set_password,
    set_roles,
    sign_in,
)
from fieldkit.office.people.person_roles import MAY_DO, OfficeRole, Task, may_do
from tests.sync.exchange import World, world

GOOD = "correct horse battery"
DOCS = Path(__file__).parents[3] / "docs"


def refused(why: str) -> "pytest.RaisesExc[FieldkitError]":
    return pytest.raises(FieldkitError, match=f"office_person.{why}")


def test_the_first_person_may_do_everything_and_is_the_only_first(here: World) -> None:
    token = add_first(here.office, "anna")
    anna = person_of_token(here.office, token)
    assert (anna.name, anna.roles) == ("anna", frozenset(OfficeRole))
    for task in Task:
        check_permission(anna, task)
    with refused("no_token"):
        add_first(here.office, "bert")


@pytest.mark.parametrize("name", ["", "  ", "office", "Office", "a\x1b]2;x\x07", "x" * 201, "a\nb"])
def test_a_name_that_is_none_is_refused(here: World, name: str) -> None:
    with refused("bad_name"):
        add_person(here.office, name, [OfficeRole.DESK], "anna")
    assert list_people(here.office) == []


def test_a_name_is_taken_in_whatever_case(here: World) -> None:
    add_person(here.office, "路人甲", [OfficeRole.DESK], "anna")
    add_person(here.office, "Anna", [], "anna")
    for again in ("路人甲", "ANNA", " anna "):
        with refused("taken"):
            add_person(here.office, again, [], "anna")


def test_a_token_is_kept_as_its_hash_and_ends_with_the_next(here: World) -> None:
    first = add_first(here.office, "anna")
    second = new_token(here.office, "anna", "anna")
    with here.office.db.reading() as conn:
        (row,) = conn.execute(select(person_tokens)).all()
    assert second not in map(str, row)
    assert person_of_token(here.office, second).name == "anna"
    for wrong in (first, "", "x" * 43):
        with refused("unknown_token"):
            person_of_token(here.office, wrong)


def test_a_password_is_kept_by_argon2_and_opens(here: World) -> None:
    add_first(here.office, "anna")
    set_password(here.office, "anna", GOOD, "anna")
    with here.office.db.reading() as conn:
        kept = conn.scalar(select(office_people.c.password))
    assert re.match(r"\$argon2id\$v=19\$m=65536,t=3,p=4\$", kept or "")
    assert sign_in(here.office, "anna", GOOD).name == "anna"


@pytest.mark.parametrize("password", ["", "short", "x" * 201])
def test_a_password_that_is_too_short_or_too_long_is_refused(here: World, password: str) -> None:
    add_first(here.office, "anna")
    with refused("bad_password"):
        set_password(here.office, "anna", password, "anna")


def test_the_name_is_no_password(here: World) -> None:
    add_first(here.office, "anna.schmidt")
    with refused("bad_password"):
        set_password(here.office, "anna.schmidt", "Anna.Schmidt", "anna.schmidt")


def test_wrong_passwords_cost_a_wait_that_grows_and_ends(here: World) -> None:
    add_first(here.office, "anna")
    set_password(here.office, "anna", GOOD, "anna")
    for _ in range(FREE_TRIES):
        with refused("wrong_password"):
            sign_in(here.office, "anna", "wrong wrong")
    waits = []
    for _ in range(12):
        with pytest.raises(NotPermitted, match="wait") as told:
            sign_in(here.office, "anna", GOOD)  # the right one does not help before its time
        seconds = told.value.params["seconds"]
        assert isinstance(seconds, int)
        waits.append(seconds)
        here.clock.move(seconds=seconds)
        with refused("wrong_password"):
            sign_in(here.office, "anna", "wrong wrong")
    assert waits[:4] == [5, 10, 20, 40]
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_WAIT_S
    here.clock.move(seconds=LONGEST_WAIT_S)
    assert sign_in(here.office, "anna", GOOD).name == "anna"
    with refused("wrong_password"):
        sign_in(here.office, "anna", "wrong wrong")


def test_nobody_signs_in_without_a_password_or_a_name(here: World) -> None:
    add_first(here.office, "anna")
    for name in ("anna", "nobody"):
        with refused("wrong_password"):
            sign_in(here.office, name, "")


def test_who_is_disabled_does_nothing_more_until_it_is_undone(here: World) -> None:
    add_first(here.office, "anna")
    add_person(here.office, "bert", [OfficeRole.DESK], "anna")
    set_password(here.office, "bert", GOOD, "anna")
    token = new_token(here.office, "bert", "anna")
    set_active(here.office, "bert", False, "anna")
    with refused("unknown_token"):
        person_of_token(here.office, token)
    with refused("disabled"):
        sign_in(here.office, "bert", GOOD)
    with refused("disabled"):
        new_token(here.office, "bert", "anna")
    set_active(here.office, "bert", True, "anna")
    assert sign_in(here.office, "bert", GOOD).roles == {OfficeRole.DESK}


def test_an_administrator_is_always_left(here: World) -> None:
    add_first(here.office, "anna")
    with refused("last_administrator"):
        set_active(here.office, "anna", False, "anna")
    with refused("last_administrator"):
        set_roles(here.office, "anna", [OfficeRole.MANAGER], "anna")
    add_person(here.office, "bert", [OfficeRole.ADMINISTRATOR], "anna")
    set_roles(here.office, "anna", [OfficeRole.MANAGER], "bert")
    with refused("nobody"):
        set_roles(here.office, "carla", [OfficeRole.DESK], "bert")


@pytest.mark.parametrize("task", MAY_DO)
def test_who_may_do_a_task_and_who_may_not(task: Task) -> None:
    roles = MAY_DO[task]
    assert roles
    for role in OfficeRole:
        assert may_do([role], task) is (role in roles)
    assert not may_do([], task)


def test_every_task_stands_in_the_table_and_in_the_documentation() -> None:
    assert MAY_DO.keys() == set(Task)
    text = (DOCS / "office.md").read_text(encoding="utf-8").partition("## People of the office")[2]
    rows = re.findall(r"^\| `(\w+)` \|.*\| ([a-z, ]+) \|$", text.partition("\n## ")[0], re.M)
    written = {Task(task): frozenset(map(OfficeRole, who.split(", "))) for task, who in rows}
    assert written == MAY_DO


def test_people_and_the_log_are_the_same_on_postgresql(tmp_path: Path, database: str) -> None:
    from fieldkit.office.people.audit_log import first_broken, read_audit

    with world(tmp_path, database) as here:
        token = add_first(here.office, "anna")
        set_password(here.office, "anna", GOOD, "anna")
        assert person_of_token(here.office, token) == sign_in(here.office, "anna", GOOD)
        with here.office.db.reading() as conn:
            acts = [entry.act for entry in read_audit(conn)]
        assert acts == ["person_password", "person_token", "person_added"]
        assert first_broken(here.office) is None
