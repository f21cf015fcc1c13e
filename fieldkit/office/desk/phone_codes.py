"""Approval by telephone at the supervisor's end: compute the code for a challenge."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection, select

from fieldkit.domain.core.errors import FieldkitError
from fieldkit.domain.core.job_codes import SettledCharge
from fieldkit.domain.job.phone_approval import LIFETIME, Challenge, PhoneKey
from fieldkit.office.office import Office
from fieldkit.office.people.audit_log import audit, note
from fieldkit.office.people.office_people import RESERVED
from fieldkit.office.tables import devices


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
    `charge_needed`, `charge_not_asked`.
    """
    challenge = Challenge.read(text)
    _check_age(office, challenge)
    if challenge.left_open and charge is None:
        raise NotApproved("charge_needed")
    if charge is not None and not challenge.left_open:
        raise NotApproved("charge_not_asked")
    key, person = _asking(office, challenge, device_ref)
    with office.db.writing() as writing:
        note(office, writing, by, _TOLD, _told(challenge, charge))
    return Approval(key.code(challenge, charge), challenge, person, key.device)


def was_told(conn: Connection, challenge: Challenge, charge: SettledCharge | None) -> bool:
    """Whether somebody at the office told the code for this challenge and outcome. The laptop could
    have made it as well: both have the key. An older version logged the job's number alone."""
    about = (_told(challenge, charge), challenge.job_number)
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
    asking = [each for each in found if each[0].mark == challenge.mark]
    if device_ref:
        asking = [each for each in asking if device_ref in (each[0].device, each[1])]
    if not asking:
        raise NotApproved("unknown_device")
    if len(asking) > 1:
        named = ", ".join(f"{key.device} ({person})" for key, person in asking)
        raise NotApproved("two_devices", devices=named)
    return asking[0]
