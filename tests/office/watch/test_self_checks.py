"""The same rules decide at the office: verdicts are judged again, telephone codes verified."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

import durable.engine
import pytest

from fieldkit.domain.core.decision import Decision
from fieldkit.domain.core.event import Act, RecordKind
from fieldkit.domain.job.model import Job
from fieldkit.domain.job.phone_approval import PhoneKey, challenge_for
from fieldkit.domain.records.follow_up import FollowUp
from fieldkit.i18n import LANGS, say
from fieldkit.office.desk.conflicts import list_conflicts, resolve
from fieldkit.office.desk.desk import read_record
from fieldkit.office.desk.phone_codes import approve
from fieldkit.office.watch.self_checks import Checked, check_all, check_new
from fieldkit.rules import Pack, load_pack
from fieldkit.services.home.session import Session
from fieldkit.services.jobs.approval import challenge
from fieldkit.shipped import shipped_rules
from fieldkit.sync.client.enrol import load_identity
from fieldkit.sync.protocol import keys
from tests.domain.build import decision, verdict
from tests.office.desk.test_conflicts import act, at_office, flags
from tests.office.trade import shipped_trade
from tests.sync.exchange import Laptop, World, job

PACK = load_pack(shipped_rules())


def packs(sha256: str) -> Pack | None:
    return PACK if sha256 == PACK.sha256 else None


def judged(**change: Any) -> dict[str, Any]:
    """A true verdict of the shipped rules, with parts of it changed afterwards."""
    request = {
        "id": "x",
        "request": {"number": "1", "reported_on": "2026-03-02", "symptom": "x", "distance_km": 20},
        "product": {"id": "S", "serial": "S", "model": "QL-C24", "purchase_date": "2025-11-20"},
        "diagnosis": {"lines": [{"line": 1, "component": "display", "cause": "manufacturing"}]},
    }
    found = shipped_trade().judge_job(Job.model_validate(request), date(2026, 3, 2))
    return found.model_copy(update=change).model_dump(mode="json")


@pytest.fixture(name="anna")
def _anna(here: World) -> Laptop:
    return here.laptop("anna")


@pytest.fixture(name="decide")
def _decide(here: World, anna: Laptop) -> Callable[[dict[str, Any]], str]:
    """Has anna send a job with this verdict; answers the job's id."""

    def send(record: dict[str, Any]) -> str:
        request = job()
        anna.act(request, act(request.record, "decided", decision=record))
        anna.sync(here.wire)
        return request.record

    return send


Decide = Callable[[dict[str, Any]], str]


def test_a_true_verdict_is_checked_once_and_nothing_is_said(here: World, decide: Decide) -> None:
    record = decide(judged())
    assert check_new(here.office, packs) == Checked(1, 0, more=False)
    assert check_new(here.office, packs) == Checked(0, 0, more=False)
    assert at_office(here, record).events == 2


def _only_last(ask: Callable[..., Any], host: Any, name: str, fact: dict[str, int]) -> Any:
    """Takes the fact with which an engine is closed, and no other."""
    return ask(host, name, fact) if fact["kind"] == 0 else None


