"""What people do: plausible work through the services, mistakes, and records that are poison."""

import io
from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from fieldkit.domain.core.errors import BadInput, NotFound, Refused
from fieldkit.domain.core.event import Act, Author, RecordKind, Role
from fieldkit.domain.job.model import Job, Status
from fieldkit.domain.job.steps import next_step
from fieldkit.domain.job.suggestions import suggest
from fieldkit.office.desk import conflicts, desk
from fieldkit.office.desk.correct_records import merge_customers
from fieldkit.office.exchange import held_events
from fieldkit.office.exchange.judge_batch import NOT_CORRECTABLE
from fieldkit.office.tables import documents
from fieldkit.office.watch.self_checks import check_all
from fieldkit.services.home.session import Session
from fieldkit.services.jobs import correct_records, job_commands, records
from tests.simulation.laptop import Laptop
from tests.simulation.office import Office
from tests.simulation.world import World

TECHNICIANS = ("anna", "bert")
DESK = "mei"
SERIALS = ("C24-2501-00001", "C24-2501-00002")
TOO_LONG = "x" * 300
"""No database could hold this as a record's id: nothing can ever be recorded of it."""

_LINE = {"component": "controller", "fault": "no_output", "cause": "manufacturing"}
_ENTERED: dict[str, dict[str, Any]] = {
    "dispatch": {"technician": "anna"},
    "diagnose": {"lines": [_LINE]},
    "accept": {"consent": "signed"},
    "repair": {"tested": True, "tidy": True, "work_done": "repaired and tested"},
    "sign": {"name": "Test Customer", "consent": True},
    "survey": {"declined": True},
}


def someone_works(world: World, laptop: Laptop) -> None:
    """One thing that the person at this laptop does; what is not allowed now is not done."""
    weights = [weight for weight, _ in _DOINGS.values()]
    (what,) = world.random.choices(list(_DOINGS), weights)
    world.tell(f"{laptop.name}: {what}")
    try:
        _DOINGS[what][1](world, laptop)
    except (Refused, BadInput, NotFound) as refusal:
        world.tell(f"not done: {refusal.key}")
    laptop.note_acknowledged()


def _some_job(world: World, session: Session) -> Job:
    found = session.store.ledger.rows(RecordKind.JOB)
    if not found:
        raise NotFound("job", "")
    return job_commands.job(session, world.random.choice(found)["id"])


def _register(world: World, laptop: Laptop) -> None:
    customers = laptop.store.ledger.rows(RecordKind.CUSTOMER)
    if not customers:
        raise NotFound("customer", "")
    customer = world.random.choice(customers)["id"]
    values = {"symptom": "does not run"}
    serial = world.random.choice(SERIALS)
    world.jobs.append(job_commands.register_job(laptop.session, values, customer, serial).id)


def _work(world: World, laptop: Laptop) -> None:
    """The next steps of a job, as many as are done at one go."""
    job = _some_job(world, laptop.session)
    for _ in range(world.random.randint(1, 8)):
        step = next_step(job)
        if step is None or step.key == "submit":
            return
        world.wait(300)
        values = suggest(job, step.key, laptop.session.today) | _ENTERED.get(step.key, {})
        job = job_commands.do_step(laptop.session, job.id, step.key, values)


def _note(world: World, laptop: Laptop) -> None:
    job = _some_job(world, laptop.session)
    job_commands.do_step(laptop.session, job.id, "note", {"text": f"note {world.random.random()}"})


def _attach(world: World, laptop: Laptop) -> None:
    """A photograph; one is larger than a part of an upload."""
    job = _some_job(world, laptop.session)
    size = world.random.choice([100, 9_000, 9_000, 300_000])
    content = world.random.randbytes(size)
    kept = laptop.store.attachments.add(io.BytesIO(content))
    values = {"sha256": kept.sha256, "size": kept.size, "name": "photo.jpg"}
    job_commands.do_step(laptop.session, job.id, "attach", values)


def _undo(world: World, laptop: Laptop) -> None:
    job_commands.undo_step(laptop.session, _some_job(world, laptop.session).id)


def _amend(world: World, laptop: Laptop) -> None:
    job = _some_job(world, laptop.session)
    changes = {"fault_confirmed": f"said again {world.random.random()}"}
    job_commands.amend_step(laptop.session, job.id, "appointment", changes)


