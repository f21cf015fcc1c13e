"""Who may do something at the office, and whom a restored backup lets in again.

What was taken from somebody is also kept in a file in the office's folder, because a database that
was brought back by its own tools (PostgreSQL) does not know it any more.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, select

from fieldkit.office.database import Writing
from fieldkit.office.errors import OfficeFault
from fieldkit.office.office import Office, write_secret
from fieldkit.office.people.audit_log import note
from fieldkit.office.tables import colleagues, devices, enrol_codes, metadata

_FILE = "taken-back.json"
Standing = Mapping[str, str]
"""What may be done, as a key that says it exactly, and as people call it."""


@dataclass(frozen=True)
class Revived:
    """What a backup lets in again: `revived.<kind>` is its name, `about` whom or what."""

    kind: str
    about: str


def standing(conn: Connection, now_ms: int) -> Standing:
    """The laptops that are let in, the codes that may be used, people, their roles, passwords and
    tokens, and colleagues on laptops. Secrets appear as the hashes that the database has."""
    people, tokens = metadata.tables["office_people"], metadata.tables["person_tokens"]
    found: dict[str, str] = {}
    for row in conn.execute(select(devices).where(devices.c.revoked_at.is_(None))):
        found[f"laptop {row.id}"] = f"{row.id} ({row.person})"
    unused = (enrol_codes.c.device.is_(None)) & (enrol_codes.c.expires_at >= now_ms)
    for row in conn.execute(select(enrol_codes).where(unused)):
        found[f"code {row.hash}"] = row.person
    for row in conn.execute(select(people).where(people.c.active)):
        found[f"person {row.name}"] = row.name
        found |= {f"role {row.name} {role}": f"{row.name}: {role}" for role in row.roles.split()}
        if row.password:
            found[f"password {row.name} {row.password}"] = row.name
    for row in conn.execute(select(tokens)):
        found[f"token {row.hash}"] = row.person
    for row in conn.execute(select(colleagues)):
        found[f"colleague {row.device} {row.person}"] = f"{row.person} ({row.device})"
    return found


@contextmanager
def taking_back(office: Office) -> Iterator[Writing]:
    """A writing transaction by which somebody may lose what she might do, or get it again; the
    office's folder has it afterwards.

    Raises `OfficeFault` (`taken_back_unkept`) if the folder cannot be written; the change stands.
    """
    with office.db.writing() as writing:
        before = standing(writing.conn, office.now_ms)
        yield writing
        after = standing(writing.conn, office.now_ms)
    kept = {**_kept(office), **{key: before[key] for key in before.keys() - after.keys()}}
    given = after.keys() - before.keys()
    left = {key: about for key, about in kept.items() if key not in given}
    try:
        if left or (office.home / _FILE).exists():
            write_secret(office.home / _FILE, json.dumps(left, indent=1, ensure_ascii=False))
    except OSError as error:
        raise OfficeFault("taken_back_unkept", file=str(office.home / _FILE)) from error


def note_revived(
    office: Office, writing: Writing, by: str, before: Standing | None = None
) -> list[Revived]:
    """What may be done now and might not be done `before` the restore, nor by what the office's
    folder has; each goes into the audit log."""
    now = standing(writing.conn, office.now_ms)
    taken = _kept(office)
    keys = {key for key in now if key in taken or (before is not None and key not in before)}
    found = [Revived(key.partition(" ")[0], now[key]) for key in sorted(keys)]
    for one in found:
        note(office, writing, by, "revived", f"{one.kind} {one.about}")
    return found


def _kept(office: Office) -> dict[str, str]:
    try:
        kept = json.loads((office.home / _FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise OfficeFault("office_settings", file=str(office.home / _FILE)) from error
    return {str(key): str(about) for key, about in dict(kept).items()}
