"""Approval by telephone at the supervisor's end: tell the code for a challenge, and know later
whether it was told."""

import hmac
import json
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection, select, update

from fieldkit.domain.core.errors import FieldkitError
from fieldkit.domain.core.job_codes import SettledCharge
from fieldkit.domain.job.phone_approval import (
    LIFETIME,
    Challenge,
    PhoneKey,
    challenge_for,
    is_code_for,
    mark_of,
    normalized,
)
from fieldkit.domain.job.phone_codes import APPROVED, outcome_of
from fieldkit.domain.job.side_events import ApprovalAnswered, ApprovalRequested
from fieldkit.office.database import Writing
from fieldkit.office.office import Office
from fieldkit.office.people.audit_log import audit, note
from fieldkit.office.people.office_people import RESERVED
from fieldkit.office.tables import devices, phone_codes


class NotApproved(FieldkitError):
    """A challenge for which no code is given: `error.approval.<key>` says why."""

    exit_code = 1

    def __init__(self, key: str, **params: object) -> None:
        super().__init__(f"approval.{key}", **params)


@dataclass(frozen=True)
class Approval:
    """The code for a challenge, and whose laptop asks for it."""

    code: str
    challenge: Challenge
    person: str
    device_id: str


def approve(
    office: Office,
    text: str,
    charge: SettledCharge | None = None,
    device_ref: str = "",
    by: str = RESERVED,
) -> Approval:
    """The code that approves the challenge `text`, which a technician reads out.

    `charge` is for lines that the rules left open; `device_ref`, an id or a person, chooses the
    laptop if two have the same mark. Raises `FieldkitError` (`approval.misheard`), `NotApproved`:
    `too_old`, `from_the_future` (by the laptop's clock), `unknown_device`, `two_devices`,
    `charge_needed`, `charge_not_asked`, `unknown_number` (this office has not given it to that
    laptop), `number_told` (for another challenge).
    """
    challenge = Challenge.read(text)
    _check_age(office, challenge)
    if challenge.left_open and charge is None:
        raise NotApproved("charge_needed")
    if charge is not None and not challenge.left_open:
        raise NotApproved("charge_not_asked")
    key, person = _asking(office, challenge, device_ref)
    with office.db.writing() as writing:
        if challenge.number:
            code = _numbered_code(writing, key.device, challenge, charge)
        else:
            code = key.code(challenge, charge)
        note(office, writing, by, _TOLD, _told(challenge, charge))
    return Approval(code, challenge, person, key.device)


def _numbered_code(
    writing: Writing, device: str, challenge: Challenge, charge: SettledCharge | None
) -> str:
    """The code of the challenge's number, which is from now on told for this challenge alone."""
    table = phone_codes.c
    own = (table.device == device, table.number == challenge.number)
    row = writing.conn.execute(select(phone_codes).where(*own)).first()
    if row is None:
        raise NotApproved("unknown_number", number=challenge.number)
    if row.told_for not in (None, str(challenge)):
        raise NotApproved("number_told", number=challenge.number)
    writing.conn.execute(update(phone_codes).where(*own).values(told_for=str(challenge)))
    told: str = json.loads(row.codes)[charge.value if charge else APPROVED]
    return told


def is_told_code(
    conn: Connection, device: str, job_number: str, asked: ApprovalRequested, data: ApprovalAnswered
) -> bool:
    """Whether an answer has the code that somebody at the office told this device for this request
    and outcome."""
    challenge = challenge_for(device, job_number, asked)
    charge = data.charge if asked.left_open else None
    if data.code_number != asked.code_number or not was_told(conn, challenge, charge):
        return False
    if asked.code_number == 0:  # the laptop had the key, and could have made the code as well
        key = conn.scalar(select(devices.c.approval_key).where(devices.c.id == device))
        return key is not None and is_code_for(
            PhoneKey(device, key), data.code, job_number, asked, charge
        )
    table = phone_codes.c
    own = (table.device == device, table.number == asked.code_number)
    codes = conn.scalar(select(table.codes).where(*own, table.told_for == str(challenge)))
    told = json.loads(codes)[outcome_of(asked, charge)] if codes else ""
    return bool(told) and hmac.compare_digest(told.encode(), normalized(data.code).encode())


def was_told(conn: Connection, challenge: Challenge, charge: SettledCharge | None) -> bool:
    """Whether the log says that somebody at the office told the code for this challenge and
    outcome. An older version logged the job's number alone."""
    about = [_told(challenge, charge)] + [challenge.job_number] * (challenge.number == 0)
    found = select(audit.c.number).where(audit.c.act == _TOLD, audit.c.about.in_(about))
    return conn.scalar(found.limit(1)) is not None


_TOLD = "phone_code_told"


def _told(challenge: Challenge, charge: SettledCharge | None) -> str:
    return f"{challenge} {charge.value}" if charge else str(challenge)


def _check_age(office: Office, challenge: Challenge) -> None:
    age = office.clock() - challenge.asked_at
    moment = challenge.asked_at.astimezone(office.clock().tzinfo)
    if age > LIFETIME:
        raise NotApproved("too_old", asked=f"{moment:%Y-%m-%d %H:%M}", hours=age // _HOUR)
    if age < -LIFETIME:
        raise NotApproved("from_the_future", asked=f"{moment:%Y-%m-%d %H:%M}")


_HOUR = timedelta(hours=1)


def _asking(office: Office, challenge: Challenge, device_ref: str) -> tuple[PhoneKey, str]:
    """The key of the laptop whose mark the challenge carries, and its person."""
    columns = select(devices.c.id, devices.c.person, devices.c.approval_key)
    with office.db.reading() as conn:
        rows = conn.execute(columns.where(devices.c.revoked_at.is_(None))).all()
    found = [(PhoneKey(row.id, row.approval_key), row.person) for row in rows]
    asking = [each for each in found if mark_of(each[0].device) == challenge.mark]
    if device_ref:
        asking = [each for each in asking if device_ref in (each[0].device, each[1])]
    if not asking:
        raise NotApproved("unknown_device")
    if len(asking) > 1:
        named = ", ".join(f"{key.device} ({person})" for key, person in asking)
        raise NotApproved("two_devices", devices=named)
    return asking[0]
