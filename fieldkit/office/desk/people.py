"""Whom to send: technicians by area, skill and how much they have to do already."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlalchemy import Connection, delete, func, insert, select

from fieldkit.domain.core.errors import NotFound
from fieldkit.domain.core.event import Role
from fieldkit.domain.job.model import CLOSED, Job
from fieldkit.office.desk.desk import read_record
from fieldkit.office.errors import OfficeFault
from fieldkit.office.office import Office
from fieldkit.office.tables import devices, documents, people


@dataclass(frozen=True)
class Person:
    """A technician. `skills` are codes: kinds of job and models of product."""

    name: str
    area: str
    skills: frozenset[str] = frozenset()
    active: bool = True
    open_jobs: int = 0


@dataclass(frozen=True)
class Candidate:
    """A technician for a job: whether the area is hers, which wanted skills she has."""

    person: Person
    same_area: bool
    skills: frozenset[str]


def set_person(
    office: Office, name: str, area: str = "", skills: Iterable[str] = (), active: bool = True
) -> None:
    """Say where a technician works and what she can do; `active` False: send her nowhere."""
    row = {"name": name, "area": area, "skills": " ".join(sorted(skills)), "active": active}
    with office.db.writing() as writing:
        writing.conn.execute(delete(people).where(people.c.name == name))
        writing.conn.execute(insert(people).values(row))


def list_people(office: Office) -> list[Person]:
    """The technicians by name. Who has a laptop and was not described is known by its area."""
    with office.db.reading() as conn:
        found = {person.name: person for person in _with_devices(conn)}
        for row in conn.execute(select(people)):
            skills = frozenset(row.skills.split())
            found[row.name] = Person(row.name, row.area, skills, row.active)
        counts = _open_jobs(conn)
    named = [replace(person, open_jobs=counts.get(name, 0)) for name, person in found.items()]
    return sorted(named, key=lambda person: person.name)


def _with_devices(conn: Connection) -> list[Person]:
    columns = select(devices.c.person, devices.c.area).order_by(devices.c.enrolled_at)
    where = (devices.c.role == Role.TECHNICIAN.value) & devices.c.revoked_at.is_(None)
    return [Person(row.person, row.area) for row in conn.execute(columns.where(where))]


def _open_jobs(conn: Connection) -> dict[str, int]:
    closed = [status.value for status in CLOSED]
    counted = (
        select(documents.c.person, func.count().label("jobs"))
        .where(documents.c.kind == "job", documents.c.status.not_in(closed))
        .group_by(documents.c.person)
    )
    return {row.person: row.jobs for row in conn.execute(counted)}


def candidates(office: Office, job: str) -> list[Candidate]:
    """Who may be sent to a job, the fittest first. Raises `NotFound`.

    Whoever works in the customer's area comes before others; then who has more of the skills
    that the job wants (its kind, the product's model); then who has fewer open jobs.
    """
    found = read_record(office, "job", job)
    assert isinstance(found, Job)
    area = found.customer.area if found.customer else ""
    wanted = {found.kind.value, found.product.model if found.product else ""}
    fitting = [
        Candidate(person, bool(area) and person.area == area, person.skills & wanted)
        for person in list_people(office)
        if person.active
    ]
    return sorted(fitting, key=_fitness)


def _fitness(candidate: Candidate) -> tuple[bool, int, int, str]:
    person = candidate.person
    return (not candidate.same_area, -len(candidate.skills), person.open_jobs, person.name)


def known(office: Office, name: str) -> str:
    """The name, if it is a technician's: a job that is sent to nobody would be seen by nobody.

    Raises `NotFound`.
    """
    if name not in {person.name for person in list_people(office)}:
        raise NotFound("technician", name)
    return name


def best(office: Office, job: str) -> str:
    """Who fits best. Raises `NotFound`, or `OfficeFault` where there is nobody to send."""
    found = candidates(office, job)
    if not found:
        raise OfficeFault("nobody_to_send")
    return found[0].person.name
