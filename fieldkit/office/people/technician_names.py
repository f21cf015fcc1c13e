"""The names of those who work in the field: by their laptops, or described for dispatch."""

from sqlalchemy import Connection, select

from fieldkit.domain.core.errors import FieldkitError, NotFound
from fieldkit.domain.core.event import Role
from fieldkit.domain.core.person_name import is_name, known_as
from fieldkit.office.tables import devices, people


def technician_names(conn: Connection) -> list[str]:
    """Everybody to whom a job can be sent, as she is written: who has a laptop, or is described."""
    works = (devices.c.role == Role.TECHNICIAN.value) & devices.c.revoked_at.is_(None)
    return [*conn.scalars(select(devices.c.person).where(works)), *_described(conn)]


def _described(conn: Connection) -> list[str]:
    return list(conn.scalars(select(people.c.name).order_by(people.c.name)))


def technician_named(conn: Connection, name: str) -> str:
    """The technician of this name, as she is written: nobody would see a job that was sent to
    another name. Raises `NotFound`."""
    known = known_as(name, technician_names(conn))
    if not known:
        raise NotFound("technician", name)
    return known


def name_for(conn: Connection, name: str) -> str:
    """The name under which somebody is written from now on: as she is known, else as it was typed.

    Raises `FieldkitError` (`office_person.bad_name`).
    """
    if not is_name(name):
        raise FieldkitError("office_person.bad_name")
    of_laptops = conn.scalars(select(devices.c.person).order_by(devices.c.enrolled_at))
    return known_as(name, [*_described(conn), *of_laptops]) or name.strip()
