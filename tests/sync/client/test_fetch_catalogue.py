"""The catalogue reaches the laptops by sync: once, whole, and without another request."""

import json
from dataclasses import dataclass, field

import pytest
from sqlalchemy import update

from fieldkit.domain.core.catalogue import Catalogue
from fieldkit.domain.core.errors import FieldkitError
from fieldkit.domain.core.event import digest
from fieldkit.i18n import LANGS, say
from fieldkit.office.publishing.catalogue import (
    EntryChanges,
    catalogues,
    compare_catalogues,
    current_catalogue,
    publish_catalogue,
    published_catalogues,
)
from fieldkit.services.home.installed_catalogue import InstalledCatalogue
from fieldkit.services.home.trade import Trade
from fieldkit.sync.client.progress import MAX_TRIES, SyncReport
from fieldkit.sync.client.sync_client import sync
from fieldkit.sync.client.transport import Reply, Request, Transport
from tests.sync.exchange import Faulty, Laptop, World

SHIPPED = Trade().catalogue
NOT_ONE = '{"parts": 7}'


def dearer(revision: int, more_fen: int = 100) -> Catalogue:
    """The shipped catalogue as another revision, its first part dearer."""
    first, *rest = SHIPPED.parts
    raised = first.model_copy(update={"price_fen": first.price_fen + more_fen})
    return SHIPPED.model_copy(update={"revision": revision, "parts": (raised, *rest)})


@dataclass
class WithCatalogue:
    """A laptop that takes the catalogue, too."""

    laptop: Laptop
    held: InstalledCatalogue = field(init=False)

    def __post_init__(self) -> None:
        self.held = InstalledCatalogue(self.laptop.store)

    def sync(self, wire: Transport) -> SyncReport:
        return sync(
            self.laptop.store.exchange, wire, catalogue=self.held, sleep=lambda _: None,
            random=lambda: 0.5, clock=self.laptop.clock,
        )  # fmt: skip


@pytest.fixture(name="anna")
def _anna(here: World) -> WithCatalogue:
    return WithCatalogue(here.laptop("anna"))


def said(report: SyncReport) -> list[str]:
    """The keys of the problems, each of which has a sentence."""
    for problem in report.problems:
        for lang in LANGS:
            assert "[" not in say(f"sync.problem.{problem.key}", lang, **problem.params)
    return [problem.key for problem in report.problems]


def spoil(here: World, body: str, hashed: str) -> None:
    """Something changes the newest catalogue in the office's database, and its checksum."""
    values = {"body": body, "sha256": digest(hashed.encode())}
    newest = published_catalogues(here.office)[0].revision
    with here.office.db.writing() as writing:
        where = catalogues.c.revision == newest
        writing.conn.execute(update(catalogues).where(where).values(**values))


def test_what_is_published_is_taken_with_the_next_sync_and_only_once(
    here: World, anna: WithCatalogue
) -> None:
    assert anna.sync(here.wire).catalogue is None
    assert anna.held.load() is None
    for revision in (2, 3):
        publish_catalogue(here.office, dearer(revision), "mei")
    report = anna.sync(here.wire)
    assert (report.catalogue, report.clean) == (3, True)
    assert anna.held.load() == dearer(3) == current_catalogue(here.office)
    here.wire.requests.clear()
    anna.sync(here.wire)
    assert [request.path for request in here.wire.requests] == ["/v1/sync"]


def test_a_session_uses_the_newest_without_being_opened_again(
    here: World, anna: WithCatalogue
) -> None:
    trade = Trade(store=anna.laptop.store)
    sku = SHIPPED.parts[0].sku
    assert trade.catalogue == SHIPPED
    publish_catalogue(here.office, dearer(2), "mei")
    anna.sync(here.wire)
    trade.renew()
    assert trade.catalogue.part(sku) == dearer(2).part(sku)
    assert trade.catalogue.revision == 2
    same = trade.catalogue
    trade.renew()
    assert trade.catalogue is same


def test_a_folder_of_ones_own_stands_in_for_the_published_one(
    here: World, anna: WithCatalogue
) -> None:
    publish_catalogue(here.office, dearer(2), "mei")
    anna.sync(here.wire)
    assert Trade(store=anna.laptop.store, own_data=True).catalogue == SHIPPED


