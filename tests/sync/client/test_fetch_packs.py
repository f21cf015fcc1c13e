"""Rule packs reach the laptops by sync: once, verified, and without another request."""

import io
import json
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from sqlalchemy import update

from fieldkit.domain.core.event import Role
from fieldkit.i18n import LANGS, say
from fieldkit.office.devices.enrol import create_enrolment
from fieldkit.office.exchange.parcels import import_parcel
from fieldkit.office.publishing import packs as shelf
from fieldkit.rules.loading.loader import load_files
from fieldkit.rules.model.signed_pack import SignedPack, make_manifest, open_pack, sign_pack
from fieldkit.services.home.installed_packs import InstalledPacks
from fieldkit.sync.client.parcel_exchange import make_parcel, take_answer
from fieldkit.sync.client.progress import MAX_TRIES, SyncReport
from fieldkit.sync.client.sync_client import sync
from fieldkit.sync.client.transport import Reply, Request, Transport
from fieldkit.sync.protocol import keys
from tests.services.packs import pack_files
from tests.sync.exchange import Faulty, Laptop, World


def publish(here: World, revision: int, expires: str = "", signing: bytes = b"") -> bytes:
    """Put the default pack on the office's shelf as another revision; answers its bytes."""
    files = pack_files(revision, expires=expires, goodwill_days=30 + revision)
    with here.office.db.writing() as writing:
        trusted = shelf.key_list(here.office, writing.conn)
        manifest = make_manifest(load_files(files), files, here.clock())
        raw = sign_pack(manifest, files, signing or here.office.keys.pack, trusted)
        shelf.put(writing, open_pack(raw, here.office.keys.root_public), raw)
    return raw


@dataclass
class WithPacks:
    """A laptop that takes packs, too."""

    laptop: Laptop
    packs: InstalledPacks = field(init=False)

    def __post_init__(self) -> None:
        self.packs = InstalledPacks(self.laptop.store)

    def sync(self, wire: Transport) -> SyncReport:
        return sync(
            self.laptop.store.exchange, wire, packs=self.packs, sleep=lambda _: None,
            random=lambda: 0.5, clock=self.laptop.clock,
        )  # fmt: skip

    @property
    def revisions(self) -> list[int]:
        return [head.revision for head in self.packs.heads()]


@pytest.fixture(name="anna")
def _anna(here: World) -> WithPacks:
    return WithPacks(here.laptop("anna"))


def said(report: SyncReport) -> list[str]:
    """The keys of the problems, each of which has a sentence without holes."""
    for problem in report.problems:
        for lang in LANGS:
            text = say(f"sync.problem.{problem.key}", lang, **problem.params)
            assert "{" not in text
            assert "[" not in text
    return [problem.key for problem in report.problems]


def test_what_is_published_is_installed_with_the_next_sync(here: World, anna: WithPacks) -> None:
    assert anna.sync(here.wire).rules is None
    publish(here, 2)
    publish(here, 3)
    report = anna.sync(here.wire)
    assert (report.rules, report.clean, anna.revisions) == (3, True, [2, 3])
    newest = anna.packs.load(anna.packs.heads()[-1].sha256)
    assert newest is not None
    assert newest.number("goodwill_days") == 33


def test_nothing_new_is_still_one_request(here: World, anna: WithPacks) -> None:
    publish(here, 2)
    anna.sync(here.wire)
    here.wire.requests.clear()
    anna.sync(here.wire)
    assert [request.path for request in here.wire.requests] == ["/v1/sync"]


def test_only_the_new_pack_is_fetched(here: World, anna: WithPacks) -> None:
    publish(here, 2)
    anna.sync(here.wire)
    publish(here, 3)
    here.wire.requests.clear()
    anna.sync(here.wire)
    newest = anna.packs.heads()[-1].sha256
    paths = [request.path for request in here.wire.requests]
    assert paths == ["/v1/sync", "/v1/packs", f"/v1/packs/{newest}"]


