"""The demo day: set up as it is in the morning, and played to its end.

Everything goes through the services that a person's own acts go through; the verdicts are what
the rules say when the steps are done.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from fieldkit.domain.core.decision import Decision
from fieldkit.domain.core.event import Act, Role
from fieldkit.domain.core.job_codes import SettledCharge
from fieldkit.domain.job.model import Job
from fieldkit.domain.job.steps import next_step
from fieldkit.domain.job.suggestions import suggest
from fieldkit.i18n import Lang
from fieldkit.services.day import follow_ups
from fieldkit.services.demo.story import Bike, DemoDay, Doing, PlannedCall, Story, load_demo_day
from fieldkit.services.home.session import Session
from fieldkit.services.jobs import job_commands, records, van
from fieldkit.services.jobs.approval import challenge

JOBS = "demo_jobs"
"""The setting that remembers which job belongs to which story."""


class StoryClock:
    """A clock that the story sets; a moment without a zone is in the zone that it began in."""

    def __init__(self, start: datetime) -> None:
        self.now = start

    def __call__(self) -> datetime:
        return self.now

    def local(self, moment: datetime) -> datetime:
        """The moment in the clock's zone."""
        return moment.replace(tzinfo=self.now.tzinfo)

    def wait_for(self, moment: datetime) -> None:
        """Show this moment unless it has passed."""
        self.now = max(self.now, self.local(moment))

    def pass_minutes(self, minutes: int) -> None:
        """Let some time pass."""
        self.now += timedelta(minutes=minutes)


@dataclass
class _Acting(Session):
    """The same home in somebody else's hands."""

    name: str = ""
    acts_as: Role = Role.TECHNICIAN

    @property
    def person(self) -> str:
        """Who acts."""
        return self.name

    @property
    def role(self) -> Role:
        """In which role."""
        return self.acts_as


def _acting(session: Session, name: str, role: Role) -> Session:
    same = {item.name: getattr(session, item.name) for item in fields(Session)}
    return _Acting(**same, name=name, acts_as=role)


def demo_day(session: Session, lang: Lang) -> DemoDay:
    """The demo day of the session's today, in one language. Raises `Fault` (`demo.wrong`)."""
    return load_demo_day(session.trade.data_folder / "demo", session.today, lang)


# -- the morning ---------------------------------------------------------------------------


def seed_day(session: Session, lang: Lang) -> DemoDay:
    """Set up the morning: customers, products with their histories, calls, and the jobs as far
    as they are. Whoever is signed in is the technician.

    Everything is stamped with the time at which it would have been done, on earlier days as
    well, and never later than now. A technician's laptop may not act as the desk, so what the
    desk did is brought here in its name by a script.
    """
    day = demo_day(session, lang)
    _Morning(day, session, lang).run()
    return day


_Planned = tuple[datetime, Callable[[], None]]

_FILES_SINCE = timedelta(days=4)
"""How long before the day the files of earlier customers were opened."""


@dataclass
class _Morning:
    """The morning being set up. `customers` and `jobs` are ids by the keys of the day."""

    day: DemoDay
    session: Session
    lang: Lang
    customers: dict[str, str] = field(default_factory=dict)
    jobs: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.clock = StoryClock(self.session.clock())
        self.technician = replace(self.session, clock=self.clock)
        self.desk = _acting(self.technician, self.day.desk, Role.SCRIPT)

    def run(self) -> None:
        """Do everything in the order of time."""
        now = self.clock()
        for moment, act in sorted(self._planned(now), key=lambda planned: planned[0]):
            self.clock.now = min(self.clock.local(moment), now)
            act()
        self.session.store.set(JOBS, self.jobs)

    def _planned(self, now: datetime) -> Iterator[_Planned]:
        today = now.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
        opened = (today - _FILES_SINCE).date()
        for key, person in self.day.customers.items():
            since = max(opened, person.product.purchase_date or opened)
            yield _at(since, "07:30"), partial(self._open_file, key)
        yield _at(today, "07:40"), self._load_van
        for call in self.day.follow_ups:
            yield _at(today, "07:45"), partial(self._plan, call)
        for story in self.day.jobs:
            reported = story.register_.get("reported_on", today)
            yield _at(reported, "08:00"), partial(self._register, story)
            for doing in story.morning:
                yield doing.at or _at(today, "08:30"), partial(self._do, story, doing)

    def _open_file(self, key: str) -> None:
        person = self.day.customers[key]
        values = person.model_dump(exclude={"product"})
        values |= {"area": self.day.outlet, "language": self.lang}
        self.customers[key] = records.register_customer(self.desk, values).id
        bike = person.product
        values_of_bike = bike.model_dump(exclude={"history", "pauses"}, exclude_none=True)
        owned = {"customer": self.customers[key], "serial_confirmed": True}
        records.register_product(self.desk, values_of_bike | owned)
        acts = _history(bike)
        if acts:
            self.desk.store.ledger.commit(acts, self.desk.author())

    def _load_van(self) -> None:
        usual = van.usual_load(self.technician)
        rows = [{"part": sku, "quantity": count} for sku, count in usual.items()]
        if rows:
            van.load_van(self.technician, {"parts": rows})

    def _plan(self, call: PlannedCall) -> None:
        person = self.day.customers[call.customer]
        follow_ups.plan(
            self.desk,
            {
                "reason": call.reason,
                "due": self.clock.local(call.due),
                "customer": self.customers[call.customer],
                "customer_name": person.name,
                "product": person.product.serial,
                "assigned_to": self.session.person,
            },
        )

    def _register(self, story: Story) -> None:
        customer = self.customers[story.customer]
        serial = self.day.customers[story.customer].product.serial
        job = job_commands.register_job(self.desk, story.register_, customer, serial)
        self.jobs[story.key] = job.id
        job_commands.do_step(self.desk, job.id, "dispatch", {"technician": self.session.person})

    def _do(self, story: Story, doing: Doing) -> None:
        job = job_commands.job(self.session, self.jobs[story.key])
        values = _entered(self.technician, job, self.day, doing.do, doing.enter)
        job_commands.do_step(self.technician, job.id, doing.do, values)


