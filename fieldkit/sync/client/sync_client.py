"""The laptop's side of a sync: send what the office lacks, take what concerns this laptop.

Every step is a transaction of the store and safe to repeat, so a sync may be cut anywhere and
simply started again. What is sent starts from what the office says that it has, not from what
the laptop believes.
"""

import random as _random
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from secrets import token_urlsafe
from urllib.parse import urlencode

from fieldkit.domain.core.event import digest
from fieldkit.store.files.attachments import Attachments
from fieldkit.store.records.exchange import Exchange
from fieldkit.store.records.outbox import Chain
from fieldkit.store.records.phone_codes import HeldCodes
from fieldkit.store.records.transfers import Transfers
from fieldkit.sync.client.background import in_background
from fieldkit.sync.client.enrol import load_identity
from fieldkit.sync.client.fetch_attachments import fetch_attachments
from fieldkit.sync.client.fetch_catalogue import CatalogueSink, take_catalogue
from fieldkit.sync.client.fetch_packs import PackSink, take_packs
from fieldkit.sync.client.phone_codes import codes_held, take_codes
from fieldkit.sync.client.progress import Backoff, Progress, SyncReport
from fieldkit.sync.client.refill_office import refill
from fieldkit.sync.client.send_attachments import AttachmentSender
from fieldkit.sync.client.send_events import Begin, EventSender
from fieldkit.sync.client.set_aside import take_set_aside, tell_set_aside
from fieldkit.sync.client.signed_channel import Channel
from fieldkit.sync.client.transport import Transport
from fieldkit.sync.errors import AlreadySending, OfficeRefused
from fieldkit.sync.protocol import keys
from fieldkit.sync.protocol.credentials import NewToken, Nothing, RenewAsk, Renewed
from fieldkit.sync.protocol.messages import (
    CLOCK_TOLERANCE_S,
    MAX_SET_ASIDE,
    NOTHING,
    FeedPage,
    Head,
    SyncAnswer,
    SyncAsk,
    from_wire,
)


def sync(
    exchange: Exchange,
    transport: Transport,
    attachments: Attachments | None = None,
    packs: PackSink | None = None,
    catalogue: CatalogueSink | None = None,
    transfers: Transfers | None = None,
    phone_codes: HeldCodes | None = None,
    *,
    progress: Callable[[Progress], None] = lambda _: None,
    sleep: Callable[[float], None] = time.sleep,
    random: Callable[[], float] = _random.random,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    begin: Begin = in_background,
) -> SyncReport:
    """Exchange everything with the office. One process sends at a time.

    Without `attachments`, `packs`, `catalogue`, `transfers` (by which attachments are fetched) or
    `phone_codes` none are exchanged. `progress` may raise to cancel: what was exchanged until then
    stays exchanged. Raises `SyncFault`; whatever was exchanged before it is kept. Batches are sent
    by `begin`, beside work on the store; with `in_turn` one thing happens after the other.
    """
    with exchange.sending() as alone:
        if not alone:
            raise AlreadySending
        backoff = Backoff(sleep, random)
        sinks = (attachments, packs, catalogue, transfers, phone_codes)
        run = _Run(exchange, transport, *sinks, progress, backoff, begin)
        return run.whole(clock())