def test_a_fetch_that_breaks_off_is_a_problem_and_the_next_sync_goes_on(
    here: World, anna: WithPacks
) -> None:
    publish(here, 2)
    publish(here, 3)
    plan = iter(["ok", "ok", "ok", *["lost"] * MAX_TRIES])
    report = anna.sync(Faulty(here.wire, plan))
    assert said(report) == ["pack.not_fetched"]
    assert anna.revisions == [2]
    assert anna.sync(here.wire).rules == 3


def test_a_bad_pack_is_refused_once_and_the_next_good_one_taken(
    here: World, anna: WithPacks
) -> None:
    good = publish(here, 2)
    anna.sync(here.wire)
    _spoil(here, publish(here, 3))
    assert said(anna.sync(here.wire)) == ["pack.file_changed"]
    assert said(anna.sync(here.wire)) == []
    assert anna.revisions == [2]
    assert anna.packs.is_whole(anna.packs.heads()[0])
    assert json.loads(good)["files"]
    publish(here, 4)
    report = anna.sync(here.wire)
    assert said(report) == ["pack.file_changed"]
    assert (report.rules, anna.revisions) == (4, [2, 4])


def _spoil(here: World, raw: bytes) -> None:
    """Somebody changes a file of the newest pack in the office's database."""
    signed = SignedPack.model_validate_json(raw)
    files = signed.files | {"charge.yaml": signed.files["charge.yaml"] + "# mine\n"}
    spoilt = signed.model_copy(update={"files": files}).model_dump_json().encode()
    with here.office.db.writing() as writing:
        where = shelf.packs.c.revision == shelf.newest(writing.conn)
        writing.conn.execute(update(shelf.packs).where(where).values(body=spoilt))


def test_a_key_must_be_trusted_by_the_office_before_it_can_sign(
    here: World, anna: WithPacks
) -> None:
    own = keys.new_signing_key()
    public = keys.b64(keys.signing_public(own))
    shelf.trust(here.office, public, "mei")
    publish(here, 2, signing=own)
    shelf.distrust(here.office, "mei")
    assert said(anna.sync(here.wire)) == ["pack.not_trusted"]
    shelf.trust(here.office, public, "mei")
    assert anna.sync(here.wire).rules == 2


def test_a_wrong_clock_is_told_and_keeps_no_pack_out(here: World, anna: WithPacks) -> None:
    """Whether a pack has expired goes by the office's clock."""
    publish(here, 2, expires="2026-03-31")
    wrong = WithPacks(Laptop(anna.laptop.store, "anna", clock=lambda: here.clock() + years))  # type: ignore[arg-type]  # a clock that is not moved by hand
    report = wrong.sync(here.wire)
    assert said(report) == ["clock"]
    assert anna.revisions == [2]


years = timedelta(days=2000)


def test_a_pack_that_has_expired_is_not_installed(here: World, anna: WithPacks) -> None:
    publish(here, 2, expires="2026-03-31")
    here.clock.move(days=60)
    assert said(anna.sync(here.wire)) == ["pack.expired"]
    assert anna.revisions == []


def test_packs_that_a_restored_backup_lacks_come_again(here: World, anna: WithPacks) -> None:
    publish(here, 2)
    anna.sync(here.wire)
    next(anna.laptop.store.home.packs.glob("*.fkpack")).unlink()
    assert anna.sync(here.wire).rules == 2
    assert anna.packs.is_whole(anna.packs.heads()[0])
    assert anna.revisions == [2]


def test_a_shelf_of_another_office_is_not_believed(here: World, anna: WithPacks) -> None:
    """A laptop that is enrolled elsewhere refuses the list of keys, and so everything."""
    publish(here, 2)
    identity = anna.laptop.store.exchange.device.identity()
    other = keys.b64(keys.signing_public(keys.new_signing_key()))
    anna.laptop.store.exchange.device.save_identity(identity | {"root": other})
    assert said(anna.sync(here.wire)) == ["pack.keys_not_of_root"]
    assert anna.revisions == []


