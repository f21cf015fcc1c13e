"""What the first program wrote, this one goes on with: its home, its office and its parcel.

`tests/fixtures/first` was made once (see its README.md) and never changes. Whatever is moved or
made anew, a home and an office of that day must open, fold, replay and exchange as they did then.
"""

import json
import shutil
import tarfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from fieldkit.cli.app import run
from fieldkit.domain.core.decision import Decision
from fieldkit.domain.core.event import Event, RecordKind, Role
from fieldkit.domain.record_kinds import MACHINES, fold
from fieldkit.office.http.routes import build_app
from fieldkit.office.office import Office, open_office
from fieldkit.rules import replay
from fieldkit.services.day.saved_filters import saved_filters
from fieldkit.services.exchange import refused_events
from fieldkit.services.exchange.sync_now import sync_now
from fieldkit.services.home.ids import uuid7
from fieldkit.services.home.people import people, sign_in
from fieldkit.services.home.session import Session, open_session
from fieldkit.services.jobs import job_commands
from fieldkit.services.jobs.attachments import save_attachment
from fieldkit.store.home.home import Home
from tests.first import reading
from tests.first.mended import mended
from tests.sync.exchange import InProcess

FIRST = Path(__file__).parent.parent / "fixtures" / "first"

FLAGS = frozenset(
    f"{kind}.{name}"
    for kind in ("customer", "product", "complaint", "follow_up", "van")
    for name in (
        "conflict_resolved", "conflict_resolved.flag", "conflict_resolved.note",
        "flagged", "flagged.cause", "flagged.flag", "flagged.what",
    )
)  # fmt: skip
"""Records of every kind are flagged since; before, only jobs were."""

ADDED_SINCE_FIRST: frozenset[str] = FLAGS | frozenset(
    {
        "complaint.recorded.scores",
        "follow_up.planned.not_by",
        "job.cancelled.knew_work",
        "job.escalation_told.about",
        "job.help_requested.decision",
        "customer.amended.phone_e164",
        "product.amended.serial",
        "product.amended.serial_doubts",
        "product.amended.serial_typed",
        "job.repaired.serials_confirmed",
        "job.repaired.serials_elsewhere",
        "job.repaired.serials_missing",
        "customer.registered.phone_e164",
        "customer.change_confirmed",
        "customer.change_confirmed.change",
        "customer.change_confirmed.reason",
        "customer.change_refused",
        "customer.change_refused.change",
        "customer.change_refused.reason",
        "customer.merged",
        "customer.merged.into",
        "customer.told_apart",
        "customer.told_apart.other",
        "customer.unmerged",
        "customer.unmerged.merge",
        "job.customer_corrected",
        "job.customer_corrected.changes",
        "job.accepted.lines",
        "job.approval_answered.code_number",
        "job.approval_requested.about",
        "job.approval_requested.code_number",
        "job.deposit_paid",
        "job.deposit_paid.amount_fen",
        "job.deposit_paid.method",
        "job.exchanged.serial_typed",
        "job.given_away",
        "job.given_away.amount_fen",
        "job.given_away.limit_fen",
        "job.given_away.parts",
        "job.given_away.reason",
        "job.given_away.worth_fen",
        "job.invoice_credited",
        "job.invoice_credited.amount_fen",
        "job.invoice_credited.invoice",
        "job.invoice_credited.number",
        "job.invoice_credited.official_code",
        "job.invoice_credited.official_number",
        "job.invoice_credited.reason",
        "job.invoiced.net_fen",
        "job.invoiced.official_code",
        "job.invoiced.official_number",
        "job.invoiced.tax_fen",
        "job.official_invoice",
        "job.official_invoice.official_code",
        "job.official_invoice.official_number",
        "job.payment_deferred",
        "job.payment_deferred.account",
        "job.payment_deferred.due_on",
        "job.payment_deferred.note",
        "job.payment_deferred.terms",
        "job.payment_reversed",
        "job.payment_reversed.payment",
        "job.payment_reversed.reason",
        "job.quoted.tax_percent",
        "job.refund_reversed",
        "job.refund_reversed.reason",
        "product.amended.price_fen",
        "job.exchanged.serial_confirmed",
        "job.exchanged.serial_doubts",
        "product.conflict_resolved",
        "product.conflict_resolved.event",
        "product.conflict_resolved.flag",
        "product.conflict_resolved.note",
        "product.exchanged.successor",
        "job.product_corrected",
        "job.taken_in.on",
        "job.product_corrected.changes",
        "product.amended.clearance",
        "product.amended.refurbished",
        "product.amended.refurbished_months",
        "product.registered.refurbished",
        "product.registered.refurbished_months",
        "job.diagnosed.mileage_km",
        "product.amended.documents",
        "product.amended.invoice_handed_over",
        "product.amended.warranty_from",
        "product.change_confirmed",
        "product.change_confirmed.change",
        "product.change_confirmed.reason",
        "product.change_refused",
        "product.change_refused.change",
        "product.change_refused.reason",
        "product.registered.serial_confirmed",
        "product.registered.serial_doubts",
        "product.registered.serial_typed",
        "product.transferred",
        "product.transferred.customer",
        "product.transferred.documents",
        "product.transferred.invoice_handed_over",
        "product.transferred.note",
        "product.transferred.on",
        "product.registered.price_fen",
        "product.restored",
        "product.restored.job",
    }
)
"""Types of event and kinds of record (`job.arrived`, `job`) that are newer than the fixture, and
fields (`job.arrived.checklist`). What is named here wants a fixture of its own."""
OF_A_NEWER_PROGRAM = {"job.sent_by_drone", "drone.charged"}
"""In the fixture on purpose: what a program does not know it keeps and hands on."""