def test_a_verdict_of_one_engine_is_judged_again_by_both(
    here: World, decide: Decide, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The laptop could not load durable_rules; the office can, and notices what it differs in."""
    assert judged()["engine_missing"] is None
    agreed = decide(judged(engine_missing=True))
    assert check_all(here.office, packs) == Checked(1, 0, more=False)
    assert flags(at_office(here, agreed)) == []
    of_both, of_one = decide(judged()), decide(judged(engine_missing=True))
    for name in ("assert_fact", "retract_fact"):  # it finds no rule
        asked = partial(_only_last, getattr(durable.engine.Host, name))
        monkeypatch.setattr(durable.engine.Host, name, lambda *args, asked=asked: asked(*args))
    assert check_all(here.office, packs).flagged == 1
    assert flags(at_office(here, of_both)) == []
    assert flags(at_office(here, of_one)) == ["decision_differs"]


def test_an_altered_verdict_is_flagged_on_all_sides_and_stays(
    here: World, anna: Laptop, decide: Decide
) -> None:
    wrong = judged(total_fen=1)
    record = decide(wrong)
    assert check_all(here.office, packs).flagged == 1
    found = at_office(here, record)
    assert flags(found) == ["decision_differs"]
    assert found.attention[0].params["what"] == "total_fen"
    assert found.decision is not None
    assert found.decision.total_fen == 1
    anna.sync(here.wire)
    assert Job.model_validate(anna.documents()[record]) == found
    (conflict,) = list_conflicts(here.office)
    resolve(here.office, record, conflict.flag, "typed by hand")
    assert check_all(here.office, packs).events == 0
    assert list_conflicts(here.office) == []


def test_rules_that_the_office_does_not_have_are_named(here: World, decide: Decide) -> None:
    record = decide(decision(verdict()).model_dump(mode="json"))
    check_all(here.office, packs)
    (mark,) = at_office(here, record).attention
    assert (mark.key, mark.params["what"]) == ("decision_unknown_rules", "default r7")
    for lang in LANGS:
        assert "default r7" in say(f"flag.{mark.key}", lang, **mark.params)


@pytest.mark.parametrize(
    "facts", [{"line_count": "many"}, {"report_date": 5}, {"distance_km": "far"}, {}]
)
def test_facts_of_no_honest_program_are_flagged_and_stop_nothing(
    here: World, decide: Decide, facts: dict[str, Any]
) -> None:
    true = Decision.model_validate(judged())
    decide(judged(facts=facts, lines=true.lines * 2))
    good = decide(judged())
    assert check_all(here.office, packs).events == 2
    assert flags(at_office(here, good)) == []
    assert len(list_conflicts(here.office)) == 1


def test_many_verdicts_are_checked_in_portions(here: World, decide: Decide) -> None:
    for _ in range(5):
        decide(judged(total_fen=2))
    assert check_new(here.office, packs, limit=2) == Checked(2, 2, more=True)
    assert check_all(here.office, packs) == Checked(3, 3, more=False)
    assert len(list_conflicts(here.office)) == 5


def code_of(laptop: Laptop, record: str, amount_fen: int) -> str:
    """The telephone code for the job's request, had it been about this amount."""
    store = laptop.store
    key = PhoneKey(
        store.exchange.device.read()["id"], keys.unb64(load_identity(store.exchange).approval_key)
    )
    found: Job = store.ledger.document(RecordKind.JOB, record)
    assert found.open_approval is not None
    asked = found.open_approval.model_copy(update={"amount_fen": amount_fen})
    return key.code(challenge_for(key.device, found.number, asked))


@pytest.mark.parametrize(("right", "told"), [(True, True), (False, True), (True, False)])
def test_a_telephone_code_is_verified_and_must_have_been_told(
    here: World, anna: Laptop, right: bool, told: bool
) -> None:
    request = job()
    pending = judged()
    asked = {"approver": "supervisor", "reason": "x", "amount_fen": 500}
    anna.act(request, act(request.record, "decided", decision=pending))
    sent = anna.act(act(request.record, "approval_requested", **asked))
    code = code_of(anna, request.record, 500 if right else 5)
    if told:
        found: Job = anna.store.ledger.document(RecordKind.JOB, request.record)
        given = approve(here.office, challenge(Session(anna.store, anna.clock), found))
        assert (given.code == code) is right
    answer = {"answer": "approved", "by_name": "wang", "code": code, "request": sent[0].id}
    anna.act(act(request.record, "approval_answered", **answer))
    anna.sync(here.wire)
    check_all(here.office, packs)
    assert flags(at_office(here, request.record)) == (
        [] if right and told else ["approval_unverified"]
    )


def test_calls_about_a_product_that_is_gone_end_for_everybody(here: World, anna: Laptop) -> None:
    """Bert has the call, anna took the product back; what her own job plans stays due."""
    bert = here.laptop("bert")
    mine = job()
    told = {"reason": "run_in_reminder", "due": "2026-11-20T10:00:00+08:00", "product": "SN-1"}
    calls = {
        "other": told | {"assigned_to": "bert"},
        "own": told | {"assigned_to": "anna", "job": mine.record},
        "another": told | {"assigned_to": "anna", "product": "SN-11"},
    }
    anna.act(mine)
    for name, data in calls.items():
        planned = Act(record=f"call-{name}", type="follow_up.planned", data=data)
        (bert if name == "other" else anna).act(planned)
    gone = {"on": "2026-11-05", "job": mine.record, "successor": ""}
    sale = {"serial": "SN-1", "model": "QL-C24"}
    anna.act(
        Act(record="SN-1", type="product.registered", data=sale),
        Act(record="SN-1", type="product.exchanged", data=gone),
    )
    anna.sync(here.wire)
    bert.sync(here.wire)
    assert check_all(here.office, packs).flagged == 0

    def outcome(name: str) -> str:
        call = read_record(here.office, "follow_up", f"call-{name}")
        assert isinstance(call, FollowUp)
        return call.done.outcome if call.done else ""

    assert [outcome(name) for name in calls] == ["product_gone", "", ""]
