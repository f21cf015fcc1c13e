"""Codes that are withdrawn, laptops that are let in again, and what a restored backup revives."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from fieldkit.domain.core.errors import NotFound
from fieldkit.domain.core.event import Role
from fieldkit.office.backup import backup, begin_epoch, restore
from fieldkit.office.devices.codes import list_codes, withdraw_code
from fieldkit.office.devices.colleagues import confirm_colleague
from fieldkit.office.devices.enrol import create_enrolment, revoke
from fieldkit.office.office import Office
from fieldkit.office.people.audit_log import read_audit
from fieldkit.office.people.office_people import add_first, add_person, new_token, set_active
from fieldkit.office.people.person_roles import OfficeRole
from fieldkit.office.tables import colleagues, devices
from fieldkit.sync.errors import OfficeRefused
from tests.sync.exchange import Laptop, World, world


def acts(office: Office, most: int = 1) -> list[tuple[str, str, str]]:
    with office.db.reading() as conn:
        return [(one.by, one.act, one.about) for one in read_audit(conn, most)]


def device_of(laptop: Laptop) -> str:
    return str(laptop.store.exchange.device.read()["id"])


def test_an_open_code_is_listed_and_can_be_withdrawn(here: World) -> None:
    code = create_enrolment(here.office, "zoe", Role.TECHNICIAN, "north")
    create_enrolment(here.office, "late", Role.DESK, lifetime=timedelta(days=-1))
    expired, one = list_codes(here.office)
    assert (expired.person, expired.expired) == ("late", True)
    assert (one.person, one.role, one.area, one.expired) == ("zoe", "technician", "north", False)
    assert one.mark not in code
    for wrong in ("", one.mark[:4], "0" * 10):
        with pytest.raises(NotFound):
            withdraw_code(here.office, wrong, "mei")
    assert withdraw_code(here.office, one.mark, "mei") == "zoe"
    assert acts(here.office) == [("mei", "code_withdrawn", "zoe")]
    with pytest.raises(OfficeRefused, match="bad_code"):
        here.laptop("zoe", enrolled=False).enrol(here.wire, code)
    here.laptop("used")
    assert [left.person for left in list_codes(here.office)] == ["late"]


def test_a_revoked_laptop_is_let_in_again(here: World) -> None:
    anna = here.laptop("anna")
    revoke(here.office, device_of(anna), "mei")
    with pytest.raises(OfficeRefused, match="revoked"):
        anna.sync(here.wire)
    assert revoke(here.office, device_of(anna), "mei", undo=True) == "anna"
    assert anna.sync(here.wire).clean
    assert acts(here.office)[0][1:] == ("laptop_let_in", device_of(anna))


def take_back(here: World) -> None:
    """A laptop, a person and her token, a colleague and a code that are shut out."""
    office, (anna, *_) = here.office, here.laptops.values()
    revoke(office, device_of(anna), "mei")
    confirm_colleague(office, device_of(anna), "bert", "mei", confirmed=False)
    set_active(office, "wu", False, "mei")
    new_token(office, "mei", "mei")
    withdraw_code(office, list_codes(office)[0].mark, "mei")


def before_that(here: World) -> None:
    """What there is when the backup is made."""
    anna = here.laptop("anna")
    confirm_colleague(here.office, device_of(anna), "bert")
    add_first(here.office, "mei")
    add_person(here.office, "wu", [OfficeRole.SUPERVISOR], "mei")
    create_enrolment(here.office, "zoe", Role.TECHNICIAN)


def revived(here: World) -> list[tuple[str, str]]:
    device = device_of(here.laptops["anna"])
    return [
        ("code", "zoe"),
        ("colleague", f"bert ({device})"),
        ("laptop", f"{device} (anna)"),
        ("person", "wu"),
        ("role", "wu: supervisor"),
        ("token", "mei"),
    ]


def test_a_restore_names_what_it_lets_in_again(here: World) -> None:
    before_that(here)
    file = here.folder / "office.bak"
    backup(here.office, file)
    take_back(here)
    done = restore(here.office, file, "mei")
    assert [(one.kind, one.about) for one in done.revived] == revived(here)
    assert [act for _, act, _ in acts(here.office, 7)] == ["revived"] * 6 + ["restored"]
    here.restart()
    here.laptops["anna"].sync(here.wire)  # in again, as it was named


def test_a_restore_that_lets_nobody_in_again_names_nobody(here: World) -> None:
    before_that(here)
    take_back(here)
    file = here.folder / "office.bak"
    backup(here.office, file)
    assert restore(here.office, file).revived == []


def test_what_was_given_again_before_a_restore_is_not_named(here: World) -> None:
    before_that(here)
    anna = device_of(here.laptops["anna"])
    file = here.folder / "office.bak"
    backup(here.office, file)
    revoke(here.office, anna)
    revoke(here.office, anna, undo=True)
    assert restore(here.office, file).revived == []


def test_postgresql_names_it_by_the_offices_folder(tmp_path: Path, database: str) -> None:
    """Its own tools bring the rows back, and the database knows nothing of what came after."""
    with world(tmp_path, database) as here:
        before_that(here)
        anna = device_of(here.laptops["anna"])
        revoke(here.office, anna, "mei")
        confirm_colleague(here.office, anna, "bert", "mei", confirmed=False)
        with here.office.db.writing() as writing:  # as pg_restore would
            writing.conn.execute(devices.update().values(revoked_at=None))
            row = {"device": anna, "person": "bert", "confirmed_at": 0}
            writing.conn.execute(colleagues.insert().values(row))
        done = begin_epoch(here.office, "mei")
        assert [(one.kind, one.about) for one in done.revived] == [
            ("colleague", f"bert ({anna})"),
            ("laptop", f"{anna} (anna)"),
        ]
        assert acts(here.office, 3)[-1] == ("mei", "new_epoch", done.epoch)
        revoke(here.office, anna, "mei")
        revoke(here.office, anna, "mei", undo=True)  # given again: it is no news any more
        assert [one.kind for one in begin_epoch(here.office).revived] == ["colleague"]


def test_a_folder_that_cannot_be_written_is_told(here: World) -> None:
    from fieldkit.office.errors import OfficeFault

    anna = here.laptop("anna")
    (here.office.home / "taken-back.new").mkdir()
    with pytest.raises(OfficeFault, match="taken_back_unkept"):
        revoke(here.office, device_of(anna))
    shutil.rmtree(here.office.home / "taken-back.new")
    with pytest.raises(OfficeRefused, match="revoked"):
        anna.sync(here.wire)