def _history(bike: Bike) -> list[Act]:
    """What happened to a product before, as the events that its jobs would have made."""
    acts = []
    if bike.history:
        entries = [{"job": "", **entry.model_dump(mode="json")} for entry in bike.history]
        acts.append(Act(record=bike.serial, type="product.serviced", data={"entries": entries}))
    for start, end in bike.pauses:
        data = {"start": start.isoformat(), "end": end.isoformat()}
        acts.append(Act(record=bike.serial, type="product.paused", data=data))
    return acts


def _at(day: Any, clock: str) -> datetime:
    return datetime.fromisoformat(f"{day:%Y-%m-%d}T{clock}")


def _entered(
    session: Session, job: Job, day: DemoDay, step: str, entered: dict[str, Any]
) -> dict[str, Any]:
    """A filled-in form: what the app suggests, what is always entered, what is entered now."""
    return suggest(job, step, session.today) | day.routine.get(step, {}) | entered


# -- the day -------------------------------------------------------------------------------


@dataclass(frozen=True)
class PlayStep:
    """One step of the day as it was done. `job` is as it stands after the step.

    `shows` says what the job's story is about. `decision` is the whole record of what the
    rules said, where the step asked them (decide, survey, open_complaint).
    """

    job: Job
    shows: str
    step: str
    by: str
    at: datetime
    decision: Decision | None = None


Telephone = Callable[[str, SettledCharge | None], str]
"""Who answers a challenge with its code, for an outcome of the lines left open."""


def play_day(session: Session, lang: Lang, telephone: Telephone) -> Iterator[PlayStep]:
    """Do the rest of every job of the morning that `seed_day` set up, step by step.

    The story has its own clock, from nine o'clock on. Approval comes by `telephone`, so the home
    must be enrolled: raises `Fault` (`no_approval_key`) if it is not.
    """
    day = demo_day(session, lang)
    clock = StoryClock(session.clock().replace(hour=9, minute=0, second=0, microsecond=0))
    playing = replace(session, clock=clock)
    ids = session.store.setting(JOBS, {})
    for story in day.jobs:
        yield from _Player(playing, clock, day, story, ids[story.key], telephone).play()


_MINUTES = {"arrive": 3, "diagnose": 6, "repair": 10, "take_in": 3, "hand_back": 2}
"""How long a step takes; one minute unless it is here."""
_DRIVE = 5
"""Minutes to the next customer."""


@dataclass
class _Player:
    """One job being played."""

    session: Session
    clock: StoryClock
    day: DemoDay
    story: Story
    job_id: str
    telephone: Telephone

    def play(self) -> Iterator[PlayStep]:
        """The rest of the job."""
        waiting = list(self.story.extra)
        job = self._meet(job_commands.job(self.session, self.job_id))
        while (step := next_step(job)) is not None and step.key != self.story.stop_before:
            extra = next((one for one in waiting if one.before == step.key), None)
            if extra is not None:
                waiting.remove(extra)
                done = self._do(job, extra.do, extra.enter)
            else:
                done = self._do(job, step.key, self.story.enter.get(step.key, {}))
            job = done.job
            yield done
        for doing in self.story.last:
            done = self._do(job, doing.do, doing.enter)
            job = done.job
            yield done

    def _meet(self, job: Job) -> Job:
        """Be at the customer's at the agreed time."""
        self.clock.pass_minutes(_DRIVE)
        if job.appointment is not None and job.appointment.on == self.session.today:
            self.clock.wait_for(_at(job.appointment.on, job.appointment.time_from))
        return job

    def _do(self, job: Job, step: str, entered: dict[str, Any]) -> PlayStep:
        if step == "answer_approval":
            entered = self._call_outlet_head(job, entered) | entered
        values = _entered(self.session, job, self.day, step, entered)
        self.clock.pass_minutes(_MINUTES.get(step, 1))
        done = job_commands.do_step(self.session, job.id, step, values)
        decision = _decision_at(self.session, done, step)
        return PlayStep(
            done, self.story.shows, step, self.session.person, self.clock(), decision=decision
        )

    def _call_outlet_head(self, job: Job, entered: dict[str, Any]) -> dict[str, Any]:
        """The technician reads out the challenge, the outlet head the code for it."""
        charge = SettledCharge(entered["charge"]) if "charge" in entered else None
        code = self.telephone(challenge(self.session, job), charge)
        return {"answer": "approved", "by_name": self.day.outlet_head, "code": code}


def _decision_at(session: Session, job: Job, step: str) -> Decision | None:
    """The record of what the rules said at this step."""
    if step == "decide":
        return job_commands.full_decision(session, job)
    if step == "survey" and job.survey:
        record = job.survey.decision
    elif step == "open_complaint":
        record = job.complaints[-1].decision
    else:
        return None
    return Decision.model_validate(record) if record else None