def _cancel(world: World, laptop: Laptop) -> None:
    job = _some_job(world, laptop.session)
    job_commands.do_step(laptop.session, job.id, "cancel", {"reason": "not wanted any more"})


def _say(laptop: Laptop, act: Act, role: Role | None = None) -> None:
    author = laptop.session.author()
    stated = Author(by=author.by, role=role or author.role, at=author.at)
    laptop.store.ledger.commit([act], stated)


def _poison(world: World, laptop: Laptop) -> None:
    """What no honest program records: the office rejects it, and what follows on it waits."""
    job = _some_job(world, laptop.session).id
    note = Act(record=job, type="job.note_added", data={"text": "poison"})
    kind = world.random.randrange(4)
    if kind == 0:
        _say(laptop, Act(record=job, type="job.submitted", data={"received_on": "2026-03-02"}))
    elif kind == 1:
        _say(laptop, Act(record=TOO_LONG, type="job.note_added", data={"text": "nowhere"}))
    elif kind == 2 and laptop.session.role is Role.TECHNICIAN:
        _say(laptop, note, Role.SUPERVISOR)
    else:
        events = laptop.store.db.table("events")
        foreign = [row.doc_id for row in events if row["record"] != job]
        if not foreign:
            raise NotFound("event", "")
        _say(laptop, note.model_copy(update={"replaces": str(world.random.choice(foreign))}))


def _odd(world: World, laptop: Laptop) -> None:
    """What this version cannot read is kept and handed on all the same."""
    job = _some_job(world, laptop.session).id
    kind = world.random.randrange(3)
    if kind == 0:
        _say(laptop, Act(record=job, type="job.note_added", data={"text": {"no": "text"}}))
    elif kind == 1:
        _say(laptop, Act(record=job, type="job.sent_by_drone", data={"height": 80}))
    else:
        _say(laptop, Act(record="D1", type="drone.charged", data={"percent": 4}))


def _newcomer(world: World, laptop: Laptop) -> None:
    """Somebody is registered, perhaps again."""
    card = {"name": "Second Customer", "phone": f"1380013800{world.random.randrange(10)}"}
    records.register_customer(laptop.session, card)


def _merge(world: World, laptop: Laptop) -> None:
    """Two customers are one, or are two after all."""
    found = laptop.store.ledger.rows(RecordKind.CUSTOMER)
    if len(found) < 2:
        raise NotFound("customer", "")
    one, other = (str(row["id"]) for row in world.random.sample(found, 2))
    if world.chance(0.3):
        correct_records.unmerge_customer(laptop.session, one)
    else:
        correct_records.merge_customers(laptop.session, one, other)


def _hostile(world: World, laptop: Laptop) -> None:
    """Whoever has this laptop writes events by hand: about others' jobs, in others' names, of
    other days, against flags and verdicts."""
    known = [str(row["id"]) for row in laptop.store.ledger.rows(RecordKind.JOB)]
    theirs = sorted({*known, *world.jobs})
    if not theirs:
        raise NotFound("job", "")
    job = world.random.choice(theirs)
    what = world.random.choice(list(_HOSTILE))
    world.tell(f"hostile: {what}")
    data = dict(_HOSTILE[what][1])
    if what == "names":
        named = {"id": world.random.choice(SERIALS), "serial": "?", "model": "M1"}
        data["product"], job = named, laptop.session.new_id()
    author = laptop.session.author()
    by = {"office": "office", "stranger": "somebody else"}.get(what, author.by)
    at = author.at.replace(year=2020) if what == "backdated" else author.at
    role = Role.TECHNICIAN if author.role is Role.TECHNICIAN else author.role
    act = Act(record=job, type=_HOSTILE[what][0], data=data)
    laptop.store.ledger.commit([act], Author(by=by, role=role, at=at))


