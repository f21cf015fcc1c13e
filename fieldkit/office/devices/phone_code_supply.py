"""Telephone codes for laptops: the office makes and keeps them, and gives only their hashes."""

import json
import secrets

from sqlalchemy import Connection, Row, delete, func, insert, select

from fieldkit.domain.core.event import Role
from fieldkit.domain.job.phone_approval import spoken_code
from fieldkit.domain.job.phone_codes import OUTCOMES, hash_code
from fieldkit.office.devices.enrol import Caller
from fieldkit.office.office import Office
from fieldkit.office.tables import office as office_row
from fieldkit.office.tables import phone_codes
from fieldkit.sync.protocol.messages import CodeHashes, CodesHeld

SUPPLY = 20
"""Numbers that a laptop can use at a time: more than anybody telephones for between two syncs."""
AT_ONCE = 5
"""Numbers in one answer: the hashes of each are some 60 ms of work."""
_UNTOLD = 2 * SUPPLY
"""Numbers of a device that stay while nobody has asked for them: those that it can use, and those
that its requests have taken."""


def top_up(office: Office, caller: Caller, epoch: str, held: CodesHeld | None) -> list[CodeHashes]:
    """The next codes for a technician's laptop that has not enough of them, in this epoch of it.

    The same question gets the same codes again, so an answer may be lost. Others than technicians
    get none: supervisors answer in person.
    """
    if held is None or caller.role is not Role.TECHNICIAN:
        return []
    with office.db.reading() as conn:
        lacking = _lacking(conn, held)
        rows = _ready(conn, caller.device_id, epoch, held, lacking)
    if len(rows) < lacking:
        with office.db.writing() as writing:
            rows = _ready(writing.conn, caller.device_id, epoch, held, lacking)
            _make(writing.conn, caller.device_id, epoch, held, lacking - len(rows))
            rows = _ready(writing.conn, caller.device_id, epoch, held, lacking)
    return [
        CodeHashes(
            number=row.number,
            hashes={
                outcome: hash_code(caller.device_id, row.number, outcome, code)
                for outcome, code in json.loads(row.codes).items()
            },
        )
        for row in rows
    ]


def _lacking(conn: Connection, held: CodesHeld) -> int:
    present = conn.scalar(select(office_row.c.epoch)) == held.office_epoch
    usable = max(held.upto - held.after, 0) if present else 0
    return min(max(SUPPLY - usable, 0), AT_ONCE)


def _ready(
    conn: Connection, device: str, epoch: str, held: CodesHeld, most: int
) -> list[Row[int, str]]:
    """Codes that were made for this epoch of the device and that it does not have yet."""
    table = phone_codes.c
    own = (table.device == device, table.epoch == epoch, table.told_for.is_(None))
    found = select(table.number, table.codes).where(*own, table.number > held.upto)
    return list(conn.execute(found.order_by(table.number).limit(most)))


def _make(conn: Connection, device: str, epoch: str, held: CodesHeld, count: int) -> None:
    """Make codes under numbers that neither side has used, in whatever epoch; the oldest that
    nobody asked for go."""
    table = phone_codes.c
    last = conn.scalar(select(func.max(table.number)).where(table.device == device)) or 0
    first = max(last, held.upto) + 1
    for number in range(first, first + count):
        codes = {outcome: spoken_code(secrets.token_bytes(5)) for outcome in OUTCOMES}
        row = {"device": device, "number": number, "epoch": epoch, "codes": json.dumps(codes)}
        conn.execute(insert(phone_codes).values(row))
    newest = select(table.number).where(table.device == device, table.told_for.is_(None))
    kept = conn.scalars(newest.order_by(table.number.desc()).limit(_UNTOLD)).all()
    gone = (table.device == device, table.told_for.is_(None), table.number.not_in(kept))
    conn.execute(delete(phone_codes).where(*gone))
