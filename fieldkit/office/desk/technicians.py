"""Which technician to send to a job: by area, skills and the number of open jobs."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlalchemy import Connection, delete, func, insert, select

from fieldkit.domain.core.event import Role
from fieldkit.office.desk.desk import read_job
from fieldkit.office.errors import OfficeFault
from fieldkit.office.ledger.documents import IS_OPEN_JOB
from fieldkit.office.office import Office
from fieldkit.office.people.audit_log import note
from fieldkit.office.people.office_people import RESERVED
from fieldkit.office.people.technician_names import name_for, technician_named
from fieldkit.office.tables import devices, documents, people


@dataclass(frozen=True)
class Technician:
    """A technician as dispatch sees her. `skills` are codes: kinds of job, models of product."""

    name: str
    area: str
    skills: frozenset[str] = frozenset()
    active: bool = True
    open_jobs: int = 0


@dataclass(frozen=True)
class Candidate:
    """A technician for a job: whether the area is hers, which wanted skills she has."""

    technician: Technician
    same_area: bool
    skills: frozenset[str]


def set_technician(
    office: Office,
    name: str,
    area: str = "",
    skills: Iterable[str] = (),
    active: bool = True,
    by: str = RESERVED,
) -> str:
    """Store a technician's area and skills; one who is not `active` is never a candidate. Returns
    her name as she is written. Raises `FieldkitError` (`office_person.bad_name`)."""
    with office.db.writing() as writing:
        name = name_for(writing.conn, name)
        row = {"name": name, "area": area, "skills": " ".join(sorted(skills)), "active": active}
        writing.conn.execute(delete(people).where(people.c.name == name))
        writing.conn.execute(insert(people).values(row))
        note(office, writing, by, "technician_described", name)
    return name


def list_technicians(office: Office) -> list[Technician]:
    """The technicians by name; one without a stored description has the area of her laptop."""
    with office.db.reading() as conn:
        found = {technician.name: technician for technician in _with_laptops(conn)}
        for row in conn.execute(select(people)):
            skills = frozenset(row.skills.split())
            found[row.name] = Technician(row.name, row.area, skills, row.active)
        counts = _count_open_jobs(conn)
    return [replace(found[name], open_jobs=counts.get(name, 0)) for name in sorted(found)]


def _with_laptops(conn: Connection) -> list[Technician]:
    columns = select(devices.c.person, devices.c.area).order_by(devices.c.enrolled_at)
    where = (devices.c.role == Role.TECHNICIAN.value) & devices.c.revoked_at.is_(None)
    return [Technician(row.person, row.area) for row in conn.execute(columns.where(where))]


def _count_open_jobs(conn: Connection) -> dict[str, int]:
    columns = select(documents.c.person, func.count().label("jobs"))
    counted = columns.where(IS_OPEN_JOB).group_by(documents.c.person)
    return {row.person: row.jobs for row in conn.execute(counted)}


def candidates(office: Office, job_ref: str) -> list[Candidate]:
    """Who may be sent to a job, the fittest first. Raises `NotFound`.

    Technicians of the customer's area come first; then who has more of the skills that the job
    wants (its kind, the product's model); then who has fewer open jobs.
    """
    job = read_job(office, job_ref)
    area = job.customer.area if job.customer else ""
    wanted = {job.kind.value, job.product.model if job.product else ""}
    fitting = [
        Candidate(each, bool(area) and each.area == area, each.skills & wanted)
        for each in list_technicians(office)
        if each.active
    ]
    return sorted(fitting, key=_fitness)


def _fitness(candidate: Candidate) -> tuple[bool, int, int, str]:
    technician = candidate.technician
    skills = len(candidate.skills)
    return (not candidate.same_area, -skills, technician.open_jobs, technician.name)


def check_technician(office: Office, name: str) -> str:
    """A technician as she is written. Raises `NotFound`."""
    with office.db.reading() as conn:
        return technician_named(conn, name)


def best_candidate(office: Office, job_ref: str) -> str:
    """The name of who fits a job best. Raises `NotFound`, `OfficeFault` (`nobody_to_send`)."""
    found = candidates(office, job_ref)
    if not found:
        raise OfficeFault("nobody_to_send")
    return found[0].technician.name
