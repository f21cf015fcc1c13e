"""Installing signed packs in a home, and which of them decides there."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from fieldkit.domain.core.errors import FieldkitError
from fieldkit.domain.core.event import Act
from fieldkit.rules.deciding.pack_by_day import PackShelf
from fieldkit.rules.loading.loader import load_files
from fieldkit.rules.model.signed_pack import PackRefused, make_manifest, sign_pack
from fieldkit.services.exchange.link_state import status_bar_state
from fieldkit.services.home import installed_packs as installing
from fieldkit.services.home.company_zone import company_clock
from fieldkit.services.home.doctor import examine
from fieldkit.services.home.installed_packs import install_from
from fieldkit.services.home.session import Session
from fieldkit.services.home.trade import Trade
from fieldkit.shipped import shipped_rules
from fieldkit.sync.errors import SyncFault
from tests.services.homes import home_at
from tests.services.packs import MADE, Publisher, pack_files

OFFICE = Publisher()
SECOND = OFFICE.sign(2, "2026-03-01", goodwill_days=45)
THIRD = OFFICE.sign(3, "2026-06-01", goodwill_days=60)
MARCH, JUNE = date(2026, 3, 1), date(2026, 6, 1)


def enrolled_at(session: Session, publisher: Publisher) -> None:
    """The keys that enrolment at the publisher's office would have given."""
    names = ("url", "person", "area", "token", "sign", "seal", "office_key", "office_seal")
    identity = dict.fromkeys(names, "") | {
        "role": "technician", "pack_keys": [], "approval_key": "", "root": publisher.root_public,
    }  # fmt: skip
    session.store.exchange.device.save_identity(identity)


@pytest.fixture(name="home")
def _home(tmp_path: Path) -> Iterator[Session]:
    with home_at(tmp_path, "2026-03-02 08:00") as session:
        enrolled_at(session, OFFICE)
        yield session


def shelf(session: Session) -> PackShelf:
    return session.decider.shelf


def goodwill(session: Session, day: date) -> int:
    return shelf(session).on(day).number("goodwill_days")


def test_a_pack_decides_from_its_day_on_and_the_shipped_one_before(home: Session) -> None:
    assert goodwill(home, JUNE) == 30
    for raw in (SECOND, THIRD):
        assert home.packs.install(raw, MADE).new
    days = [date(2026, 2, 28), MARCH, JUNE]
    assert [goodwill(home, day) for day in days] == [30, 45, 60]


def test_a_pack_that_was_installed_before_changes_nothing(home: Session) -> None:
    home.packs.install(SECOND, MADE)
    again = home.packs.install(SECOND, MADE)
    assert (again.new, len(home.packs.heads())) == (False, 1)


def test_a_bad_pack_leaves_the_old_one_in_force(home: Session) -> None:
    home.packs.install(SECOND, MADE)
    late = MADE + timedelta(days=400)
    bad = {
        "unreadable": THIRD[:-10],
        "keys_not_of_root": Publisher().sign(3),
        "other_content": OFFICE.sign(2, goodwill_days=90),
        "expired": OFFICE.sign(3, expires="2026-12-31", goodwill_days=90),
    }
    for why, raw in bad.items():
        with pytest.raises(PackRefused) as refused:
            home.packs.install(raw, late)
        assert refused.value.reason == why
    home.packs.install(THIRD, MADE)
    with pytest.raises(PackRefused, match="older"):
        home.packs.install(OFFICE.sign(1, goodwill_days=90), MADE)
    assert [goodwill(home, day) for day in (MARCH, JUNE)] == [45, 60]


def test_another_zone_counts_from_the_first_minute_of_its_packs_day(home: Session) -> None:
    """Its days begin at half an hour of UTC, and not before: what is planned for later does not
    change how the days until then are read."""
    files = pack_files(2, "2026-11-06")
    files["pack.yaml"] = files["pack.yaml"].replace(b"Asia/Shanghai", b"Asia/Kolkata")
    manifest = make_manifest(load_files(files), files, MADE)
    home.packs.install(sign_pack(manifest, files, OFFICE.private, OFFICE.keys()), MADE)
    times = [datetime(2026, 11, 5, 18, 29, tzinfo=UTC), datetime(2026, 11, 5, 18, 31, tzinfo=UTC)]
    ticking = iter(times)
    clock = company_clock(home.trade, lambda: next(ticking))
    assert [f"{clock():%m-%d %H:%M}" for _ in times] == ["11-06 02:29", "11-06 00:01"]


def test_expiry_ends_the_installing_and_not_the_deciding(home: Session) -> None:
    home.packs.install(OFFICE.sign(2, expires="2026-03-31", goodwill_days=45), MADE)
    assert goodwill(home, MARCH) == 45


def test_a_clock_that_is_behind_is_told_and_locks_nobody_out(home: Session) -> None:
    behind = home.packs.install(SECOND, MADE - timedelta(days=300))
    assert (behind.new, behind.clock_behind) == (True, True)
    assert goodwill(home, MARCH) == 45


def test_a_signed_pack_that_this_version_cannot_load_is_refused(home: Session) -> None:
    files = pack_files(2)
    pack = load_files(files)
    files["charge.yaml"] = b"table: charge\nhit: never\n"
    manifest = make_manifest(pack, files, MADE)
    with pytest.raises(PackRefused, match="not_loadable"):
        home.packs.install(sign_pack(manifest, files, OFFICE.private, OFFICE.keys()), MADE)
    assert home.packs.heads() == []