@pytest.mark.parametrize(
    ("body", "hashed", "problem"),
    [("{}", "other", "catalogue.altered"), (NOT_ONE, NOT_ONE, "catalogue.not_usable")],
)
def test_a_broken_one_is_refused_once_and_the_good_one_stays(
    here: World, anna: WithCatalogue, body: str, hashed: str, problem: str
) -> None:
    publish_catalogue(here.office, dearer(2), "mei")
    anna.sync(here.wire)
    publish_catalogue(here.office, dearer(3), "mei")
    spoil(here, body, hashed)
    assert said(anna.sync(here.wire)) == [problem]
    assert anna.held.load() == dearer(2)
    assert said(anna.sync(here.wire)) == []
    publish_catalogue(here.office, dearer(4), "mei")
    assert anna.sync(here.wire).catalogue == 4


def test_a_fetch_that_breaks_off_is_a_problem_and_the_next_sync_goes_on(
    here: World, anna: WithCatalogue
) -> None:
    publish_catalogue(here.office, dearer(2), "mei")
    assert said(anna.sync(Faulty(here.wire, iter(["ok", *["lost"] * MAX_TRIES])))) == [
        "catalogue.not_fetched"
    ]
    assert anna.held.load() is None
    assert anna.sync(here.wire).catalogue == 2


def test_what_is_here_already_comes_without_a_body(here: World, anna: WithCatalogue) -> None:
    """The note of what was taken is lost, as after a backup was restored in part."""
    publish_catalogue(here.office, dearer(2), "mei")
    anna.sync(here.wire)
    anna.held.finished("")
    statuses: list[int] = []

    def watched(asked: Request) -> Reply:
        reply = here.wire(asked)
        statuses.append(reply.status)
        return reply

    report = anna.sync(watched)
    assert (statuses, report.catalogue, report.clean) == ([200, 304], None, True)
    assert anna.held.tag == anna.held.held


def test_a_304_that_is_not_the_offices_counts_as_no_answer(
    here: World, anna: WithCatalogue
) -> None:
    publish_catalogue(here.office, dearer(2), "mei")

    def portal(asked: Request) -> Reply:
        return here.wire(asked) if asked.path == "/v1/sync" else Reply(304, {}, b"")

    assert said(anna.sync(portal)) == ["catalogue.not_fetched"]
    assert anna.held.tag == ""


def test_an_entry_that_a_newer_office_knows_more_of_is_taken(
    here: World, anna: WithCatalogue
) -> None:
    """An older laptop passes over the fields that it does not know."""
    body = json.loads(dearer(2).model_dump_json())
    body["parts"][0]["colour"] = "red"
    body["seasons"] = ["winter"]
    text = json.dumps(body)
    publish_catalogue(here.office, dearer(2), "mei")
    spoil(here, text, text)
    assert anna.sync(here.wire).catalogue == 2
    assert anna.held.load() == dearer(2)


def test_only_a_higher_revision_is_published(here: World) -> None:
    publish_catalogue(here.office, dearer(2), "mei")
    for revision in (1, 2):
        with pytest.raises(FieldkitError, match="not_newer"):
            publish_catalogue(here.office, dearer(revision), "mei")
    assert [item.revision for item in published_catalogues(here.office)] == [2]


def test_the_changes_are_counted() -> None:
    without = SHIPPED.model_copy(update={"models": SHIPPED.models[1:]})
    assert compare_catalogues(SHIPPED, dearer(2))["parts"] == EntryChanges(new=0, changed=1, gone=0)
    assert compare_catalogues(SHIPPED, without)["models"] == EntryChanges(new=0, changed=0, gone=1)
    assert compare_catalogues(without, SHIPPED)["models"] == EntryChanges(new=1, changed=0, gone=0)


def test_nobody_reads_it_without_a_token(here: World, anna: WithCatalogue) -> None:
    assert here.wire(Request("GET", "/v1/catalogue")).status == 401
    token = anna.laptop.store.exchange.device.identity()["token"]
    ask = Request("GET", "/v1/catalogue", {"Authorization": f"Bearer {token}"})
    assert here.wire(ask).status == 404
    publish_catalogue(here.office, dearer(2), "mei")
    assert here.wire(ask).status == 200
