"""What people do: plausible work through the services, mistakes, and records that are poison."""

import io
from collections.abc import Callable
from typing import Any

from fieldkit.domain.core.errors import BadInput, NotFound, Refused
from fieldkit.domain.core.event import Act, Author, RecordKind, Role
from fieldkit.domain.job.model import Job
from fieldkit.domain.job.steps import next_step
from fieldkit.domain.job.suggestions import suggest
from fieldkit.office.desk import conflicts, desk
from fieldkit.office.watch.self_checks import check_all
from fieldkit.services.home.session import Session
from fieldkit.services.jobs import job_commands
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
    job_commands.register_job(laptop.session, values, customer, world.random.choice(SERIALS))


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
}


def correct(laptop: Laptop) -> int:
    """Put a note in the place of what the office refused, where that can be; how many."""
    refused = [one for one in laptop.store.exchange.receipts.rejected() if one.record != TOO_LONG]
    for one in refused:
        note = {"text": "corrected"}
        _say(laptop, Act(record=one.record, type="job.note_added", data=note, replaces=one.event))
    laptop.note_acknowledged()
    return len(refused)


def office_works(world: World, side: Office) -> None:
    """One thing that the people at the office do."""
    what = world.random.choice(["dispatch", "dispatch", "promise", "note", "cancel", "look"])
    world.tell(f"office: {what}")
    found = desk.list_jobs(side.office)
    if not found:
        return
    job = world.random.choice(found).id
    try:
        if what == "dispatch":
            desk.dispatch(side.office, job, world.random.choice(TECHNICIANS))
        elif what == "look":
            _look(world, side)
        else:
            desk.do_step(side.office, job, *_SAID[what], by="boss")
    except (Refused, BadInput) as refusal:
        world.tell(f"not done: {refusal.key}")


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
