"""Saved filters of the job list: a name for what was typed and how it was sorted."""

from dataclasses import asdict, dataclass

from fieldkit.domain.core.base_model import StrictModel
from fieldkit.domain.core.form import NeededText
from fieldkit.services.home.session import Session

_SETTING = "filters"


@dataclass(frozen=True)
class Filter:
    """`text` is what is searched for, `sort` a column of the list ("" for by day)."""

    name: str
    text: str
    sort: str = ""
    down: bool = False


class FilterName(StrictModel):
    """The form that asks for a name."""

    name: NeededText


def saved_filters(session: Session) -> list[Filter]:
    """The saved filters, by name."""
    kept = session.store.setting(_SETTING, [])
    return sorted((Filter(**one) for one in kept), key=lambda one: one.name.casefold())


def save_filter(session: Session, wanted: Filter) -> None:
    """Keep a filter; one of the same name is replaced."""
    _keep(session, [*_others(session, wanted.name), wanted])


def drop_filter(session: Session, name: str) -> None:
    """Forget a filter."""
    _keep(session, _others(session, name))


def _others(session: Session, name: str) -> list[Filter]:
    return [one for one in saved_filters(session) if one.name != name]


def _keep(session: Session, filters: list[Filter]) -> None:
    session.store.set(_SETTING, [asdict(one) for one in filters])
