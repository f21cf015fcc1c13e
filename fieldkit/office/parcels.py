"""Parcels: the exchange with a laptop through a file, see `fieldkit.sync.parcels`."""

from pydantic import ValidationError
from sqlalchemy import select

from fieldkit.domain.event import Role
from fieldkit.office import feed
from fieldkit.office.db import devices
from fieldkit.office.enrol import Caller
from fieldkit.office.errors import Denied, OfficeFault
from fieldkit.office.intake import accept
from fieldkit.office.office import Office
from fieldkit.sync import keys
from fieldkit.sync.parcel import (
    ANSWER,
    MAGIC,
    PARCEL,
    BatchAnswer,
    Parcel,
    ParcelAnswer,
)
from fieldkit.sync.protocol import Batch, FeedPage, Refusal
from fieldkit.sync.sealing import seal, unseal


def import_parcel(office: Office, raw: bytes) -> tuple[bytes, ParcelAnswer]:
    """Take a parcel; the answer as a sealed file, and as it is.

    A parcel that is taken twice has its effect once. Raises `OfficeFault`: `bad_parcel` (not
    sealed for this office, or not by a laptop of it), `revoked`.
    """
    try:
        signed = unseal(raw.removeprefix(MAGIC), PARCEL, office.keys.seal)
        parcel = Parcel.model_validate_json(signed.text)
    except (ValueError, ValidationError) as error:
        raise OfficeFault("bad_parcel") from error
    caller, seal_key = _sender(office, parcel.device)
    recipient = keys.sealing_public(office.keys.seal)
    if not raw.startswith(MAGIC) or not signed.is_by(caller.sign_key, PARCEL, recipient):
        raise OfficeFault("bad_parcel")
    answer = ParcelAnswer(
        device=parcel.device,
        nonce=parcel.nonce,
        answers=[_answer(office, caller, batch) for batch in parcel.batches],
        pages=_pages(office, caller, parcel),
    )
    sealed = seal(answer.model_dump_json(), ANSWER, office.keys.sign, seal_key)
    return MAGIC + sealed, answer


def _sender(office: Office, device: str) -> tuple[Caller, bytes]:
    with office.db.reading() as conn:
        row = conn.execute(select(devices).where(devices.c.id == device)).first()
    if row is None:
        raise OfficeFault("bad_parcel")
    if row.revoked_at is not None:
        raise OfficeFault("revoked")
    return Caller(row.id, row.person, Role(row.role), row.sign_key), row.seal_key


def _answer(office: Office, caller: Caller, batch: Batch) -> BatchAnswer:
    try:
        return BatchAnswer(receipt=accept(office, caller, batch))
    except Denied as denied:
        return BatchAnswer(refusal=Refusal(error=denied.reason, params=denied.values))


def _pages(office: Office, caller: Caller, parcel: Parcel) -> list[FeedPage]:
    pages = [feed.page(office, caller, parcel.cursor, parcel.epoch)]
    while pages[-1].more:
        pages.append(feed.page(office, caller, pages[-1].cursor, parcel.epoch))
    return pages
