"""Hypothesis strategies: jobs that wander through the flow, and what a bad merge makes of them."""

from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from fieldkit.domain.core.decision import Approval, Charge, Decision
from fieldkit.domain.core.event import Event, Role
from fieldkit.domain.core.job_codes import JobKind, ServiceMode
from fieldkit.domain.job.preconditions import remedies
from fieldkit.domain.job.step_events import JOB_EVENTS
from fieldkit.domain.job.steps import BY_KEY, blocked
from fieldkit.domain.record_kinds import MACHINES
from tests.domain.build import Walk, decision, verdict

CHARGES: tuple[Charge, ...] = (
    "free", "paid", "goodwill", "not_a_defect", "pending", "needs_supervisor",
)  # fmt: skip
OPTIONS = ((), ("repair",), ("refund", "exchange_bike", "repair"), ("exchange_bike",))
APPROVALS: tuple[Approval, ...] = ("none", "supervisor", "outlet_head")


@st.composite
def decisions(draw: st.DrawFn) -> Decision:
    """A decision about up to three lines, as the rules may make it."""
    charges = draw(st.lists(st.sampled_from(CHARGES), max_size=3))
    lines = [verdict(number, charge) for number, charge in enumerate(charges, start=1)]
    return decision(
        *lines,
        approval=draw(st.sampled_from(APPROVALS)),
        options=draw(st.sampled_from(OPTIONS)),
        call_out_fen=draw(st.sampled_from((0, 2_000))),
        concession_fen=draw(st.sampled_from((0, 12_000))),
    )


def possible(walk: Walk) -> list[str]:
    """The steps that may be done now, other than giving the job up."""
    return [
        key for key, step in BY_KEY.items() if key != "cancel" and blocked(walk.job, step) is None
    ]


@st.composite
def walks(draw: st.DrawFn, max_steps: int = 25) -> Walk:
    """A job of any kind, with any of the allowed steps done in any order."""
    walk = Walk(
        draw(st.sampled_from(JobKind)), draw(st.sampled_from(ServiceMode)), draw(decisions())
    )
    for _ in range(draw(st.integers(0, max_steps))):
        keys = possible(walk)
        after = walk.next()
        key = draw(st.sampled_from([after] * len(keys) + keys if after else keys))
        walk.do(key, draw(_choices(walk, key)))
    return walk


def _choices(walk: Walk, key: str) -> st.SearchStrategy[dict[str, Any]]:
    if key == "choose_remedy":
        return st.fixed_dictionaries({"remedy": st.sampled_from(sorted(remedies(walk.job)))})
    if key == "answer_approval":
        return st.sampled_from([{}, {"answer": "refused"}])
    return st.just({})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=6,
)
NAMES = sorted(
    {
        name
        for machine in MACHINES.values()
        for model in (machine.document, *machine.events.values())
        for name in model.model_fields
    }
)
MOMENTS = (
    datetime(2026, 11, 5, 1, tzinfo=UTC),
    datetime.max.replace(tzinfo=UTC),
    datetime.min.replace(tzinfo=UTC),
    datetime(2026, 11, 5, 1),
)
FOREIGN = (*JOB_EVENTS, "job.not_yet_invented", "product.serviced", "customer.amended", "", "x")


@st.composite
def merges(draw: st.DrawFn) -> list[Event]:
    """A walk's events as a bad merge may deliver them: doubled, missing, in any order, with
    strange data, moments, versions, and links to each other."""
    events = draw(walks(max_steps=15)).events
    picked = draw(st.lists(st.sampled_from(events), min_size=1, max_size=2 * len(events)))
    ids = st.sampled_from([event.id for event in events])
    return [draw(_mangled(event, ids)) if draw(st.booleans()) else event for event in picked]


@st.composite
def _mangled(draw: st.DrawFn, event: Event, ids: st.SearchStrategy[str]) -> Event:
    data = event.data | draw(st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=5), JSON))
    changes: dict[str, st.SearchStrategy[Any]] = {
        "id": ids.map(lambda one: f"{one}-other"),
        "type": st.sampled_from(FOREIGN),
        "data": st.just(data),
        "at": st.sampled_from(MOMENTS),
        "offset": st.sampled_from((0, 480, -900, 10**9)),
        "schema_version": st.sampled_from((0, 2, 99)),
        "replaces": ids,
        "by": st.sampled_from(("li", "zhou")),
    }
    names = draw(st.sets(st.sampled_from(sorted(changes)), min_size=1, max_size=3))
    if draw(st.integers(0, 5)) == 0:
        undone = {"event": draw(ids)}
        return event.model_copy(
            update={"id": f"{event.id}-undo", "type": "job.step_undone", "data": undone}
        )
    if draw(st.integers(0, 5)) == 0:
        step = draw(st.sampled_from(("request", "diagnosis", "arrival", "status", "events")))
        amended = {"step": step, "changes": data}
        return event.model_copy(
            update={"id": f"{event.id}-amend", "type": "job.amended", "data": amended}
        )
    return event.model_copy(update={name: draw(changes[name]) for name in names})


@st.composite
def garbage(draw: st.DrawFn, types: st.SearchStrategy[str]) -> Event:
    """An event of one of the types whose data may be anything, now and then even right."""
    right = {"serial": "SN1", "model": "TDT", "name": "Zhao", "phone": "000-000-000", "text": "t"}
    names = st.sampled_from(NAMES) | st.text(max_size=6) | st.just("model_dump")
    days = st.sampled_from(("2026-02-30", "2026-11-05", "0001-01-01", "2026-11-05T09:00:00Z"))
    return Event(
        id=draw(st.uuids().map(str)),
        record="record",
        type=draw(types),
        at=MOMENTS[0],
        by="li",
        role=Role.DESK,
        device="d9",
        data=(right if draw(st.booleans()) else {})
        | draw(st.dictionaries(names, JSON | days, max_size=6)),
    )