_HOSTILE: dict[str, tuple[str, dict[str, Any]]] = {
    "settles": ("job.conflict_resolved", {"flag": "decision_unknown_rules", "note": "fine"}),
    "flags": ("job.flagged", {"flag": "x", "cause": "x"}),
    "silences": ("job.escalation_told", {"level": "E", "department": "safety"}),
    "office": ("job.note_added", {"text": "in the name of the office"}),
    "stranger": ("job.note_added", {"text": "in another name"}),
    "backdated": ("job.note_added", {"text": "of another year"}),
    "quotes": ("job.quoted", {"total_fen": 0}),
    "completes": ("job.completed", {"summary": "done"}),
    "cancels": ("job.cancelled", {"reason": "not wanted"}),
    "takes over": ("job.dispatched", {"technician": "bert"}),
    "approves": ("job.approval_answered", {"answer": "approved", "code": "00000000"}),
    "names": ("job.registered", {"symptom": "dead", "reported_on": "2026-03-02"}),
}
"""What a laptop says that is not to be trusted: the type of the event, and its data."""

_DOINGS: dict[str, tuple[int, Callable[[World, Laptop], None]]] = {
    "register": (2, _register),
    "work": (8, _work),
    "note": (4, _note),
    "attach": (3, _attach),
    "undo": (1, _undo),
    "amend": (1, _amend),
    "cancel": (1, _cancel),
    "poison": (1, _poison),
    "odd": (1, _odd),
    "newcomer": (1, _newcomer),
    "merge": (1, _merge),
    "hostile": (2, _hostile),
}


def correct(laptop: Laptop) -> int:
    """Put a note in the place of what the office refused, where that can be; how many."""
    receipts = laptop.store.exchange.receipts
    refused = [
        one
        for one in receipts.rejected()
        if one.record != TOO_LONG and one.reason not in NOT_CORRECTABLE
    ]
    for one in refused:
        note = {"text": "corrected"}
        _say(laptop, Act(record=one.record, type="job.note_added", data=note, replaces=one.event))
    laptop.note_acknowledged()
    return len(refused)


def office_works(world: World, side: Office) -> None:
    """One thing that the people at the office do."""
    what = world.random.choice(
        ["dispatch", "dispatch", "promise", "note", "cancel", "look", "held", "merge"]
    )
    world.tell(f"office: {what}")
    found = desk.list_jobs(side.office)
    if not found:
        return
    job = _one_to_cancel(world, found) if what == "cancel" else world.random.choice(found).id
    try:
        if what == "dispatch":
            desk.dispatch(side.office, job, world.random.choice(TECHNICIANS))
        elif what == "look":
            _look(world, side)
        elif what == "held":
            _settle_held(world, side)
        elif what == "merge":
            _merge_at_office(world, side)
        else:
            desk.do_step(side.office, job, *_SAID[what], by="boss")
    except (Refused, BadInput, NotFound) as refusal:
        world.tell(f"not done: {refusal.key}")


def _one_to_cancel(world: World, found: list[Job]) -> str:
    """Rather one on which somebody is at work: she hears of it later."""
    under_way = [job for job in found if job.status in (Status.ARRIVED, Status.DISPATCHED)]
    return world.random.choice(under_way or found).id


def _settle_held(world: World, side: Office) -> None:
    """What laptops sent and does not count: dismissed, or what is held released."""
    aside = held_events.list_set_aside(side.office)
    if not aside:
        return
    one = world.random.choice(aside)
    what = "release" if one.status == "held" and world.chance(0.5) else "dismiss"
    world.tell(f"{what} {one.type}", counted=True)
    getattr(held_events, what)(side.office, one.event, "boss")


def _merge_at_office(world: World, side: Office) -> None:
    with side.office.db.reading() as conn:
        of_customers = select(documents.c.record).where(documents.c.kind == RecordKind.CUSTOMER)
        known = list(conn.scalars(of_customers.order_by(documents.c.record)))
    if len(known) > 1:
        one, other = world.random.sample(known, 2)
        merge_customers(side.office, one, other, "boss")


_SAID: dict[str, tuple[str, dict[str, Any]]] = {
    "promise": ("change_promise", {"promised_on": "2026-03-09", "reason": "part is late"}),
    "note": ("note", {"text": "the customer has called"}),
    "cancel": ("cancel", {"reason": "customer has called"}),
}


def _look(world: World, side: Office) -> None:
    """Verdicts are judged again (the office has no rules here, and says so), flags settled."""
    check_all(side.office, lambda sha256: None)
    for conflict in conflicts.list_conflicts(side.office)[:1]:
        conflicts.resolve(side.office, conflict.record, conflict.flag, "seen")