Json = dict[str, Any]


@cache
def then() -> Json:
    """What was there when the fixture was made, with what was mended since."""
    return mended(json.loads((FIRST / "expected.json").read_text(encoding="utf-8")))


NOW = datetime.fromisoformat(then()["now"])


@dataclass(frozen=True)
class Copies:
    """The fixture's home and office, copied so that a test may change them."""

    folder: Path

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def office(self) -> Path:
        return self.folder / "office"

    @contextmanager
    def session(self) -> Iterator[Session]:
        """The home, opened on its last day."""
        with open_session(Home(self.home), {}, clock=lambda: NOW) as session:
            yield session

    @contextmanager
    def opened_office(self) -> Iterator[Office]:
        """The office, its tables brought up to date, on that day."""
        assert run(["office", "upgrade", "--folder", str(self.office)]) == 0
        with open_office(self.office, uuid7, lambda: NOW) as office:
            yield office


@pytest.fixture(name="first")
def _first(tmp_path: Path) -> Copies:
    for name in ("home", "office"):
        with tarfile.open(FIRST / f"{name}.tar.xz") as tar:
            tar.extractall(tmp_path, filter="data")
    return Copies(tmp_path)


def test_the_home_is_whole_and_its_documents_are_as_they_were(first: Copies) -> None:
    found = reading.answer("--home", str(first.home), "store", "check", "--json")
    assert found["troubles"] == []
    assert reading.documents(first.home) == then()["laptop"]


def test_no_stored_event_is_changed(first: Copies) -> None:
    tables = reading.exported(first.home)
    assert reading.by_record(tables["events"]) == then()["laptop_events"]
    assert len(tables["outbox"]) == then()["unsent"]


def test_all_events_folded_again_give_the_same_documents(first: Copies) -> None:
    with first.session() as session:
        ledger = session.store.ledger
        folded = {
            f"{kind}/{row['id']}": _plain(fold(kind, row["id"], ledger.history(row["id"])))
            for kind in RecordKind
            for row in ledger.rows(kind)
        }
    assert folded == _by_kind(then()["laptop"])


def test_the_office_opens_and_folds_its_events_to_the_same_documents(first: Copies) -> None:
    with first.opened_office():
        pass
    assert reading.office_documents(first.office) == reading.at_office(then())
    by_record: dict[tuple[str, str], list[Event]] = defaultdict(list)
    counted = "SELECT kind, record, raw FROM events WHERE position > 0 ORDER BY position"
    for kind, record, raw in reading.office_rows(first.office, counted):
        by_record[kind, record].append(Event.from_bytes(raw))
    folded = {
        f"{kind}/{record}": _plain(document)
        for (kind, record), events in by_record.items()
        if (document := fold(kind, record, events)) is not None
    }
    assert folded == _by_kind(reading.at_office(then()))
    assert reading.standing(first.office) == then()["standing"]


def test_every_decision_replays_to_the_same_answer_from_the_rules_kept_at_home(
    first: Copies,
) -> None:
    found = {}
    with first.session() as session:
        kept = cache(session.packs.load)
        for event, said in reading.decisions(_raws(first)):
            record = Decision.model_validate(said)
            pack, today = kept(record.pack.sha256), kept(record.today_pack.sha256)
            assert pack is not None
            assert today is not None
            assert replay(record, pack, today) == [], event
            found[event] = reading.verdict(said)
    assert found == then()["verdicts"]
    assert {revision for verdict in found.values() for revision in verdict["by"]} == {1, 2, 7}


def test_the_rest_of_the_home_is_there(first: Copies, tmp_path: Path) -> None:
    made = then()["made"]
    with first.session() as session:
        assert [(person.name, person.has_pin) for person in people(session)] == [
            ("lu.zhixing", True), ("gao.mei", True),
        ]  # fmt: skip
        sign_in(session, "gao.mei", "1379")
        assert [each.name for each in saved_filters(session)] == ["重要"]
        draft = session.store.drafts.load(made["by_new_rules"], "sign")
        assert draft == {"name": "顾客", "consent": True}
        assert session.store.drafts.steps(made["by_hand"]) == {"order_part"}
        assert [each.reason for each in refused_events.rejected(session)] == ["wrong_role"]
        assert session.config.theme == "dark"
        assert [head.revision for head in session.packs.heads()] == [2]
        assert session.published_catalogue.load() is not None
        assert job_commands.is_archived(session, made["archived"])
        old = job_commands.job(session, made["archived"])
        assert _plain(old) == reading.at_office(then())[f"jobs/{old.id}"]
        for ref, name in ((old.id, "old.jpg"), (made["by_new_rules"], "unsent.jpg")):
            save_attachment(session, ref, name, tmp_path / name)
    assert [(tmp_path / name).stat().st_size for name in ("old.jpg", "unsent.jpg")] == [900, 2_000]


