"""How things stand, for the status bar: who works, by which rules, and what the office has.

It is asked for at each start and after each step, so it imports nothing of the exchange itself.
"""

from dataclasses import dataclass
from datetime import datetime

from fieldkit.domain.core.kinds import Role
from fieldkit.services.home.company_zone import head_in_force
from fieldkit.services.home.session import Session
from fieldkit.store.files.packs import INSTALLED
from fieldkit.store.store import OnlyRead

LAST_SYNC = "last_sync"
ONLINE = "online"
"""Settings: when the last exchange ended well, and whether the last try reached the office."""


@dataclass(frozen=True)
class ExchangeState:
    """What is where: own events without a receipt, refused ones, those that the office holds behind
    such, those that only the office has and sets aside, the last sync (or None)."""

    enrolled: bool
    unsent: int
    rejected: int
    held: int
    elsewhere: int
    last_sync: datetime | None
    online: bool | None


@dataclass(frozen=True)
class StatusBarState:
    """What the status bar shows; `rules` is the pack's revision, None where it has none;
    `only_read` says why nothing can be saved, if so."""

    person: str
    role: Role
    rules: int | None
    exchange: ExchangeState
    only_read: OnlyRead | None = None


def status_bar_state(session: Session) -> StatusBarState:
    """Who works here, by which rules, and what the office has."""
    exchange = exchange_state(session)
    why = session.store.only_read
    return StatusBarState(session.person, session.role, _rules(session), exchange, why)


def _rules(session: Session) -> int | None:
    """The revision in force today; the pack itself is loaded with the first decision."""
    from fieldkit.rules.loading.pack_head import pack_revision

    if session.store.setting(INSTALLED) and not session.trade.folder_decides:
        head = head_in_force(session.store, session.clock())
        if head is not None:
            return head.revision
    return pack_revision(session.trade.pack_folder)


def exchange_state(session: Session) -> ExchangeState:
    """What the office has, as far as this laptop knows."""
    store, lists = session.store, session.store.lists
    last = session.store.setting(LAST_SYNC)
    return ExchangeState(
        enrolled=lists.enrolled(),
        unsent=lists.unsent(),
        rejected=len(store.exchange.receipts.rejected()) if lists.any_rejected() else 0,
        held=len(store.exchange.receipts.held()) if lists.any_held() else 0,
        elsewhere=lists.set_aside_elsewhere(),
        last_sync=datetime.fromisoformat(last) if last else None,
        online=session.store.setting(ONLINE),
    )
