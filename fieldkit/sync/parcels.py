"""The exchange through files, where there is no network at all.

A parcel holds the batches that a sync would send; its answer holds the office's receipts and
the pages of the feed. Both are sealed and signed. Until the answer has come back everything
stays unsent, so that a lost parcel loses nothing; either may be applied twice.
"""

from pydantic import ValidationError

from fieldkit.store.exchange import Exchange
from fieldkit.sync import keys
from fieldkit.sync.channel import new_nonce
from fieldkit.sync.enrol import Identity, load_identity
from fieldkit.sync.errors import SyncFault
from fieldkit.sync.parcel import ANSWER, MAGIC, PARCEL, BatchAnswer, Parcel, ParcelAnswer
from fieldkit.sync.protocol import Batch, Message, Refusal, from_wire
from fieldkit.sync.report import SyncReport
from fieldkit.sync.sealing import seal, unseal
from fieldkit.sync.sending import make_batch, settle

_BATCH = 500


class Sent(Message):
    """What the laptop notes of a parcel, to know its answer by."""

    epoch: str
    first: int
    count: int
    nonce: str


def make_parcel(exchange: Exchange) -> bytes:
    """Everything unsent, sealed for the office. Raises `SyncFault`."""
    identity = load_identity(exchange)
    device = exchange.device()
    begin = exchange.parcel_starts()
    batches: list[Batch] = []
    for chain in exchange.chains():
        after = min(chain.waiting - 1, begin.get(chain.epoch, chain.count))
        while chain.waiting and (events := exchange.own(chain.epoch, after, _BATCH)):
            batches.append(make_batch(device["id"], chain.epoch, events))
            after = events[-1].seq
    parcel = Parcel(
        device=device["id"],
        epoch=device["epoch"],
        nonce=new_nonce(),
        cursor=exchange.cursor(),
        batches=batches,
    )
    sent = [
        Sent(epoch=batch.epoch, first=batch.first, count=len(batch.events), nonce=batch.nonce)
        for batch in batches
    ]
    exchange.note_parcel(
        parcel.nonce,
        {"cursor": parcel.cursor, "sent": [item.model_dump(mode="json") for item in sent]},
    )
    text = parcel.model_dump_json()
    sealed = seal(text, PARCEL, keys.unb64(identity.sign), keys.unb64(identity.office_seal))
    return MAGIC + sealed


def take_answer(exchange: Exchange, raw: bytes) -> SyncReport:
    """Keep what the office answered to a parcel; a second time it changes nothing.

    Raises `SyncFault`: `bad_parcel` (no answer of this office for this laptop),
    `unknown_parcel` (to a parcel that this laptop did not make).
    """
    identity = load_identity(exchange)
    answer = _open(identity, raw)
    noted = exchange.parcel(answer.nonce)
    if noted is None or answer.device != exchange.device()["id"]:
        raise SyncFault("unknown_parcel")
    report = SyncReport()
    sent = [Sent.model_validate(item) for item in noted["sent"]]
    for item, given in zip(sent, answer.answers, strict=False):
        _take(exchange, identity, item, given, report)
    for page in answer.pages if exchange.cursor() == noted["cursor"] else []:
        entries = list(zip(page.positions, map(from_wire, page.events), strict=True))
        report.changed |= set(exchange.apply_feed(entries, page.cursor, page.seals))
        report.received += len(entries)
    report.unsent = exchange.unsent()
    return report


def _open(identity: Identity, raw: bytes) -> ParcelAnswer:
    own = keys.unb64(identity.seal)
    try:
        signed = unseal(raw.removeprefix(MAGIC), ANSWER, own)
        if not raw.startswith(MAGIC) or not signed.is_by(
            keys.unb64(identity.office_key), ANSWER, keys.sealing_public(own)
        ):
            raise ValueError("not of this office")
        return ParcelAnswer.model_validate_json(signed.text)
    except (ValueError, ValidationError) as error:
        raise SyncFault("bad_parcel") from error


def _take(
    exchange: Exchange, identity: Identity, sent: Sent, given: BatchAnswer, report: SyncReport
) -> None:
    if given.receipt is None:
        refusal = given.refusal or Refusal(error="bad_request")
        count = refusal.params.get("count")
        if refusal.error == "hole" and isinstance(count, int):
            exchange.note_parcel_start(sent.epoch, count)
            report.problem("parcel_hole")
        else:
            report.problem("parcel_refused", reason=refusal.error)
        return
    events = exchange.own(sent.epoch, sent.first - 1, sent.count)
    if len(events) != sent.count:
        return  # carried over into a new epoch since then
    batch = make_batch(exchange.device()["id"], sent.epoch, events)
    batch = batch.model_copy(update={"nonce": sent.nonce})
    if not given.receipt.answers(batch, keys.unb64(identity.office_key)):
        raise SyncFault("bad_parcel")
    settle(exchange, events, given.receipt, report)
