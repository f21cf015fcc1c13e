"""Builders that every suite may use: people, products, decisions, and a walk through a job.

    walk = Walk(kind=JobKind.REPAIR, decision=decision(verdict(1, "paid")))
    walk.to("sign")            # does what comes next until the customer has signed
    walk.do("pay")             # one step with plausible input
    walk.finish()              # until the job is completed

A walk is a device that records: it stamps the acts of the commands, keeps the events of the job
in `events` and those of other records in `beside`, and lets a minute pass with each step.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any
from uuid import UUID

from fieldkit.domain.core.catalogue import Both, Part
from fieldkit.domain.core.decision import (
    Approval,
    Charge,
    Decision,
    LineDecision,
    PackRef,
    Remedy,
    Text,
)
from fieldkit.domain.core.event import Act, Author, Event, Role, digest
from fieldkit.domain.core.job_codes import JobKind, ServiceMode, SettledCharge
from fieldkit.domain.job.approval_outcome import undecided
from fieldkit.domain.job.commands import perform, register
from fieldkit.domain.job.context import Context
from fieldkit.domain.job.fold import JOB
from fieldkit.domain.job.model import CLOSED, Job, Status
from fieldkit.domain.job.phone_approval import PhoneKey, challenge_for
from fieldkit.domain.job.preconditions import remedies
from fieldkit.domain.job.steps import BY_KEY, State, blocked, next_step, path
from fieldkit.domain.job.suggestions import needed_parts
from fieldkit.domain.records.customer_product import Customer, Product
from fieldkit.domain.records.product_registration import Proof
from fieldkit.domain.records.serial_doubts import Serials


def part(sku: str, component: str, *substitutes: str) -> Part:
    """A part at 100.00 that takes 30 minutes."""
    return Part(
        sku=sku,
        name=Both(en=sku, zh=sku),
        price_fen=10_000,
        labour_minutes=30,
        component=component,
        substitutes=substitutes,
        source="",
    )


CHINA = timezone(timedelta(hours=8))
MORNING = datetime(2026, 11, 5, 9, 0, tzinfo=CHINA)
TECHNICIAN, SUPERVISOR, DESK = "li", "wang", "chen"
PARTS = {
    "P-CTL350": part("P-CTL350", "controller"),
    "P-PAD": part("P-PAD", "wearing"),
    "P-BAT24": part("P-BAT24", "battery"),
    "P-BAT12": part("P-BAT12", "battery", "P-BAT24"),
}
PHONE_KEY = PhoneKey("laptop-1", bytes(range(32)))


def new_ids(start: int = 1) -> Callable[[], str]:
    """Ids in order: the UUIDs 1, 2, 3 ..."""
    numbers = iter(range(start, start + 1_000_000))
    return lambda: str(UUID(int=next(numbers)))


def customer(**values: Any) -> Customer:
    """A customer with a telephone."""
    return Customer.model_validate({"id": "c-1", "name": "Zhao", "phone": "000-000-000"} | values)


def product(**values: Any) -> Product:
    """A product in its first year, with its papers and a known history."""
    known = {
        "id": "SN100",
        "serial": "SN100",
        "model": "TDT-350",
        "purchase_date": "2026-02-10",
        "proof": Proof.INVOICE_AND_CARD,
        "history_known": True,
    }
    return Product.model_validate(known | values)


def verdict(line: int = 1, charge: Charge = "free", remedy: Remedy | None = None) -> LineDecision:
    """A line decided: a part of 100.00 and labour of 30.00, of which goodwill is half the part."""
    pays = {"paid": (10_000, 3_000), "goodwill": (5_000, 0)}.get(charge, (0, 0))
    nothing = charge in ("not_a_defect", "pending", "needs_supervisor")
    return LineDecision(
        line=line,
        charge=charge,
        remedy=remedy or ("none" if nothing else "replace_part"),
        covered_until=None,
        claim_until=None,
        part_fen=10_000,
        labour_fen=3_000,
        part_payable_fen=pays[0],
        labour_payable_fen=pays[1],
        customer_pays_fen=sum(pays),
        coverage="in_term",
        rule=f"rule-{charge}",
        coverage_rule="in-term",
        because=Text(en="Because.", zh="因为。"),
        facts={"component": "controller"},
    )


def decision(
    *lines: LineDecision,
    approval: Approval = "none",
    options: tuple[str, ...] = (),
    call_out_fen: int = 0,
    concession_fen: int = 0,
) -> Decision:
    """A decision about a job."""
    pack = PackRef(name="default", revision=7, sha256="0" * 64)
    return Decision(
        record="job",
        pack=pack,
        today_pack=pack,
        report_date=MORNING.date(),
        today=MORNING.date(),
        recorded={"record": "job"},
        facts={"line_count": len(lines)},
        hits=(),
        lines=lines,
        call_out_fen=call_out_fen,
        total_fen=sum(line.customer_pays_fen for line in lines) + call_out_fen,
        concession_fen=concession_fen,
        remedy_options=options,
        approval=approval,
    )


def phone_code(job: Job, charge: SettledCharge | None = None) -> str:
    """The code that a supervisor would give for the open request of a job."""
    asked = job.open_approval
    if asked is None:
        return ""
    settled = SettledCharge(charge) if charge and asked.left_open else None
    return PHONE_KEY.code(challenge_for(PHONE_KEY.device, job.number, asked), settled)


def plausible(job: Job, key: str, ctx: Context) -> dict[str, Any]:
    """What a person may well enter for a step of this job."""
    today = ctx.today.isoformat()
    if key == "diagnose":
        count = len(ctx.decision.lines) if ctx.decision else 1
        line = {"component": "controller", "cause": "manufacturing", "part": "P-CTL350"}
        return {"lines": [line] * count, "findings": "no output"}
    if key == "choose_remedy":
        offered = sorted(remedies(job)) or ["repair"]
        return {"remedy": "repair" if "repair" in offered else offered[0]}
    if key == "answer_approval":
        settles = job.decision is not None and undecided(job.decision)
        charge = SettledCharge.PAID if settles else None
        answer = {"answer": "approved", "by_name": "Wang", "code": phone_code(job, charge)}
        return answer | ({"charge": charge.value} if charge else {})
    if key == "pay":
        return {"amount_fen": job.owed_fen}
    if key == "deposit":
        return {"amount_fen": min(job.owed_fen, 5_000)}
    if key == "give_away":
        given = {"amount_fen": min(job.owed_fen, 500)} if job.owed_fen else {}
        return {"reason": "waited long", "parts": [{"part": "P-PAD"}], **given}
    if key == "repair":
        used = [{"part": line.part, "quantity": line.quantity} for line in needed_parts(job)]
        return {"work_done": "controller replaced", "parts": used}
    return {name: value(today) if callable(value) else value for name, value in _FORMS[key].items()}


def _day(today: str) -> str:
    return today


_FORMS: dict[str, dict[str, Any]] = {
    "register": {"symptom": "does not start", "distance_km": 4},
    "dispatch": {"technician": TECHNICIAN},
    "contact": {"outcome": "no_answer"},
    "appoint": {"on": _day},
    "arrive": {"distance_km": 4},
    "decide": {},
    "request_approval": {
        "approver": "supervisor",
        "amount_fen": 250_000,
        "reason": "beyond my limit",
    },
    "request_goodwill": {"approver": "supervisor", "amount_fen": 20_000, "reason": "came twice"},
    "pay_later": {"terms": "on_account", "due_on": _day},
    "reverse_payment": {"reason": "paid by card"},
    "reverse_refund": {"reason": "wrong amount"},
    "official_invoice": {"official_number": "25312000000012345678"},
    "credit_invoice": {"reason": "wrong tax number"},
    "quote": {},
    "accept": {"by_name": "Zhao"},
    "decline": {"reason": "too dear"},
    "take_in": {"reason": "bench test", "condition": "scratched", "promised_on": _day},
    "exchange": {"new_serial": "sn200", "on": _day},
    "refund": {"amount_fen": 250_000},
    "receive_old": {"condition": "complete"},
    "hand_back": {"condition": "works", "received_by": "Zhao", "on": _day},
    "enter_card": {"on": _day, "content": "controller replaced"},
    "sign": {"name": "Zhao", "consent": True},
    "invoice": {},
    "survey": {"attitude": 5, "skill": 5, "punctuality": 4, "service_item": 5},
    "complete": {"summary": "done"},
    "submit": {"received_on": _day},
    "note": {"text": "gate code 12"},
    "attach": {"sha256": "a" * 64, "name": "photo.jpg"},
    "fetch_part": {"part": "P-CTL350"},
    "return_part": {"part": "P-CTL350"},
    "change_promise": {"promised_on": _day, "reason": "part late"},
    "ask_help": {"question": "which hall sensor?"},
    "order_part": {"part": "P-CTL350", "expected_on": _day},
    "log_blocker": {"department": "parts", "text": "no stock"},
    "resolve_blocker": {"how": "it came"},
    "open_complaint": {"text": "came late"},
    "carry_forward": {"reason": "dark", "until": _day},
    "cancel": {"reason": "customer moved away"},
}


class Walk:
    """One job, done step by step as a person would do it. See the module's text."""

    def __init__(
        self,
        kind: JobKind = JobKind.REPAIR,
        mode: ServiceMode = ServiceMode.HOME_VISIT,
        decision: Decision | None = None,
        product: Product | None = None,
        device: str = "d1",
        serials: Serials | None = None,
    ) -> None:
        self.serials = serials
        self.new_id = new_ids()
        self.id = self.new_id()
        self.device = device
        self.decision = decision
        self.now = MORNING
        self.goodwill_limit_fen = 100_000_000
        self.events: list[Event] = []
        self.beside: list[Event] = []
        self.job = JOB.fold(self.id, [])
        self._seq, self._head = 0, ""
        form = {"kind": kind, "mode": mode, **plausible(self.job, "register", self.context())}
        ctx = self.context(Role.DESK, DESK)
        mine = product or globals()["product"]()
        self.record(register(form, customer(), mine, self.id, ctx), ctx.author)

    def context(self, role: Role = Role.TECHNICIAN, by: str = TECHNICIAN) -> Context:
        """What a command gets from outside, for this person, now."""
        return Context(
            author=Author(by=by, role=role, at=self.now),
            new_id=self.new_id,
            decision=self.decision,
            parts=PARTS,
            phone_key=PHONE_KEY,
            tax_percent=13,
            goodwill_limit_fen=self.goodwill_limit_fen,
            serials=self.serials,
        )

    def do(
        self,
        key: str,
        values: Mapping[str, Any] | None = None,
        role: Role = Role.TECHNICIAN,
        by: str = TECHNICIAN,
    ) -> Job:
        """Do a step; `values` are added to plausible input. Raises what the command raises."""
        ctx = self.context(Role.SCRIPT if BY_KEY[key].roles else role, by)
        form = plausible(self.job, key, ctx) | dict(values or {})
        if key == "answer_approval" and "code" not in (values or {}):
            form["code"] = phone_code(self.job, form.get("charge"))
        self.record(perform(self.job, key, form, ctx), ctx.author)
        return self.job

    def to(self, key: str) -> Job:
        """Do what comes next until the step `key` is done."""
        while (step := self.next()) is not None:
            self.do(step)
            if step == key:
                return self.job
        raise AssertionError(f"{key} never came next")

    def finish(self) -> Job:
        """Do what comes next until the job is closed; what is pending is settled by asking."""
        while self.job.status not in CLOSED:
            self.do(self.next() or "request_approval")
        if self.job.status is Status.COMPLETED and self.job.owed_fen and not self.job.deferral:
            self.do("pay")  # a payment was reversed after the end
        return self.job

    def next(self) -> str | None:
        """The key of the step that comes next."""
        step = next_step(self.job)
        return step.key if step else None

    def record(self, acts: list[Act], author: Author | None = None) -> list[Event]:
        """Stamp acts and apply them; a minute passes."""
        new = [self.stamp(act, author or self.context().author) for act in acts]
        mine = [event for event in new if event.record == self.id]
        self.events += mine
        self.beside += [event for event in new if event.record != self.id]
        if JOB.extends(mine):
            for event in mine:
                self.job = JOB.evolve(self.job, event)
        else:
            self.job = JOB.fold(self.id, self.events)
        self.now += timedelta(minutes=1)
        return new

    def stamp(self, act: Act, author: Author) -> Event:
        """The event that this device makes of an act, next in its chain."""
        self._seq += 1
        event = Event(
            id=self.new_id(),
            at=author.utc,
            offset=author.offset,
            by=author.by,
            role=author.role,
            device=self.device,
            epoch="e1",
            seq=self._seq,
            prev=self._head,
            **act.model_dump(),
        )
        self._head = digest(event.to_bytes())
        return event


def why(job: Job, key: str, role: Role = Role.TECHNICIAN) -> str | None:
    """The key of the reason why a step is not allowed now."""
    reason = blocked(job, BY_KEY[key], role)
    return reason.key if reason else None


def nexts(job: Job) -> list[str]:
    """The keys of the steps that come next."""
    return [view.step.key for view in path(job) if view.state is State.NEXT]


def events_of(walk: Walk) -> list[str]:
    """The types of the events of a walk, without their kind."""
    return [event.type.removeprefix("job.") for event in walk.events]
