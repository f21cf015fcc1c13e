"""The people of the office: names, roles, passwords, tokens for commands.

A password is kept as Argon2id in PHC form, a token as its SHA-256. Who changes something is in
the audit log, in the same transaction. `by` is always the name of who does it.
"""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Integer,
    Row,
    String,
    Table,
    delete,
    exists,
    insert,
    select,
    update,
)

from fieldkit.domain.core.errors import FieldkitError
from fieldkit.domain.core.person_name import RESERVED as RESERVED
from fieldkit.domain.core.person_name import is_name, known_as
from fieldkit.office.database import Writing
from fieldkit.office.office import Office
from fieldkit.office.people.audit_log import note
from fieldkit.office.people.person_roles import MAY_DO, OfficeRole, Task, may_do
from fieldkit.office.people.standing import taking_back
from fieldkit.office.tables import ID_LENGTH, NAME_LENGTH, metadata

office_people = Table(
    "office_people",
    metadata,
    Column("name", String(NAME_LENGTH), primary_key=True),
    Column("roles", String(NAME_LENGTH), nullable=False),
    Column("active", Boolean, nullable=False),
    Column("password", String(NAME_LENGTH)),
    Column("tries", Integer, nullable=False),
    Column("tried_at", BigInteger, nullable=False),
)
"""`roles` are separated by spaces; `tries` are wrong passwords since the last right one."""

person_tokens = Table(
    "person_tokens",
    metadata,
    Column("hash", String(ID_LENGTH), primary_key=True),
    Column("person", String(NAME_LENGTH), nullable=False, unique=True),
    Column("issued_at", BigInteger, nullable=False),
)
"""One token a person; a new one ends the one before."""

PASSWORD_LENGTH = (10, 200)
FREE_TRIES, FIRST_WAIT_S, LONGEST_WAIT_S = 3, 5, 3600
"""Wrong passwords without a wait; then seconds to wait, doubled with each further one, and the
most."""


class NotPermitted(FieldkitError):
    """Somebody may not do this, or is not known: `error.office_person.<why>`.

    ``why``: `no_people`, `no_token`, `unknown_token`, `disabled`, `role_lacks` (with `name`,
    `office_task` and the `office_roles` that may), `other_name`, `wrong_password`, `wait` (with
    `seconds`), `nobody`.
    """

    exit_code = 1

    def __init__(self, why: str, **params: object) -> None:
        super().__init__(f"office_person.{why}", **params)
        self.why = why


@dataclass(frozen=True)
class OfficePerson:
    """Somebody at the office."""

    name: str
    roles: frozenset[OfficeRole]
    active: bool
    has_password: bool


def has_people(office: Office) -> bool:
    """Whether the office has people; one that an earlier version made has none at first."""
    with office.db.reading() as conn:
        return bool(conn.scalar(select(exists(select(office_people.c.name)))))


def list_people(office: Office) -> list[OfficePerson]:
    """Everybody, by name."""
    with office.db.reading() as conn:
        rows = conn.execute(select(office_people).order_by(office_people.c.name)).all()
    return [_person(row) for row in rows]


def add_first(office: Office, name: str) -> str:
    """Add the first person, who has every role, and return her token.

    Raises `NotPermitted` (`no_token`) if there are people already.
    """
    token = secrets.token_urlsafe(32)
    with office.db.writing() as writing:
        if writing.conn.scalar(select(exists(select(office_people.c.name)))):
            raise NotPermitted("no_token")
        name = _free_name(writing.conn, name)
        _insert(office, writing, name, OfficeRole, by=name)
        _give_token(office, writing, name, token, by=name)
    return token


def add_person(office: Office, name: str, roles: Iterable[OfficeRole], by: str) -> None:
    """Add somebody. Raises `FieldkitError`: `office_person.bad_name`, `office_person.taken`."""
    with office.db.writing() as writing:
        _insert(office, writing, _free_name(writing.conn, name), roles, by)


def set_roles(office: Office, name: str, roles: Iterable[OfficeRole], by: str) -> None:
    """Give somebody these roles instead of those before.

    Raises `NotPermitted` (`nobody`), `FieldkitError` (`office_person.last_administrator`).
    """
    with taking_back(office) as writing:
        _find(writing.conn, name)
        _change(writing.conn, name, roles=_joined(roles))
        _check_administrator(writing.conn)
        note(office, writing, by, "person_roles", name)


def set_active(office: Office, name: str, active: bool, by: str) -> None:
    """Let somebody do nothing more at the office, or let her again. Her token ends.

    Raises as `set_roles`.
    """
    with taking_back(office) as writing:
        _find(writing.conn, name)
        _change(writing.conn, name, active=active)
        _check_administrator(writing.conn)
        writing.conn.execute(delete(person_tokens).where(person_tokens.c.person == name))
        note(office, writing, by, "person_enabled" if active else "person_disabled", name)


def set_password(office: Office, name: str, password: str, by: str) -> None:
    """Set somebody's password; a wait for wrong ones ends.

    Raises `NotPermitted` (`nobody`), `FieldkitError` (`office_person.bad_password`).
    """
    least, most = PASSWORD_LENGTH
    if not least <= len(password) <= most or password.casefold() == name.casefold():
        raise FieldkitError("office_person.bad_password", least=least, most=most)
    hashed = _argon2().derive_phc_encoded(password.encode())
    with taking_back(office) as writing:
        _find(writing.conn, name)
        _change(writing.conn, name, password=hashed, tries=0)
        note(office, writing, by, "person_password", name)


