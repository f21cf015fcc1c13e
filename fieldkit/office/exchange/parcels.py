"""Exchange with a laptop through a file; `sync.client.parcel_exchange` is the laptop's side."""

from collections.abc import Iterator
from typing import BinaryIO

from pydantic import ValidationError
from sqlalchemy import select

from fieldkit.domain.core.event import Role
from fieldkit.office.devices.enrol import Caller
from fieldkit.office.devices.phone_code_supply import top_up
from fieldkit.office.errors import Denied, OfficeFault
from fieldkit.office.exchange import attachments, feed
from fieldkit.office.exchange.held_events import told_again
from fieldkit.office.exchange.intake import accept
from fieldkit.office.office import Office
from fieldkit.office.publishing import catalogue, packs
from fieldkit.office.tables import devices
from fieldkit.sync.protocol import keys
from fieldkit.sync.protocol.messages import Batch, CatalogueFile, FeedPage, Refusal
from fieldkit.sync.protocol.parcel_format import (
    ANSWER,
    PARCEL,
    BatchAnswer,
    Contents,
    Enclosed,
    Parcel,
    ParcelAnswer,
    new_key,
    read_head,
    write,
)


def import_parcel(office: Office, file: BinaryIO, out: BinaryIO) -> tuple[Parcel, ParcelAnswer]:
    """Take a parcel and write the answer as a sealed file; returns the contents of both.

    A parcel that is imported twice has its effect once. Raises `OfficeFault`: `bad_parcel` (not
    sealed for this office, or not by a laptop of it), `revoked`; nothing was taken then.
    """
    try:
        signed = read_head(file, PARCEL, office.keys.seal)
        parcel = Parcel.model_validate_json(signed.text)
        contents = Contents(file, parcel)
    except (ValueError, ValidationError) as error:
        raise OfficeFault("bad_parcel") from error
    caller, seal_key = _sender(office, parcel.device)
    if not signed.is_by(caller.sign_key, PARCEL, keys.sealing_public(office.keys.seal)):
        raise OfficeFault("bad_parcel")
    with office.db.reading() as conn:
        aside = told_again(conn, caller.device_id, parcel.set_aside)
    answers = [_answer(office, caller, batch) for batch in parcel.batches]
    for each in parcel.enclosed:
        _store(office, caller, each, contents)
    with office.db.reading() as conn:
        lacking = [each.sha256 for each in attachments.wants(conn, caller.device_id).wanted]
    answer = ParcelAnswer(
        device=parcel.device,
        nonce=parcel.nonce,
        answers=answers,
        pages=_pages(office, caller, parcel),
        lacking=lacking,
        catalogue=_catalogue(office, parcel.catalogue),
        shelf=packs.shelf_for(office, parcel.shelf, parcel.packs),
        set_aside=aside,
        phone_codes=top_up(office, caller, parcel.epoch, parcel.phone_codes),
        key=new_key(),
        enclosed=list(_found(office, caller, parcel.wanted)),
    )
    bytes_ = (piece for each in answer.enclosed for piece in _content(office, caller, each))
    write(out, answer, ANSWER, office.keys.sign, seal_key, bytes_)
    return parcel, answer


def _store(office: Office, caller: Caller, each: Enclosed, contents: Contents) -> None:
    """Store an enclosed attachment from the office's offset on.

    One that the office does not want, or refuses, is skipped.
    """
    with office.db.reading() as conn:
        wants = attachments.wants(conn, caller.device_id).wanted
    at = next((want.offset for want in wants if want.sha256 == each.sha256), None)
    refused = at is None
    if each.size == 0 and not refused:
        refused = not _put(office, caller, each, 0, b"")
    for start, part in contents.parts(each):
        end = start + len(part)
        if refused or at is None or end <= at:
            continue
        refused = not _put(office, caller, each, at, part[at - start :])
        at = end


def _put(office: Office, caller: Caller, each: Enclosed, offset: int, part: bytes) -> bool:
    try:
        attachments.take_part(office, caller, each.sha256, offset, each.size, part)
    except Denied:
        return False
    return True


def _found(office: Office, caller: Caller, wanted: list[str]) -> Iterator[Enclosed]:
    """The wanted attachments that the office has and this person may read."""
    for sha256 in wanted:
        try:
            state = attachments.state(office, caller, sha256)
        except Denied:
            continue
        if state.complete:
            yield Enclosed(sha256=sha256, size=state.size)


def _content(office: Office, caller: Caller, each: Enclosed) -> Iterator[bytes]:
    at = 0
    while at < each.size:
        part = attachments.read_part(office, caller, each.sha256, at)
        yield part
        at += len(part)


def _catalogue(office: Office, held: str) -> CatalogueFile | None:
    try:
        file, tag = catalogue.file(office)
    except Denied:  # nothing is published
        return None
    return file if tag != held else None


def _sender(office: Office, device_id: str) -> tuple[Caller, bytes]:
    with office.db.reading() as conn:
        row = conn.execute(select(devices).where(devices.c.id == device_id)).first()
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
