"""Which pack decides on which day."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from fieldkit.domain.core.money import PartPrice
from fieldkit.rules import Case, CaseLine, Pack
from fieldkit.rules.deciding.pack_by_day import DatedDecider, PackShelf, in_force
from fieldkit.rules.model.signed_pack import PackHead, PackRefused

ZONE = "Asia/Shanghai"


def head(revision: int, begins: str, ends: str | None = None) -> PackHead:
    return PackHead(
        name="p", revision=revision, effective_from=date.fromisoformat(begins), time_zone=ZONE,
        expires=date.fromisoformat(ends) if ends else None, sha256=str(revision),
        created=datetime(2026, 1, 1, tzinfo=UTC),
    )  # fmt: skip


SPRING, SUMMER = head(2, "2026-03-01"), head(3, "2026-06-01")
SALE = head(4, "2026-07-01", "2026-07-31")


@pytest.mark.parametrize(
    ("day", "order"),
    [
        ("2026-02-28", []),
        ("2026-03-01", [2]),
        ("2026-06-01", [3, 2]),
        ("2026-07-01", [4, 3, 2]),
        ("2026-07-31", [4, 3, 2]),
        ("2026-08-01", [3, 2, 4]),
    ],
)
def test_the_highest_revision_that_is_for_the_day_decides(day: str, order: list[int]) -> None:
    found = in_force([SALE, SPRING, SUMMER], date.fromisoformat(day))
    assert [pack.revision for pack in found] == order


def test_a_later_revision_takes_over_from_its_own_first_day() -> None:
    """Published to replace a pack that begins only in summer, from spring on."""
    again = head(5, "2026-04-01")
    found = [
        next(in_force([SPRING, SUMMER, again], date(2026, month, 1))).revision
        for month in (3, 4, 6)
    ]
    assert found == [2, 5, 5]


def test_when_every_pack_has_expired_the_newest_goes_on() -> None:
    old, new = head(2, "2026-01-01", "2026-01-31"), head(3, "2026-02-01", "2026-02-28")
    assert next(in_force([old, new], date(2027, 1, 1))) is new


def test_a_moment_counts_by_the_day_in_the_packs_time_zone() -> None:
    before = datetime(2026, 2, 28, 15, 59, tzinfo=UTC)
    assert not list(in_force([SPRING], before))
    assert list(in_force([SPRING], before.replace(hour=16, minute=0))) == [SPRING]


# -- the shelf ---------------------------------------------------------------------------------


@pytest.fixture
def shelf_of(pack: Pack) -> Callable[..., PackShelf]:
    """A shelf with the default pack first; installed packs are it with another revision."""

    def make(heads: Sequence[PackHead], broken: str = "") -> PackShelf:
        def load(sha256: str) -> Pack | None:
            if sha256 == broken:
                raise PackRefused("altered")
            revisions = {head.sha256: head.revision for head in heads}
            found = revisions.get(sha256)
            return replace(pack, revision=found, sha256=sha256) if found else None

        return PackShelf(lambda: pack, lambda: heads, load)

    return make


ShelfOf = Callable[..., PackShelf]


def test_the_shipped_pack_decides_from_the_beginning(shelf_of: ShelfOf, pack: Pack) -> None:
    shelf = shelf_of([SPRING])
    assert shelf.on(date(1999, 1, 1)) is pack
    assert shelf.on(date(2026, 2, 28)) is pack
    assert shelf.on(date(2026, 3, 1)).revision == 2


def test_a_pack_that_cannot_be_read_any_more_is_passed_over(
    shelf_of: ShelfOf, caplog: pytest.LogCaptureFixture
) -> None:
    shelf = shelf_of([SPRING, SUMMER], broken="3")
    assert shelf.on(date(2026, 6, 1)).revision == 2
    assert "pack.altered" in caplog.text


def test_packs_that_come_later_are_seen_at_once(pack: Pack) -> None:
    heads: list[PackHead] = []
    shelf = PackShelf(lambda: pack, lambda: heads, lambda sha256: replace(pack, revision=2))
    assert shelf.on(date(2026, 3, 1)) is pack
    heads.append(SPRING)
    assert shelf.on(date(2026, 3, 1)).revision == 2


def test_a_pack_is_found_by_its_hash(shelf_of: ShelfOf, pack: Pack) -> None:
    shelf = shelf_of([SPRING])
    assert shelf.by_hash(pack.sha256) is pack
    found = shelf.by_hash("2")
    assert found is not None
    assert found.revision == 2
    assert shelf.by_hash("7") is None


def test_cost_goes_by_the_day_of_the_report_and_what_is_due_by_today(
    shelf_of: ShelfOf, prices: dict[str, PartPrice]
) -> None:
    decider = DatedDecider(shelf_of([SPRING, SUMMER]), prices)
    case = Case(
        record="job",
        job_kind="repair",
        report_date=date(2026, 5, 31),
        lines=(CaseLine(line=1, component="wearing", cause="wear"),),
    )
    decision = decider.decide(case, date(2026, 6, 2))
    assert (decision.pack.revision, decision.today_pack.revision) == (2, 3)
    just_before = datetime(2026, 5, 31, 15, 0, tzinfo=UTC)
    decision = decider.decide(case, date(2026, 6, 1), just_before)
    assert (decision.pack.revision, decision.today_pack.revision) == (2, 2)
    decider.close()