# -- the routes --------------------------------------------------------------------------------


def by_file(here: World, anna: WithPacks) -> SyncReport:
    """The exchange through files."""
    exchange = anna.laptop.store.exchange
    there, back = io.BytesIO(), io.BytesIO()
    make_parcel(exchange, there, packs=anna.packs)
    there.seek(0)
    import_parcel(here.office, there, back)
    back.seek(0)
    return take_answer(exchange, back, packs=anna.packs)


def test_packs_come_by_file_where_there_is_no_network(here: World, anna: WithPacks) -> None:
    assert by_file(here, anna).rules is None
    publish(here, 2)
    publish(here, 3)
    report = by_file(here, anna)
    assert (report.rules, report.problems, anna.revisions) == (3, [], [2, 3])
    assert by_file(here, anna).rules is None
    publish(here, 4)
    there = io.BytesIO()
    make_parcel(anna.laptop.store.exchange, there, packs=anna.packs)
    there.seek(0)
    _, answer = import_parcel(here.office, there, io.BytesIO())
    assert answer.shelf is not None
    assert len(answer.shelf.files) == 1
    assert by_file(here, anna).rules == 4
    here.wire.requests.clear()
    anna.sync(here.wire)
    assert not [sent for sent in here.wire.requests if "packs" in sent.path]


def test_a_file_brings_no_pack_that_a_sync_would_refuse(here: World, anna: WithPacks) -> None:
    stranger = keys.new_signing_key()
    raw = publish(here, 2)
    _spoil(here, raw)
    assert said(by_file(here, anna)) == ["pack.file_changed"]
    publish(here, 3, expires="2026-03-01")
    assert said(by_file(here, anna)) == ["pack.file_changed", "pack.expired"]
    assert anna.revisions == []
    shelf.trust(here.office, keys.b64(keys.signing_public(stranger)), "head office")
    publish(here, 4, signing=stranger)
    assert by_file(here, anna).rules == 4
    shelf.distrust(here.office, "head office")
    publish(here, 5)
    assert by_file(here, anna).rules == 5


def ask(here: World, laptop: Laptop, path: str, **headers: str) -> Reply:
    token = laptop.store.exchange.device.identity()["token"]
    bearer = {"Authorization": f"Bearer {token}"}
    return here.wire(Request("GET", path, bearer | headers))


def test_whoever_has_it_gets_no_body_again(here: World, anna: WithPacks) -> None:
    raw = publish(here, 2)
    anna.sync(here.wire)
    sha256 = anna.packs.heads()[0].sha256
    for path in ("/v1/packs", f"/v1/packs/{sha256}"):
        first = ask(here, anna.laptop, path)
        assert first.status == 200
        tag = {"If-None-Match": first.headers["etag"]}
        again = ask(here, anna.laptop, path, **tag)
        assert (again.status, again.body) == (304, b"")
    assert json.loads(first.body)["raw"].encode() == raw
    publish(here, 3)
    before = {"If-None-Match": '"0-2"'}
    assert ask(here, anna.laptop, "/v1/packs", **before).status == 200


def test_no_pack_without_a_token_and_none_that_is_not_there(here: World, anna: WithPacks) -> None:
    publish(here, 2)
    assert here.wire(Request("GET", "/v1/packs")).status == 401
    assert ask(here, anna.laptop, "/v1/packs/" + "0" * 64).status == 404
    assert ask(here, anna.laptop, "/v1/packs/../office.json").status == 404


def test_a_laptop_enrolled_later_gets_what_is_on_the_shelf(here: World) -> None:
    for revision in (2, 3):
        publish(here, revision)
    bert = WithPacks(here.laptop("bert", enrolled=False))
    bert.laptop.enrol(here.wire, create_enrolment(here.office, "bert", Role.TECHNICIAN))
    bert.sync(here.wire)
    assert bert.revisions == [2, 3]
