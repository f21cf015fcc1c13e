"""The exchange through files, where there is no network at all.

A parcel holds the batches that a sync would send and the attachments that the office is not known
to have; its answer holds the office's receipts, the pages of the feed, the attachments that this
laptop wants, a new catalogue and new rule packs. Both are sealed and signed. Until the answer has
come back everything stays unsent, so that a lost parcel loses nothing; either may be applied twice.
"""

from collections.abc import Iterator
from typing import BinaryIO

from pydantic import ValidationError

from fieldkit.domain.core.errors import Fault
from fieldkit.store.files.attachments import Attachments
from fieldkit.store.records.exchange import Exchange
from fieldkit.store.records.transfers import Transfers
from fieldkit.sync.client.enrol import Identity, load_identity
from fieldkit.sync.client.fetch_catalogue import CatalogueSink, install_catalogue
from fieldkit.sync.client.fetch_packs import PackSink, take_enclosed
from fieldkit.sync.client.phone_codes import codes_held, take_codes
from fieldkit.sync.client.progress import SyncReport
from fieldkit.sync.client.send_events import FIRST_BATCH, keep_receipt, make_batch
from fieldkit.sync.client.set_aside import take_set_aside, tell_set_aside
from fieldkit.sync.client.signed_channel import new_nonce
from fieldkit.sync.errors import SyncFault
from fieldkit.sync.protocol import keys
from fieldkit.sync.protocol.messages import (
    MAX_ATTACHMENT_BYTES,
    MAX_SET_ASIDE,
    Batch,
    Message,
    Refusal,
    from_wire,
)
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


class Sent(Message):
    """What the laptop notes of a parcel, to know its answer by."""

    epoch: str
    first: int
    count: int
    nonce: str


def make_parcel(
    exchange: Exchange,
    out: BinaryIO,
    transfers: Transfers | None = None,
    catalogue: CatalogueSink | None = None,
    packs: PackSink | None = None,
) -> Parcel:
    """Write everything unsent, sealed for the office; answers what was written.

    Without `transfers` no attachments are enclosed, without `packs` no rule packs asked for.
    Raises `SyncFault`, or `Fault` where an attachment cannot be read to its end.
    """
    identity = load_identity(exchange)
    device = exchange.device.read()
    parcel = Parcel(
        device=device["id"],
        epoch=device["epoch"],
        nonce=new_nonce(),
        cursor=exchange.feed.cursor(),
        batches=list(_batches(exchange, device["id"])),
        key=new_key(),
        enclosed=list(_enclosed(transfers, device["id"])) if transfers else [],
        wanted=transfers.wanted() if transfers else [],
        catalogue=catalogue.held if catalogue else "",
        shelf=packs.tag if packs else None,
        packs=packs.held if packs else [],
        set_aside=exchange.receipts.set_aside(MAX_SET_ASIDE),
        phone_codes=codes_held(exchange.phone_codes, device["epoch"]),
    )
    sent = [
        Sent(epoch=batch.epoch, first=batch.first, count=len(batch.events), nonce=batch.nonce)
        for batch in parcel.batches
    ]
    noted = {"cursor": parcel.cursor, "sent": [item.model_dump(mode="json") for item in sent],
             "enclosed": [each.sha256 for each in parcel.enclosed],
             "epoch": parcel.epoch}  # fmt: skip
    exchange.parcels.note(parcel.nonce, noted)
    contents = (
        piece
        for each in parcel.enclosed
        if transfers
        for piece in transfers.attachments.read(each.sha256)
    )
    own, office = keys.unb64(identity.sign), keys.unb64(identity.office_seal)
    write(out, parcel, PARCEL, own, office, contents)
    return parcel


def _batches(exchange: Exchange, device: str) -> Iterator[Batch]:
    begin = exchange.parcels.starts()
    for chain in exchange.outbox.chains():
        after = min(chain.waiting - 1, begin.get(chain.epoch, chain.count))
        while chain.waiting and (events := exchange.outbox.own(chain.epoch, after, FIRST_BATCH)):
            yield make_batch(device, chain.epoch, events)
            after = events[-1].seq


def _enclosed(transfers: Transfers, device: str) -> Iterator[Enclosed]:
    """What can be enclosed: one that is lost or damaged here is left out."""
    for sha256 in transfers.outgoing(device):
        try:
            size = transfers.attachments.checked_size(sha256)
        except Fault:
            continue
        if size <= MAX_ATTACHMENT_BYTES:
            yield Enclosed(sha256=sha256, size=size)


