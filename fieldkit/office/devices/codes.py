"""The one-time codes by which laptops may be enrolled: which are open, and taking one back."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from fieldkit.domain.core.errors import NotFound
from fieldkit.office.office import Office
from fieldkit.office.people.audit_log import note
from fieldkit.office.people.standing import taking_back
from fieldkit.office.tables import enrol_codes

_SHOWN = 10
"""How many signs of a code's hash are shown: enough to tell codes apart, and no way to one."""


@dataclass(frozen=True)
class OpenCode:
    """A code that nobody has used. `mark` is by what it is withdrawn, and is not the code."""

    mark: str
    person: str
    role: str
    area: str
    expires: datetime
    expired: bool


def list_codes(office: Office) -> list[OpenCode]:
    """The codes that nobody has used, those first that end first."""
    unused = select(enrol_codes).where(enrol_codes.c.device.is_(None))
    with office.db.reading() as conn:
        rows = conn.execute(unused.order_by(enrol_codes.c.expires_at)).all()
    now = office.clock()
    return [
        OpenCode(
            mark=row.hash[:_SHOWN],
            person=row.person,
            role=row.role,
            area=row.area,
            expires=datetime.fromtimestamp(row.expires_at / 1000, now.tzinfo),
            expired=row.expires_at < office.now_ms,
        )
        for row in rows
    ]


def withdraw_code(office: Office, mark: str, by: str) -> str:
    """Take a code back that nobody has used, and return whose it was.

    Raises `NotFound` unless exactly one has this mark.
    """
    with taking_back(office) as writing:
        unused = enrol_codes.c.device.is_(None)
        named = enrol_codes.c.hash.startswith(mark, autoescape=True)
        found = writing.conn.execute(select(enrol_codes).where(unused, named)).all()
        if len(mark) < _SHOWN or len(found) != 1:
            raise NotFound("enrol_code", mark)
        writing.conn.execute(delete(enrol_codes).where(enrol_codes.c.hash == found[0].hash))
        note(office, writing, by, "code_withdrawn", found[0].person)
    return str(found[0].person)
