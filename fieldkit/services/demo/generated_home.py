"""Generated jobs with their decisions: in memory, and written into a home's store."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from fieldkit.domain.core.decision import Decision
from fieldkit.domain.core.errors import BadInput, Refused
from fieldkit.domain.core.event import Act, Author, Event, Role
from fieldkit.domain.job import commands
from fieldkit.domain.job.context import Context
from fieldkit.domain.job.fold import JOB
from fieldkit.domain.job.model import Job
from fieldkit.domain.job.steps import next_step
from fieldkit.domain.job.suggestions import suggest
from fieldkit.domain.records.customer_product import Customer, CustomerData, Product
from fieldkit.domain.records.product_registration import ProductData
from fieldkit.rules.deciding.batch import try_case
from fieldkit.rules.deciding.compiled import Compiled
from fieldkit.services.deciding.cases import job_case
from fieldkit.services.demo.generated_jobs import Made, generate
from fieldkit.services.home.session import Session
from fieldkit.services.home.trade import Trade, price_list

BATCH = 200
"""Jobs that are written in one transaction, which costs nothing beside so many."""
_DESK = "desk"
_ENTERED: Mapping[str, Mapping[str, Any]] = {
    "accept": {"consent": "signed"},
    "repair": {"tested": True, "tidy": True, "work_done": "repaired and tested"},
    "sign": {"consent": True},
    "survey": {"declined": True},
}


class BulkDecider:
    """Decides many jobs by the pack in force on the day of each report, with compiled tables."""

    def __init__(self, trade: Trade) -> None:
        self._trade = trade
        self._shelf = trade.decider.shelf
        self._prices = price_list(trade.catalogue)
        self._holidays = trade.calendar.holidays
        self._compiled = Compiled()

    def decide(self, job: Job, today: date) -> Decision:
        """The decision on a job. Not checked by the second engine, as a live one is."""
        case = job_case(job, self._trade.catalogue, today)
        pack = self._shelf.on(case.report_date or today)
        trial = try_case(case, pack, self._prices, self._holidays, today, self._compiled.evaluate)
        return trial.decision


def generate_decisions(
    trade: Trade, count: int, seed: int, day: date
) -> Iterator[tuple[str, datetime, Decision]]:
    """The decisions of generated jobs, with the id of the job and the moment of the decision."""
    decider = BulkDecider(trade)
    for made in generate(count, seed, day, trade.catalogue):
        yield made.id, made.at, decider.decide(made.job, made.at.date())


def fill_home(
    session: Session, count: int, seed: int, done: Callable[[int], None] = lambda jobs: None
) -> None:
    """Write generated jobs of the last months into the home, each played through the flow as far
    as the technician may go alone. `done` is called with how many there are. Raises `Fault`."""
    decider = BulkDecider(session.trade)
    jobs = generate(count, seed, session.today, session.catalogue)
    written = 0
    while batch := list(islice(jobs, BATCH)):
        with session.store.writing():
            for made in batch:
                _write(session, decider, made)
        written += len(batch)
        done(written)


def _write(session: Session, decider: BulkDecider, made: Made) -> None:
    desk = Author(by=_DESK, role=Role.SCRIPT, at=made.at - timedelta(hours=1))
    technician = Author(by=session.person, role=session.role, at=made.at)
    play = _Play(session, decider, made)
    commit = session.store.ledger.commit
    commit(play.opened(desk), desk)
    commit(play.visited(technician), technician)


@dataclass
class _Play:
    """One job being played in memory; what it answers are the acts."""

    session: Session
    decider: BulkDecider
    made: Made

    def opened(self, desk: Author) -> list[Act]:
        """What the desk records: customer, product with its history, and the job."""
        made = self.made
        customer_id = made.customer_id
        customer = CustomerData.model_validate(made.customer)
        product = ProductData.model_validate({**made.product, "customer": customer_id})
        serial = product.serial.upper()
        known = {"id": serial, "history": made.history, **_dump(product)}
        acts = [
            Act(record=customer_id, type="customer.registered", data=_dump(customer)),
            Act(record=serial, type="product.registered", data=_dump(product)),
        ]
        if made.history:
            entries = [{**entry, "on": entry["on"].isoformat()} for entry in made.history]
            acts.append(Act(record=serial, type="product.serviced", data={"entries": entries}))
        context = Context(desk, self.session.new_id)
        acts += commands.register(
            made.request,
            Customer.model_validate({"id": customer_id, **_dump(customer)}),
            Product.model_validate(known),
            made.id,
            context,
        )
        self.job = _evolved(Job(id=made.id), acts, desk)
        sent = {"technician": self.session.person}
        acts += self._done("dispatch", sent, context)
        return acts

    def visited(self, technician: Author) -> list[Act]:
        """What the technician records, step by step, until another person is needed."""
        acts: list[Act] = []
        while (step := next_step(self.job)) is not None and step.key != "submit":
            day = technician.at.date()
            decision = None
            if step.key == "decide" or (step.key == "complete" and self.job.decision is None):
                decision = self.decider.decide(self.job, day)
            context = Context(technician, self.session.new_id, decision)
            routine = _ENTERED.get(step.key, {})
            entered = dict(self.made.diagnosis if step.key == "diagnose" else routine)
            try:
                acts += self._done(step.key, suggest(self.job, step.key, day) | entered, context)
            except (Refused, BadInput):
                break  # here the supervisor or the customer has to say something
        return acts

    def _done(self, key: str, values: Mapping[str, Any], context: Context) -> list[Act]:
        acts = commands.perform(self.job, key, values, context)
        self.job = _evolved(self.job, acts, context.author)
        return acts


def _evolved(job: Job, acts: Iterable[Act], author: Author) -> Job:
    """The job after the acts that concern it."""
    for act in acts:
        if act.record == job.id:
            event = Event(
                id="", record=act.record, type=act.type, at=author.utc, offset=author.offset,
                by=author.by, role=author.role, device="", data=act.data,
            )  # fmt: skip
            job = JOB.evolve(job, event)
    return job


def _dump(data: Any) -> dict[str, Any]:
    dumped: dict[str, Any] = data.model_dump(mode="json", exclude_none=True)
    return dumped