def test_the_office_takes_the_parcel_and_the_laptop_its_answer(first: Copies) -> None:
    parcel = first.folder / "parcel"
    shutil.copy(FIRST / "parcel", parcel)
    with first.opened_office():
        pass
    office = ["--folder", str(first.office)]
    assert run(["office", "person", "add", "chen.jing", *office]) == 0
    assert run(["office", "import", str(parcel), *office]) == 0
    assert run(["--home", str(first.home), "sync", "--from-file", f"{parcel}.answer"]) == 0
    _assert_both_agree(first, but=then()["made"]["refused"])


def test_a_sync_brings_everything_over(first: Copies) -> None:
    with first.opened_office() as office, first.session() as session:
        report = sync_now(session, transport=InProcess(build_app(office)))
        assert (report.sent, report.applied) == (then()["unsent"], then()["unsent"])
        assert (report.unsent, report.rejected) == (0, 0)
        assert [(one.key, one.params) for one in report.problems] == [
            ("set_aside", {"refused": 1, "held": 1}),  # nobody has corrected it since
            ("people_unconfirmed", {"names": "gao.mei"}),
        ]
        again = sync_now(session, transport=InProcess(build_app(office)))
        assert (again.sent, again.received, again.problems) == (0, 0, report.problems)
    _assert_both_agree(first, but=then()["made"]["refused"])


def test_work_goes_on_from_where_it_was(first: Copies) -> None:
    """The draft becomes a signature, the refused event is corrected, and the office has both."""
    job = then()["made"]["by_new_rules"]
    with first.opened_office() as office, first.session() as session:
        sign_in(session, "gao.mei", "1379")
        values = job_commands.form_values(session, job_commands.job(session, job), "sign")
        job_commands.do_step(session, job, "sign", values)
        for refused in refused_events.rejected(session):
            refused_events.correct(session, refused.event, {"text": "By me."})
        report = sync_now(session, transport=InProcess(build_app(office)))
        assert (report.unsent, report.rejected) == (0, 0)
        assert [one.key for one in report.problems] == ["people_unconfirmed"]
    found = reading.standing(first.office)["figures"]
    assert (found["events_rejected"], found["events_held"]) == (0, 0)
    _assert_both_agree(first)


# -- completeness --------------------------------------------------------------------------


def test_the_fixture_has_every_type_of_event_and_every_kind_of_record(first: Copies) -> None:
    known = {name for machine in MACHINES.values() for name in machine.events}
    found = {json.loads(raw)["type"] for raw in _raws(first).values()}
    assert found - OF_A_NEWER_PROGRAM == known - ADDED_SINCE_FIRST
    kinds = {key.partition("/")[0] for key in _by_kind(then()["laptop"])}
    assert kinds == set(MACHINES) - ADDED_SINCE_FIRST
    assert {json.loads(raw)["role"] for raw in _raws(first).values()} == set(Role)


def test_the_fixture_has_every_field_of_every_event(first: Copies) -> None:
    found = set()
    for raw in _raws(first).values():
        event = json.loads(raw)
        found |= {f"{event['type']}.{name}" for name, value in event["data"].items() if value}
    known = {
        f"{name}.{field}"
        for machine in MACHINES.values()
        for name, model in machine.events.items()
        for field in set(model.model_fields) - {"stamp"}
    }
    assert known - found == ADDED_SINCE_FIRST & known


# -- helpers -------------------------------------------------------------------------------


def _assert_both_agree(first: Copies, but: str = "") -> None:
    """All documents of the laptop are those of the office, `but` for a job in which something
    was refused: what follows on it counts at the laptop, and waits at the office."""
    here, there = reading.documents(first.home), reading.office_documents(first.office)
    assert then()["laptop"].keys() <= here.keys()
    differing = {key for key in here if here[key] != there.get(key)}
    assert differing == ({f"jobs/{but}"} if but else set())
    assert reading.exported(first.home)["outbox"] == {}
    found = reading.answer("--home", str(first.home), "store", "check", "--json")
    assert found["troubles"] == []


def _raws(first: Copies) -> dict[str, str]:
    """The text of every event of the home and the office, by id."""
    rows = reading.office_rows(first.office, "SELECT id, raw FROM events")
    here = reading.exported(first.home)["events"]
    return {event: raw.decode() for event, raw in rows} | {
        event: row["raw"] for event, row in here.items()
    }


def _plain(document: Any) -> Json:
    return dict(document.model_dump(mode="json", exclude_defaults=True))


def _by_kind(documents: dict[str, Json]) -> dict[str, Json]:
    """Documents by the name of their kind instead of that of their table."""
    return {f"{reading.KINDS[key.partition('/')[0]]}/{key.partition('/')[2]}": row
            for key, row in documents.items()}  # fmt: skip
