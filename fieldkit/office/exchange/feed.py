"""The feed: the events of a person's records in the office's order, page by page.

An event stands in her feed at its *place*: its own position, or the position at which she was
granted its record, whichever is later. Pages are ordered by place, then position. Places are
positions assigned in the same transaction, and transactions that assign positions take turns, so
no event can appear before a place already read.
"""

from sqlalchemy import (
    Connection,
    Row,
    Select,
    and_,
    case,
    exists,
    literal,
    or_,
    select,
    tuple_,
    update,
)

from fieldkit.domain.core.event import digest
from fieldkit.office.devices.colleagues import people_of_device
from fieldkit.office.devices.enrol import Caller, is_due
from fieldkit.office.devices.phone_code_supply import top_up
from fieldkit.office.exchange.attachments import count_missing
from fieldkit.office.exchange.held_events import told_again
from fieldkit.office.exchange.refill import feed_seal
from fieldkit.office.office import Office
from fieldkit.office.publishing import catalogue, packs
from fieldkit.office.tables import devices, events, grants, heads, office
from fieldkit.sync.protocol.messages import (
    Cursor,
    FeedPage,
    Head,
    OfficeHead,
    SyncAnswer,
    SyncAsk,
    compare,
    to_wire,
)

PAGE_EVENTS = 500
PAGE_BYTES = 2 * 1024 * 1024
"""What one page holds at most: a slow line takes it within a request's time-out, and a page is
applied in one transaction on the laptop."""
_START = (0, 0)
Read = tuple[int, int]
"""Place and position up to which the feed was read."""


def summary(here: Office, caller: Caller, ask: SyncAsk) -> SyncAnswer:
    """Compare both sides' heads, look for news in the feed, top up telephone codes, store the
    device's clock skew."""
    skew = round((ask.time - here.clock()).total_seconds())
    with here.db.reading() as conn:
        row = conn.execute(select(office)).one()
        fitting = _read_to(conn, ask.cursor, row.epoch)
        read = fitting or _START
        news = conn.scalar(select(exists(_page(caller, ask.epoch, read))))
        answer = SyncAnswer(
            office_epoch=row.epoch,
            heads={
                epoch: _compare_head(conn, caller.device_id, epoch, laptop)
                for epoch, laptop in ask.heads.items()
            },
            position=row.position,
            news=bool(news),
            clock_skew_s=skew,
            token_due=is_due(here, caller),
            cursor_fits=not ask.cursor or fitting is not None,
            attachments=count_missing(conn, caller.device_id),
            packs=packs.tag(conn),
            catalogue=catalogue.tag(conn),
            people=sorted(people_of_device(conn, caller.device_id)),
            set_aside=told_again(conn, caller.device_id, ask.set_aside),
        )
    codes = top_up(here, caller, ask.epoch, ask.phone_codes)
    with here.db.noting() as conn:
        seen = {"seen_at": here.now_ms, "clock_skew_s": skew}
        conn.execute(update(devices).where(devices.c.id == caller.device_id).values(seen))
    return answer.model_copy(update={"phone_codes": codes})


def page(here: Office, caller: Caller, cursor: str, epoch: str) -> FeedPage:
    """The next page after a cursor; the first page for a cursor that does not fit.

    `epoch` is the device's present one: its own events of it are left out, except those that
    were held when the device got its answer.
    """
    with here.db.reading() as conn:
        row = conn.execute(select(office)).one()
        read = _read_to(conn, cursor, row.epoch) or _START
        found = conn.execute(_page(caller, epoch, read).limit(PAGE_EVENTS + 1)).all()
        rows: list[Row[int, int, bytes]] = []
        room = PAGE_BYTES
        for event in found[:PAGE_EVENTS]:
            room -= len(event.raw)
            if rows and room < 0:
                break
            rows.append(event)
        more = len(rows) < len(found)
        if more:
            end = Cursor(row.epoch, rows[-1].place, rows[-1].position, digest(rows[-1].raw))
        else:
            end = Cursor(row.epoch, row.position, row.position, _hash_at(conn, row.position))
    return FeedPage(
        office_epoch=row.epoch,
        positions=[event.position for event in rows],
        events=[to_wire(event.raw) for event in rows],
        seals=[feed_seal(here, event.raw) for event in rows],
        cursor=str(end),
        more=more,
    )


def _page(caller: Caller, epoch: str, read: Read) -> Select[int, int, bytes]:
    """The events of the caller's feed after what was read, in its order."""
    own = and_(events.c.device == caller.device_id, events.c.epoch == epoch)
    # An event without a sequence came back after a restore; a clone may have made it.
    foreign = or_(~own, events.c.late, events.c.seq.is_(None))
    if caller.sees_all:
        return (
            select(events.c.position.label("place"), events.c.position, events.c.raw)
            .where(events.c.position > read[1], foreign)
            .order_by(events.c.position)
        )
    place = case(
        (events.c.position > grants.c.since, events.c.position), else_=grants.c.since
    ).label("place")
    return (
        select(place, events.c.position, events.c.raw)
        .join_from(
            grants,
            events,
            and_(events.c.kind == grants.c.kind, events.c.record == grants.c.record),
        )
        .where(grants.c.person == caller.person, grants.c.latest >= read[0])
        .where(
            events.c.position > 0, tuple_(place, events.c.position) > tuple_(*map(literal, read))
        )
        .where(foreign)
        .order_by(place, events.c.position)
    )


def _read_to(conn: Connection, cursor: str, office_epoch: str) -> Read | None:
    """Place and position of a cursor; None if it does not fit this office's history."""
    known = Cursor.read(cursor)
    if known is None or known.epoch != office_epoch:
        return None
    if known.hash != _hash_at(conn, known.position):
        return None
    return known.place, known.position


def _hash_at(conn: Connection, position: int) -> str:
    raw = conn.scalar(select(events.c.raw).where(events.c.position == position))
    return digest(raw) if raw is not None else ""


def _compare_head(conn: Connection, device_id: str, epoch: str, laptop: Head) -> OfficeHead:
    mine = (heads.c.device == device_id) & (heads.c.epoch == epoch)
    row = conn.execute(select(heads).where(mine)).first()
    known = Head(count=row.count, hash=row.hash) if row else Head()
    at_count = select(events.c.raw).where(
        events.c.device == device_id, events.c.epoch == epoch, events.c.seq == laptop.count
    )
    raw = conn.scalar(at_count)
    state = compare(laptop, known, digest(raw) if raw is not None else "")
    return OfficeHead(count=known.count, hash=known.hash, state=state)