def new_token(office: Office, name: str, by: str) -> str:
    """A token for somebody's commands, which is shown this once; the one before ends.

    Raises `NotPermitted`: `nobody`, `disabled`.
    """
    token = secrets.token_urlsafe(32)
    with taking_back(office) as writing:
        if not _find(writing.conn, name).active:
            raise NotPermitted("disabled", name=name)
        _give_token(office, writing, name, token, by)
    return token


# -- who is it ------------------------------------------------------------------------------


def person_of_token(office: Office, token: str) -> OfficePerson:
    """Whose token it is. Raises `NotPermitted`: `unknown_token`, `disabled`."""
    where = person_tokens.c.hash == _hash(token)
    with office.db.reading() as conn:
        row = conn.execute(
            select(office_people).join_from(
                person_tokens, office_people, person_tokens.c.person == office_people.c.name
            ).where(where)
        ).first()  # fmt: skip
    if row is None:
        raise NotPermitted("unknown_token")
    return _active(row)


def sign_in(office: Office, name: str, password: str) -> OfficePerson:
    """Who has this name and password.

    A try counts before it is judged, so that many at once gain nothing. A name that nobody has
    costs the same time. Raises `NotPermitted`: `wrong_password`, `wait`, `disabled`.
    """
    with office.db.writing() as writing:
        row = _row(writing.conn, name)
        if row is not None:
            _check_wait(row, office.now_ms)
            _change(writing.conn, name, tries=row.tries + 1, tried_at=office.now_ms)
    try:
        Argon2id.verify_phc_encoded(password.encode(), (row and row.password) or _NOBODYS)
    except InvalidKey:
        raise NotPermitted("wrong_password") from None
    if row is None or not row.password:
        raise NotPermitted("wrong_password")
    with office.db.writing() as writing:
        _change(writing.conn, name, tries=0)
    return _active(row)


def check_administrator(office: Office, name: str) -> None:
    """See that somebody is an administrator who works here.

    Raises `FieldkitError` (`office_person.not_administrator`).
    """
    with office.db.reading() as conn:
        row = _row(conn, name)
    if not (row and row.active and OfficeRole.ADMINISTRATOR in _person(row).roles):
        raise FieldkitError("office_person.not_administrator", name=name)


def check_permission(person: OfficePerson, task: Task) -> None:
    """See that somebody may do a task. Raises `NotPermitted` (`role_lacks`)."""
    if not may_do(person.roles, task):
        may = tuple(sorted(MAY_DO[task]))
        raise NotPermitted("role_lacks", name=person.name, office_task=task, office_roles=may)


def _check_wait(row: Row[Any], now_ms: int) -> None:
    over = row.tries - FREE_TRIES
    if over < 0:
        return
    wait_s = min(FIRST_WAIT_S * 2 ** min(over, 20), LONGEST_WAIT_S)
    left = row.tried_at + wait_s * 1000 - now_ms
    if left > 0:
        raise NotPermitted("wait", seconds=-(-left // 1000))


def _active(row: Row[Any]) -> OfficePerson:
    if not row.active:
        raise NotPermitted("disabled", name=row.name)
    return _person(row)


# -- rows -----------------------------------------------------------------------------------


def _free_name(conn: Connection, name: str) -> str:
    if not is_name(name):
        raise FieldkitError("office_person.bad_name")
    if known := known_as(name, conn.scalars(select(office_people.c.name))):
        raise FieldkitError("office_person.taken", name=known)
    return name.strip()


def _insert(
    office: Office, writing: Writing, name: str, roles: Iterable[OfficeRole], by: str
) -> None:
    row = {"name": name, "roles": _joined(roles), "active": True, "tries": 0, "tried_at": 0}
    writing.conn.execute(insert(office_people).values(row))
    note(office, writing, by, "person_added", name)


def _give_token(office: Office, writing: Writing, name: str, token: str, by: str) -> None:
    writing.conn.execute(delete(person_tokens).where(person_tokens.c.person == name))
    row = {"hash": _hash(token), "person": name, "issued_at": office.now_ms}
    writing.conn.execute(insert(person_tokens).values(row))
    note(office, writing, by, "person_token", name)


def _check_administrator(conn: Connection) -> None:
    """See that somebody can still add and help people."""
    rows = conn.execute(select(office_people).where(office_people.c.active))
    if not any(OfficeRole.ADMINISTRATOR in _person(row).roles for row in rows):
        raise FieldkitError("office_person.last_administrator")


def _row(conn: Connection, name: str) -> Row[Any] | None:
    return conn.execute(select(office_people).where(office_people.c.name == name)).first()


def _find(conn: Connection, name: str) -> Row[Any]:
    row = _row(conn, name)
    if row is None:
        raise NotPermitted("nobody", name=name)
    return row


def _change(conn: Connection, name: str, **values: object) -> None:
    conn.execute(update(office_people).where(office_people.c.name == name).values(values))


def _person(row: Row[Any]) -> OfficePerson:
    known = {role.value for role in OfficeRole}
    roles = frozenset(OfficeRole(role) for role in row.roles.split() if role in known)
    return OfficePerson(row.name, roles, row.active, bool(row.password))


def _joined(roles: Iterable[OfficeRole]) -> str:
    return " ".join(sorted(role.value for role in roles))


def _argon2() -> Argon2id:
    """The second recommended option of RFC 9106: 64 MiB, three passes, four lanes."""
    salt = secrets.token_bytes(16)
    return Argon2id(salt=salt, length=32, iterations=3, lanes=4, memory_cost=64 * 1024)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


_NOBODYS = (
    "$argon2id$v=19$m=65536,t=3,p=4$"
    "AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
)
"""What a password is compared with where there is none: it fits no password that is known."""
