"""The demo day: on any day and in both languages the rules answer what its stories expect."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest

from fieldkit.domain.complaints.model import Complaint
from fieldkit.domain.core.errors import Fault
from fieldkit.domain.core.event import RecordKind
from fieldkit.domain.job.model import Job, Status
from fieldkit.domain.job.steps import next_step
from fieldkit.domain.record_kinds import MACHINES
from fieldkit.domain.records.customer_product import Product
from fieldkit.domain.records.follow_up import FollowUp
from fieldkit.i18n import Lang
from fieldkit.services.day import follow_ups
from fieldkit.services.demo.story import DemoDay, Story, load_demo_day, read_day
from fieldkit.services.demo.walkthrough import JOBS, PlayStep, play_day, seed_day
from fieldkit.services.home.session import Session
from fieldkit.services.jobs import job_commands, records
from fieldkit.shipped import shipped_data
from tests.services.homes import TECHNICIAN, home_at, telephone

FOLDER = shipped_data() / "demo"


@dataclass(frozen=True)
class Played:
    """A home whose demo day is over."""

    session: Session
    lang: Lang
    day: DemoDay
    due: list[str]
    steps: list[PlayStep]

    def job(self, story: Story) -> Job:
        """The job that tells the story."""
        return job_commands.job(self.session, self.session.store.setting(JOBS)[story.key])


# A plain day; the ends of months, one of them a leap day; just before and just after midnight.
DAYS: list[tuple[str, Lang]] = [
    ("2026-11-05 08:45", "en"),
    ("2027-02-28 12:00", "zh"),
    ("2028-02-29 23:59", "en"),
    ("2026-12-31 00:10", "zh"),
]


@pytest.fixture(scope="module", params=DAYS, ids=[day for day, _ in DAYS])
def played(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Played]:
    now, lang = request.param
    with home_at(tmp_path_factory.mktemp("demo"), now, lang) as session:
        day = seed_day(session, lang)
        due = sorted(call.reason for call in follow_ups.due(session, session.today))
        yield Played(session, lang, day, due, list(play_day(session, lang, telephone(session))))


def _wrong(played: Played, story: Story) -> list[str]:
    """What a job has other than its story expects."""
    job, expect = played.job(story), story.expect
    said = job_commands.full_decision(played.session, job)
    pays = expect.total if expect.pays is None else expect.pays
    found = {
        "lines": (tuple(line.charge for line in said.lines) if said else None, expect.lines),
        "end": (job.status, expect.end),
        "call_out": (said.call_out_fen if said else 0, expect.call_out * 100),
        "total": (said.total_fen if said else 0, expect.total * 100),
        "pays": (job.payable_fen, pays * 100),
        "paid": (job.payment.amount_fen if job.payment else 0, pays * 100),
        "approval": (said.approval if said else "none", expect.approval),
    }
    return [
        f"{story.key}.{name}: {is_} instead of {should}"
        for name, (is_, should) in found.items()
        if is_ != should
    ]


def test_the_rules_answer_what_the_stories_expect(played: Played) -> None:
    assert [wrong for story in played.day.jobs for wrong in _wrong(played, story)] == []


def test_complaints_go_where_the_stories_expect(played: Played) -> None:
    rows = played.session.store.ledger.rows(RecordKind.COMPLAINT)
    complaints = [Complaint.model_validate(row) for row in rows]
    for story in played.day.jobs:
        job = played.job(story)
        recorded = [one.recorded for one in complaints if one.recorded]
        found = []
        for one in recorded:
            if one.job == job.id:
                routing = (one.decision or {}).get("complaint") or {}
                found.append((one.complaint_class, routing.get("department"), routing.get("grade")))
        wanted = [
            (one.complaint_class, one.department, one.grade) for one in story.expect.complaints
        ]
        assert found == wanted, story.key


def test_the_day_shows_at_least_what_a_technician_meets(played: Played) -> None:
    charges = {charge for story in played.day.jobs for charge in story.expect.lines or ()}
    assert charges == {
        "free", "paid", "goodwill", "not_a_defect", "pending", "needs_supervisor",
    }  # fmt: skip
    steps = {step.step for step in played.steps}
    assert {"exchange", "refund", "decline", "take_in", "hand_back", "answer_approval"} <= steps
    assert {played.job(story).kind.value for story in played.day.jobs} >= {
        "repair", "run_in_service", "delivery_installation", "inspection", "exchange_refund",
    }  # fmt: skip
    assert len(played.day.jobs) >= 16


def test_both_engines_agree_on_every_verdict(played: Played) -> None:
    said = [step.decision for step in played.steps if step.decision]
    assert len(said) > len(played.day.jobs)
    assert all(decision.agreed for decision in said)


def test_a_job_waits_only_where_its_story_leaves_it(played: Played) -> None:
    left = {story.key for story in played.day.jobs if story.last}
    for story in played.day.jobs:
        job = played.job(story)
        assert (job.status is Status.COMPLETED) == (story.key not in left), story.key
        assert job.attention == ()
        assert job.unknown == ()
        if story.key not in left:
            assert next_step(job) is None


def test_each_document_is_the_fold_of_its_events(played: Played) -> None:
    ledger = played.session.store.ledger
    for kind in RecordKind:
        for row in ledger.rows(kind):
            machine = MACHINES[kind]
            folded = machine.fold(row["id"], ledger.history(row["id"]))
            assert ledger.document(kind, row["id"]) == folded


def test_the_story_is_told_in_time_and_by_its_people(played: Played) -> None:
    moments = [step.at for step in played.steps]
    assert moments == sorted(moments)
    today = played.session.today
    assert {moment.date() for moment in moments} == {today}
    assert moments[0].hour == 9
    assert moments[-1].hour < 20
    assert {step.by for step in played.steps} == {TECHNICIAN}
    # What was done before the demo lies in the past.
    first = {step.job.id: step.at for step in reversed(played.steps)}
    for story in played.day.jobs:
        job = played.job(story)
        for event in played.session.store.ledger.history(job.id):
            assert event.local_at >= first[job.id] or event.at <= played.session.clock()


def test_the_calls_of_the_day_are_due_in_the_morning(played: Played) -> None:
    assert played.due == ["quality_call", "riding_call", "run_in_reminder", "satisfaction_call"]


def test_a_job_that_is_done_is_followed_by_the_calls_that_fit(played: Played) -> None:
    ledger = played.session.store.ledger
    planned = [FollowUp.model_validate(row).planned for row in ledger.rows(RecordKind.FOLLOW_UP)]
    calls: dict[str, set[str]] = {}
    for call in planned:
        assert call
        calls.setdefault(call.job, set()).add(call.reason)
    found = {story.key: calls.get(played.job(story).id, set()) for story in played.day.jobs}
    after_repair = {"quality_call", "riding_call", "satisfaction_call"}
    assert found["mixed"] == after_repair
    assert found["commercial"] == after_repair | {"recovery_call"}
    assert found["delivery"] == found["run-in"] == {"satisfaction_call", "usage_enquiry"}
    for nothing_repaired in ("flooded", "exchange", "refund"):
        assert found[nothing_repaired] == {"satisfaction_call"}
    for unfinished in ("smoking-battery", "carried-forward"):
        assert found[unfinished] == set()


def test_the_supervisor_settles_what_the_rules_leave_open(played: Played) -> None:
    story = next(story for story in played.day.jobs if story.key == "supervisor")
    decision = played.job(story).decision
    assert decision
    assert [line.charge for line in decision.lines] == ["free"]


def test_the_texts_are_in_the_language_of_the_demo(played: Played) -> None:
    for step in played.steps:
        texts = [step.shows, *(note.text for note in step.job.complaints)]
        if step.job.repair:
            texts.append(step.job.repair.work_done)
        for text in texts:
            assert any("一" <= letter <= "鿿" for letter in text) == (played.lang == "zh"), text


def test_an_exchanged_product_is_retired_and_the_new_one_has_its_own_clock(
    played: Played,
) -> None:
    story = next(story for story in played.day.jobs if story.key == "exchange")
    job = played.job(story)
    assert job.product
    assert job.exchange
    old = records.product(played.session, job.product.id)
    new = records.product(played.session, job.exchange.new_serial)
    assert old.retired_on == new.warranty_from == played.session.today
    assert new.history_known


def test_days_in_custody_pause_the_warranty(played: Played) -> None:
    story = next(story for story in played.day.jobs if story.key == "take-in")
    product = played.job(story).product
    assert product
    after: Product = records.product(played.session, product.id)
    today = played.session.today
    assert (after.pauses[-1].start, after.pauses[-1].end) == (today - timedelta(days=3), today)


# -- the files -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "today", "day"),
    [
        ("today", "2026-11-05", "2026-11-05"),
        ("today-9m", "2026-11-05", "2026-02-05"),
        ("today-1m", "2027-03-31", "2027-02-28"),
        ("today-12m-12d", "2028-02-29", "2027-02-16"),
        ("today+3d", "2026-12-30", "2027-01-02"),
        ("today-1y+1d", "2028-02-29", "2027-03-01"),
    ],
)
def test_days_are_told_from_today(text: str, today: str, day: str) -> None:
    assert read_day(text, date.fromisoformat(today)) == date.fromisoformat(day)


@pytest.mark.parametrize("text", ["today is a good day", "today-", "today-9", "yesterday", "-3d"])
def test_other_texts_are_no_days(text: str) -> None:
    assert read_day(text, date(2026, 11, 5)) is None


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("customer: he\n", "customer: nobody\n", ""),
        ("do: fetch_part", "do: fetch_a_part", "jobs.0.extra.0.do"),
        ("end: completed}", "end: done}", "jobs.0.expect.end"),
        ("    shows:", "    show:", "jobs.0.show"),
        ("jobs:", "jobs: [", ""),
    ],
)
def test_a_wrong_file_is_named_with_the_place(
    old: str, new: str, where: str, tmp_path: Path
) -> None:
    for file in FOLDER.iterdir():
        text = file.read_text(encoding="utf-8")
        (tmp_path / file.name).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(Fault) as caught:
        load_demo_day(tmp_path, date(2026, 11, 5), "en")
    assert caught.value.key == "demo.wrong"
    assert str(caught.value.params["where"]).startswith(where)


def test_both_languages_tell_the_same_day() -> None:
    today = date(2026, 11, 5)
    english, chinese = (load_demo_day(FOLDER, today, lang) for lang in ("en", "zh"))
    assert [story.key for story in english.jobs] == [story.key for story in chinese.jobs]
    assert [story.expect for story in english.jobs] == [story.expect for story in chinese.jobs]
