"""Who works on a laptop: the person of its enrolment, and colleagues whom the office confirmed."""

from sqlalchemy import Connection, delete, insert, select

from fieldkit.domain.core.errors import FieldkitError
from fieldkit.domain.core.person_name import is_name
from fieldkit.office.devices.enrol import find_device
from fieldkit.office.office import Office
from fieldkit.office.people.audit_log import note
from fieldkit.office.people.office_people import RESERVED
from fieldkit.office.people.standing import taking_back
from fieldkit.office.tables import colleagues, devices


def people_of_device(conn: Connection, device_id: str) -> frozenset[str]:
    """Everybody who works on a laptop, as the office knows it."""
    whose = select(devices.c.person).where(devices.c.id == device_id)
    others = select(colleagues.c.person).where(colleagues.c.device == device_id)
    return frozenset([*conn.scalars(whose), *conn.scalars(others)])


def confirm_colleague(
    office: Office, id_prefix: str, person: str, by: str = RESERVED, confirmed: bool = True
) -> str:
    """Say that somebody works on a laptop, too, or does no more; returns whose laptop it is.

    Raises `NotFound` unless exactly one laptop's id begins so, `FieldkitError`
    (`office_person.bad_name`).
    """
    with taking_back(office) as writing:
        if confirmed and not is_name(person):
            raise FieldkitError("office_person.bad_name")
        device_id, owner = find_device(writing.conn, id_prefix)
        where = (colleagues.c.device == device_id) & (colleagues.c.person == person)
        writing.conn.execute(delete(colleagues).where(where))
        if confirmed:
            row = {"device": device_id, "person": person, "confirmed_at": office.now_ms}
            writing.conn.execute(insert(colleagues).values(row))
        act = "colleague_confirmed" if confirmed else "colleague_removed"
        note(office, writing, by, act, person)
    return owner
