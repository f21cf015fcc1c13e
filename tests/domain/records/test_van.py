"""What the van holds follows from what was recorded, in whatever order it arrives."""

from datetime import UTC, datetime, timedelta

import pytest

from fieldkit.domain.core.catalogue import Both, Catalogue, Part
from fieldkit.domain.core.event import Event, Role
from fieldkit.domain.records.van import VAN, Shortage, Stock, Taking, Van, shortages, stock_of

MORNING = datetime(2026, 11, 5, 8, 0, tzinfo=UTC)
NAME = Both(en="Part", zh="配件")


def at(hours: float) -> datetime:
    return MORNING + timedelta(hours=hours)


def event(number: int, kind: str, hours: float, **data: object) -> Event:
    return Event(
        id=str(number), record="v", type=kind, at=at(hours), by="li", role=Role.TECHNICIAN,
        device="d", data={"person": "li", **data},
    )  # fmt: skip


def loaded(number: int, hours: float, **parts: int) -> Event:
    rows = [{"part": sku, "quantity": count} for sku, count in parts.items()]
    return event(number, "van.loaded", hours, parts=rows)


def counted(number: int, hours: float, part: str, quantity: int) -> Event:
    return event(number, "van.counted", hours, part=part, quantity=quantity)


def van(*events: Event) -> Van:
    return VAN.fold("v", events)


def test_what_was_loaded_less_what_was_used_since() -> None:
    loads = van(loaded(1, 0, A=2, B=1), loaded(2, 3, A=1))
    used = [Taking("A", 2, at(1)), Taking("A", 1, at(-1)), Taking("C", 9, at(1))]
    assert stock_of(loads, used) == {"A": Stock("A", 1), "B": Stock("B", 1)}


def test_a_count_holds_from_then_on_and_a_late_repair_from_before_changes_nothing() -> None:
    found = van(loaded(1, 0, A=5), counted(2, 4, "A", 2), loaded(3, 5, A=1))
    assert stock_of(found, [Taking("A", 3, at(3)), Taking("A", 1, at(6))])["A"].on_board == 2


def test_what_is_set_aside_is_on_board_and_not_free() -> None:
    stock = stock_of(van(loaded(1, 0, A=3)), [Taking("A", 2), Taking("A", 5)])["A"]
    assert (stock.on_board, stock.set_aside, stock.free) == (3, 7, 0)


def test_more_used_than_loaded_is_shown_and_not_hidden() -> None:
    assert stock_of(van(loaded(1, 0, A=1)), [Taking("A", 3, at(1))])["A"].on_board == -2


@pytest.mark.parametrize(
    ("needed", "own", "found"),
    [
        ([("A", 1)], {}, []),
        ([("A", 1), ("A", 1)], {}, [Shortage("A", 2, 1)]),
        ([("A", 2)], {"A": 1}, []),
        ([("B", 1)], {}, [Shortage("B", 1, 0, ("A",))]),
        ([("WORK", 1), ("GONE", 1)], {}, []),
    ],
)
def test_what_a_job_is_short_of(
    needed: list[tuple[str, int]], own: dict[str, int], found: list[Shortage]
) -> None:
    def part(sku: str, **more: object) -> Part:
        known = {"sku": sku, "name": NAME, "price_fen": 1, "labour_minutes": 1}
        return Part.model_validate({**known, "component": "c", "source": "chosen", **more})

    parts = (part("A"), part("B", substitutes=("C", "A")), part("C"), part("WORK", stocked=False))
    stock = {"A": Stock("A", 2, 1), "C": Stock("C", 0)}
    assert shortages(needed, stock, own, Catalogue(parts=parts)) == found