class _Run:
    """One sync."""

    def __init__(
        self,
        exchange: Exchange,
        transport: Transport,
        attachments: Attachments | None,
        packs: PackSink | None,
        catalogue: CatalogueSink | None,
        transfers: Transfers | None,
        phone_codes: HeldCodes | None,
        progress: Callable[[Progress], None],
        backoff: Backoff,
        begin: Begin,
    ) -> None:
        identity = load_identity(exchange)
        self.exchange = exchange
        self.attachments = attachments
        self.packs = packs
        self.catalogue = catalogue
        self.transfers = transfers
        self.phone_codes = phone_codes
        self.progress = progress
        self.backoff = backoff
        self.begin = begin
        self.channel = Channel(
            transport, keys.unb64(identity.office_key), identity.token, keys.unb64(identity.sign)
        )
        self.report = SyncReport()

    def whole(self, now: datetime) -> SyncReport:
        """Summary, events, feed, attachments, rule packs, catalogue."""
        chains = self.exchange.outbox.chains()
        summary = self._summary(chains, now)
        sender = EventSender(
            self.exchange, self.channel, self.backoff, self.report, self.progress, self.begin
        )
        if not summary.cursor_fits or not self.exchange.feed.cursor():
            # Without a cursor, as in a new epoch, nothing shows whether the office was restored.
            refill(self.exchange, self.channel, self.backoff, self.progress)
            if len(again := self.exchange.outbox.chains()) > len(chains):
                # Events of earlier epochs wait again: how far has the office those?
                chains, summary = again, self._summary(again, now)
        sender.finish(chains, summary.heads)
        present = self.exchange.outbox.chains()[-1]
        sender.send(present, summary.heads.get(present.epoch, NOTHING))
        if not summary.cursor_fits:
            # The positions of this laptop's own events may be others now, and the feed leaves them
            # out: their receipts were complete, but perhaps to a clone, or before the restore.
            self.exchange.device.start_epoch()
            self._summary(self.exchange.outbox.chains(), now)  # for the telephone codes of it
        if summary.news or self.report.sent or self.report.problems:
            self._receive()
            sender.finish_after_feed()
        if summary.attachments or sender.names_attachments:
            self._send_attachments()
        if self.packs is not None:
            moment = now - timedelta(seconds=summary.clock_skew_s)
            take_packs(self.packs, self.channel, self.backoff, self.report, summary.packs, moment)
        if self.catalogue is not None:
            take_catalogue(
                self.catalogue, self.channel, self.backoff, self.report, summary.catalogue
            )
        if self.transfers is not None:
            self._fetch_attachments(self.transfers)
        tell_set_aside(self.exchange, summary.set_aside, self.report)
        if summary.token_due:
            self._renew_token()
        self.report.unsent = self.exchange.lists.unsent()
        return self.report

    def _summary(self, chains: list[Chain], now: datetime) -> SyncAnswer:
        cursor = self.exchange.feed.cursor()
        heads = {chain.epoch: Head(count=chain.count, hash=chain.hash) for chain in chains}
        aside = self.exchange.receipts.set_aside(MAX_SET_ASIDE)
        epoch, codes = chains[-1].epoch, self.phone_codes
        ask = SyncAsk(epoch=epoch, heads=heads, cursor=cursor, time=now, set_aside=aside,
                      phone_codes=codes_held(codes, epoch) if codes else None)  # fmt: skip
        answer = self._let_in(lambda: self.channel.post("/v1/sync", ask, SyncAnswer))
        self.report.office_epoch = answer.office_epoch
        take_set_aside(self.exchange, answer.set_aside)
        self.exchange.device.note_people(answer.people)
        if codes:
            take_codes(codes, epoch, answer.office_epoch, answer.phone_codes)
        if abs(answer.clock_skew_s) > CLOCK_TOLERANCE_S:
            self.report.problem("clock", minutes=round(abs(answer.clock_skew_s) / 60))
        if not answer.cursor_fits:
            self.report.problem("office_restored")
        return answer

    def _let_in(self, ask: Callable[[], SyncAnswer]) -> SyncAnswer:
        """The answer to the first request. An office that was restored may not know the token
        any more; the key of this device gets it a new one."""
        try:
            return self.backoff.retry(ask)
        except OfficeRefused as refusal:
            challenge = refusal.params.get("challenge")
            if refusal.reason != "unauthorised" or not isinstance(challenge, str):
                raise
        token = token_urlsafe(32)
        hashed = digest(token.encode())
        renew = RenewAsk(
            device=self.exchange.device.read()["id"], challenge=challenge, token=hashed
        )
        self.backoff.retry(lambda: self.channel.post("/v1/renew", renew, Renewed))
        self._keep_token(token)
        self.channel = replace(self.channel, token=token)
        return self.backoff.retry(ask)

    def _renew_token(self) -> None:
        """Kept before it is used, and until then the old one works: no answer can lock us out."""
        ask = Nothing()
        answer = self.backoff.retry(lambda: self.channel.post("/v1/token", ask, NewToken))
        self._keep_token(answer.token)

    def _keep_token(self, token: str) -> None:
        device = self.exchange.device
        device.save_identity(device.identity() | {"token": token})

    def _send_attachments(self) -> None:
        """After everything else, so that no attachment holds up an event."""
        if self.attachments is None:
            return
        sent = self.transfers.at_office if self.transfers else None
        sender = AttachmentSender(
            self.channel, self.attachments, self.backoff, self.report, self.progress, sent
        )
        if sender.send_all():
            self._receive()  # the office may have marked jobs as submitted

    def _fetch_attachments(self, transfers: Transfers) -> None:
        transfers.want_of(self.report.changed)
        fetch_attachments(transfers, self.channel, self.backoff, self.report, self.progress)

    def _receive(self) -> None:
        """Take the feed page by page; each is stored together with its cursor."""
        more = True
        while more:
            page = self.backoff.retry(self._page)
            entries = list(zip(page.positions, map(from_wire, page.events), strict=True))
            self.report.changed |= set(self.exchange.feed.apply(entries, page.cursor, page.seals))
            self.report.received += len(entries)
            self.progress(Progress("receiving", self.report.received, 0))
            more = page.more

    def _page(self) -> FeedPage:
        epoch = self.exchange.device.read()["epoch"]
        query = urlencode({"cursor": self.exchange.feed.cursor(), "epoch": epoch})
        return self.channel.get(f"/v1/feed?{query}", FeedPage)