def take_answer(
    exchange: Exchange,
    file: BinaryIO,
    transfers: Transfers | None = None,
    catalogue: CatalogueSink | None = None,
    packs: PackSink | None = None,
) -> SyncReport:
    """Keep what the office answered to a parcel; a second time it changes nothing.

    Raises `SyncFault`: `bad_parcel` (no answer of this office for this laptop),
    `unknown_parcel` (to a parcel that this laptop did not make).
    """
    identity = load_identity(exchange)
    answer, contents = _open(identity, file)
    noted = exchange.parcels.get(answer.nonce)
    if noted is None or answer.device != exchange.device.read()["id"]:
        raise SyncFault("unknown_parcel")
    report = SyncReport()
    sent = [Sent.model_validate(item) for item in noted["sent"]]
    for item, given in zip(sent, answer.answers, strict=False):
        _take(exchange, identity, item, given, report)
    pages = answer.pages if exchange.feed.cursor() == noted["cursor"] else []
    if pages:  # and not an answer that was read before: much may have happened since
        take_set_aside(exchange, answer.set_aside)
        epoch = noted.get("epoch", "")  # parcels of older programs have none, and get no codes
        take_codes(exchange.phone_codes, epoch, pages[0].office_epoch, answer.phone_codes)
    for page in pages:
        entries = list(zip(page.positions, map(from_wire, page.events), strict=True))
        report.changed |= set(exchange.feed.apply(entries, page.cursor, page.seals))
        report.received += len(entries)
    tell_set_aside(exchange, answer.set_aside, report)
    if transfers:
        _take_attachments(transfers, noted.get("enclosed", []), answer, contents, report)
    if catalogue and answer.catalogue and answer.catalogue.sha256 != catalogue.tag:
        install_catalogue(catalogue, answer.catalogue, report)
        catalogue.finished(answer.catalogue.sha256)
    if packs and answer.shelf:
        take_enclosed(packs, answer.shelf, report)
    report.unsent = exchange.lists.unsent()
    return report


def _open(identity: Identity, file: BinaryIO) -> tuple[ParcelAnswer, Contents]:
    own = keys.unb64(identity.seal)
    try:
        signed = read_head(file, ANSWER, own)
        if not signed.is_by(keys.unb64(identity.office_key), ANSWER, keys.sealing_public(own)):
            raise ValueError("not of this office")
        answer = ParcelAnswer.model_validate_json(signed.text)
        return answer, Contents(file, answer)
    except (ValueError, ValidationError) as error:
        raise SyncFault("bad_parcel") from error


def _take_attachments(
    transfers: Transfers,
    sent: list[str],
    answer: ParcelAnswer,
    contents: Contents,
    report: SyncReport,
) -> None:
    transfers.at_office(sent, answer.lacking)
    report.attachments = len(set(sent).difference(answer.lacking))
    transfers.want_of(report.changed)
    for each in answer.enclosed:
        report.fetched += _keep(transfers.attachments, each, contents)
        transfers.came(each.sha256)


def _keep(here: Attachments, each: Enclosed, contents: Contents) -> bool:
    """Keep an attachment unless it is here; whether it came with this answer."""
    known = here.has(each.sha256)
    here.drop_parts(each.sha256)
    for _, part in contents.parts(each):
        if not known:
            here.add_part(each.sha256, part)
    return not known and here.complete(each.sha256)


def _take(
    exchange: Exchange, identity: Identity, sent: Sent, given: BatchAnswer, report: SyncReport
) -> None:
    if given.receipt is None:
        refusal = given.refusal or Refusal(error="bad_request")
        count = refusal.params.get("count")
        if refusal.error == "hole" and isinstance(count, int):
            exchange.parcels.note_start(sent.epoch, count)
            report.problem("parcel_hole")
        else:
            report.problem("parcel_refused", reason=refusal.error)
        return
    events = exchange.outbox.own(sent.epoch, sent.first - 1, sent.count)
    if len(events) != sent.count:
        return  # carried over into a new epoch since then
    batch = make_batch(exchange.device.read()["id"], sent.epoch, events)
    batch = batch.model_copy(update={"nonce": sent.nonce})
    if not given.receipt.answers(batch, keys.unb64(identity.office_key)):
        raise SyncFault("bad_parcel")
    keep_receipt(exchange, events, given.receipt, report)