def test_files_that_say_something_else_than_the_manifest_are_refused(home: Session) -> None:
    files = pack_files(2)
    manifest = make_manifest(load_files(files), files, MADE).model_copy(update={"revision": 3})
    with pytest.raises(PackRefused, match="inconsistent"):
        home.packs.install(sign_pack(manifest, files, OFFICE.private, OFFICE.keys()), MADE)


def test_without_enrolment_no_pack_is_believed(tmp_path: Path) -> None:
    with home_at(tmp_path, "2026-03-02 08:00") as session:
        session.store.exchange.device.save_identity({})
        with pytest.raises(SyncFault, match="not_enrolled"):
            session.packs.install(SECOND, MADE)


def test_a_pack_whose_file_was_changed_does_not_decide(
    home: Session, caplog: pytest.LogCaptureFixture
) -> None:
    home.packs.install(SECOND, MADE)
    file = next(home.store.home.packs.glob("*.fkpack"))
    file.write_bytes(SECOND.replace(b"value: 45", b"value: 99"))
    assert goodwill(home, MARCH) == 30
    assert "pack.altered" in caplog.text
    assert not home.packs.is_whole(home.packs.heads()[0])
    home.packs.install(SECOND, MADE)
    assert goodwill(home, MARCH) == 45


def test_a_key_that_the_office_took_off_its_list_stays_off(home: Session) -> None:
    other = Publisher(OFFICE.root)
    newer = other.keys(serial=2)
    home.packs.take_keys(newer.text, newer.signature)
    with pytest.raises(PackRefused, match="not_trusted"):
        home.packs.install(SECOND, MADE)
    old = OFFICE.keys(serial=1)
    home.packs.take_keys(old.text, old.signature)
    with pytest.raises(PackRefused, match="not_trusted"):
        home.packs.install(SECOND, MADE)


def test_the_pack_that_decided_is_kept_by_its_hash(home: Session) -> None:
    """Also the shipped one, which another version of the program would bring otherwise."""
    shipped_pack = shelf(home).on(MARCH)
    assert home.packs.load(shipped_pack.sha256) == shipped_pack


def test_a_changed_shipped_pack_leaves_the_one_that_decided_before(
    home: Session, tmp_path: Path
) -> None:
    before = shelf(home).on(MARCH)
    newer = tmp_path / "shipped"
    newer.mkdir()
    for name, content in pack_files(1, goodwill_days=60).items():
        (newer / name).write_bytes(content)
    trade = Trade(newer, store=home.store)
    assert trade.decider.shelf.on(MARCH).number("goodwill_days") == 60
    assert trade.decider.shelf.by_hash(before.sha256) == before


def test_a_working_folder_stands_in_for_every_pack(home: Session) -> None:
    home.packs.install(SECOND, MADE)
    trade = Trade(shipped_rules(), store=home.store, folder_decides=True)
    assert trade.decider.shelf.on(MARCH).number("goodwill_days") == 30
    second = home.packs.heads()[0].sha256
    found = trade.decider.shelf.by_hash(second)
    assert found is not None
    assert found.number("goodwill_days") == 45


def test_old_packs_go_unless_a_stored_decision_names_them(
    home: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installing, "KEEP", 2)
    named = home.packs.install(SECOND, MADE).head
    decision = {"pack": {"sha256": named.sha256}, "today_pack": {"sha256": "x"}}
    act = Act(record="job-1", type="job.decided", data={"decision": decision})
    home.store.ledger.commit([act], home.author())
    for revision in (3, 4, 5):
        home.packs.install(OFFICE.sign(revision), MADE)
    assert [head.revision for head in home.packs.heads()] == [2, 4, 5]
    assert home.packs.load(named.sha256) is not None


def test_a_file_and_a_folder_can_be_installed(home: Session, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    (stick / "b.fkpack").write_bytes(SECOND)
    (stick / "a.fkpack").write_bytes(THIRD)
    (stick / "notes.txt").write_text("nothing")
    revisions = [done.head.revision for done in install_from(home.packs, stick, MADE)]
    assert revisions == [2, 3]
    assert install_from(home.packs, stick, MADE) == []
    assert not install_from(home.packs, stick / "a.fkpack", MADE)[0].new
    for missing in (tmp_path / "none", tmp_path / "home"):
        with pytest.raises(FieldkitError, match="no_file"):
            install_from(home.packs, missing, MADE)


def test_the_status_bar_shows_the_revision_that_is_in_force_today(home: Session) -> None:
    assert status_bar_state(home).rules == 1
    home.packs.install(SECOND, MADE)
    home.packs.install(THIRD, MADE)
    assert status_bar_state(home).rules == 2


def test_doctor_tells_of_a_pack_that_was_altered(home: Session) -> None:
    home.packs.install(SECOND, MADE)
    place = home.store.home
    assert "packs" in [item.key for item in examine(place, None) if item.level == "ok"]
    next(place.packs.glob("*.fkpack")).write_bytes(b"{}")
    (found,) = [item for item in examine(place, None) if item.key == "packs_bad"]
    assert found.level == "bad"
    error = found.params["error"]
    assert isinstance(error, FieldkitError)
    assert error.params == {"revisions": "2"}
