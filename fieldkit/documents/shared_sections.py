"""What papers are made from, and the sections that several of them have."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from fieldkit.documents.model import Block, Box, Cards, Fact, Facts, Paper, PaperKind
from fieldkit.domain.core.catalogue import Catalogue
from fieldkit.domain.core.decision import Hit
from fieldkit.domain.core.local_time import window_text
from fieldkit.domain.job.model import Job
from fieldkit.domain.job.step_events import TakenIn
from fieldkit.i18n import Lang, say, say_date, say_moment, say_money, say_value

_BETWEEN: dict[Lang, str] = {"en": ", ", "zh": "、"}


@dataclass(frozen=True)
class Basis:
    """A job, the catalogue that names its codes, and the language of the paper.

    `hits` are those of the job's full decision record: they hold the reason of the call-out.
    """

    job: Job
    catalogue: Catalogue
    lang: Lang
    hits: tuple[Hit, ...] = ()

    def say(self, key: str, /, **params: object) -> str:
        """A message in the language of the paper."""
        return say(key, self.lang, **params)

    def value(self, value: str, field: str = "") -> str:
        """A value of the code's own lists."""
        return say_value(value, self.lang, field)

    def named(self, source: str, code: str) -> str:
        """A code of the catalogue; "" stays empty."""
        return self.catalogue.name(source, code, self.lang) if code else ""

    def listed(self, source: str, codes: Iterable[str]) -> str:
        """Several codes of the catalogue in one text."""
        return self.joined(*(self.named(source, code) for code in codes))

    def joined(self, *texts: str) -> str:
        """Several texts as a list of words."""
        return _BETWEEN[self.lang].join(texts)

    def day(self, day: date | None) -> str:
        """A day; "" where there is none."""
        return say_date(day, self.lang) if day else ""

    def moment(self, moment: datetime | None) -> str:
        """A day and a time; "" where there is none."""
        return say_moment(moment, self.lang) if moment else ""

    def money(self, fen: int) -> str:
        """An amount."""
        return say_money(fen, self.lang)

    def yes(self, answer: bool) -> str:
        """Yes or no."""
        return self.value("yes" if answer else "no")

    def card(self, heading: str, facts: Iterable[Fact]) -> Facts:
        """Facts under a heading; what is empty is left out."""
        return Facts(self.say(heading), tuple(fact for fact in facts if fact.text))

    def fact(self, label: str, text: str) -> Fact:
        """A fact with the label of a form's field."""
        return Fact(self.say(f"label.{label}"), text)


def in_columns(facts: Iterable[Fact]) -> list[Block]:
    """Facts side by side, three in a row, without a heading; what is empty is left out."""
    cards = [Facts("", (fact,)) for fact in facts if fact.text]
    cards += [Facts("", ())] * (-len(cards) % 3)
    return [Cards(tuple(cards[at : at + 3])) for at in range(0, len(cards), 3)]


def paper(basis: Basis, kind: PaperKind, reference: str, blocks: Iterable[Block]) -> Paper:
    """The paper with its head."""
    company = basis.catalogue.company
    outlet = basis.job.customer.area if basis.job.customer else ""
    contact = [outlet]
    issuer = outlet
    if company:
        issuer = company.name.say(basis.lang)
        phone = basis.say("paper.complaint_phone", phone=company.complaint_phone)
        contact += [company.address.say(basis.lang), phone]
    return Paper(
        kind=kind,
        lang=basis.lang,
        number=basis.job.number,
        issuer=issuer,
        contact=" · ".join(part for part in contact if part and part != issuer),
        title=basis.say(f"paper.title.{kind}"),
        reference=reference,
        blocks=tuple(blocks),
    )


def customer_card(basis: Basis) -> Facts:
    """Who the customer is."""
    customer = basis.job.customer
    facts = () if customer is None else (
        basis.fact("name", customer.name),
        basis.fact("phone", customer.phone),
        basis.fact("address", customer.address),
    )  # fmt: skip
    return basis.card("label.customer", facts)


def product_card(basis: Basis) -> Facts:
    """Which product it is, and what proves its purchase."""
    product = basis.job.product
    facts = () if product is None else (
        basis.fact("model", basis.named("model", product.model)),
        basis.fact("serial", product.serial),
        basis.fact("purchase_date", basis.day(product.purchase_date)),
        basis.fact("proof", basis.value(product.proof, "proof")),
    )  # fmt: skip
    return basis.card("label.product", facts)


def taken_in(basis: Basis, custody: TakenIn) -> str:
    """When the product was taken in: the moment, or the day where that was corrected."""
    if custody.on:
        return basis.day(custody.on)
    return basis.moment(custody.stamp.at if custody.stamp else None)


def visit_card(basis: Basis) -> Facts:
    """What the job is, and who came when."""
    job = basis.job
    agreed = ""
    if job.appointment:
        hours = window_text(job.appointment.time_from, job.appointment.time_to)
        agreed = f"{basis.day(job.appointment.on)} {hours}"
    arrived = job.arrival.stamp.at if job.arrival and job.arrival.stamp else None
    facts = (
        basis.fact("number", job.number),
        basis.fact("kind", basis.joined(basis.value(job.kind), basis.value(job.mode))),
        basis.fact("technician", job.technician),
        Fact(basis.say("paper.appointment"), agreed),
        Fact(basis.say("paper.arrived"), basis.moment(arrived)),
    )
    return basis.card("label.job", facts)


def people(basis: Basis) -> Cards:
    """Customer, product and job side by side."""
    return Cards((customer_card(basis), product_card(basis), visit_card(basis)))


def technician_box(basis: Basis) -> Box:
    """Where the technician signs."""
    return Box(basis.say("paper.sign.technician"), basis.job.technician)


def customer_box(basis: Basis) -> Box:
    """Where the customer signs by hand."""
    return Box(basis.say("paper.sign.customer"))
