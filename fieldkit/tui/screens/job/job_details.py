"""The right half of the job screen: what is dangerous first, then the verdict, then the rest."""

from fieldkit.domain.core.catalogue import Catalogue
from fieldkit.domain.core.local_time import window_text
from fieldkit.domain.job.bill import bill_of
from fieldkit.domain.job.filled_values import superseded
from fieldkit.domain.job.holdups import hold_ups
from fieldkit.domain.job.model import Job
from fieldkit.domain.records.customer_product import Product
from fieldkit.i18n import (
    Lang,
    say,
    say_date,
    say_flag,
    say_moment,
    say_money,
    say_size,
    say_value,
)
from fieldkit.i18n.corrections import say_corrections
from fieldkit.i18n.money import say_not_fitted
from fieldkit.services.jobs.blockers import say_order
from fieldkit.tui.text.lines import Line, labelled, listed, paragraph
from fieldkit.tui.text.verdict_lines import alarm_lines, source_lines, verdict_lines

_LABELS = 11  # cells: the longest label, and a space


class Details:
    """The details of one job, as lines of a width."""

    def __init__(
        self, job: Job, catalogue: Catalogue, lang: Lang, product: Product | None = None
    ) -> None:
        self.job = job
        self.product = product  # as it is known now, not as the job was given it
        self.catalogue = catalogue
        self.lang: Lang = lang

    def lines(self, cells: int) -> list[Line]:
        """Everything, the most urgent first."""
        parts = [
            alarm_lines(self.job, self.catalogue, self.lang, cells),
            self._attention(cells),
            self._verdict(cells),
            self._approval(cells),
            self._remedy(cells),
            self._money(cells),
            self._appointment(cells),
            self._customer(cells),
            self._product(cells),
            self._request(cells),
            self._work(cells),
            self._corrections(cells),
            self._files(cells),
            self._notes(cells),
        ]
        lines: list[Line] = []
        for part in parts:
            if part and lines:
                lines.append([])
            lines += part
        return lines

    def _head(self, key: str) -> Line:
        return [(say(f"screen.part.{key}", self.lang), "heading")]

    def _row(self, key: str, text: str, cells: int, kind: str = "") -> list[Line]:
        if not text:
            return []
        return labelled(say(f"screen.row.{key}", self.lang), text, cells, _LABELS, kind)

    def _attention(self, cells: int) -> list[Line]:
        lines: list[Line] = []
        of_product = self.product.attention if self.product else ()
        for mark in (*self.job.attention, *of_product):
            text = say_flag(mark.key, mark.params, self.lang)
            lines += paragraph(f"! {text}", cells, "warn")
        return lines

    def _verdict(self, cells: int) -> list[Line]:
        decision = self.job.decision
        if decision is None:
            return []
        return [
            self._head("verdict"),
            *verdict_lines(self.job, decision, self.catalogue, self.lang, cells),
            *source_lines(decision, self.lang, cells),
        ]

    def _approval(self, cells: int) -> list[Line]:
        lines: list[Line] = []
        if request := self.job.open_approval:
            who = self.catalogue.name("approver", request.approver, self.lang)
            text = say("screen.approval_open", self.lang, who=who)
            lines = paragraph(text, cells, "warn")
        elif self.job.answers:
            answer = self.job.answers[-1]
            text = say(
                "screen.approval_answered",
                self.lang,
                answer=say_value(answer.answer, self.lang),
                who=answer.by_name,
            )
            lines = paragraph(text, cells)
        return [self._head("approval"), *lines] if lines else []

    def _money(self, cells: int) -> list[Line]:
        job, lang = self.job, self.lang
        lines: list[Line] = []
        if job.quote is not None:
            until = job.quote.valid_until
            text = say_money(job.quote.total_fen, lang)
            if until is not None:
                text = say("screen.quote_until", lang, amount=text, date=say_date(until, lang))
            lines += self._row("quoted", text, cells)
            if job.decision is not None and job.decision.total_fen != job.quote.total_fen:
                total = say_money(job.decision.total_fen, lang)
                revision = job.quote.pack_revision
                text = say("screen.quote_stands", lang, revision=revision, total=total)
                lines += paragraph(text, cells, "warn")
        if job.acceptance is not None:
            consent = say_value(job.acceptance.consent, lang, "consent")
            lines += self._row("accepted", f"{job.acceptance.by_name} · {consent}", cells)
        if job.decline is not None:
            lines += self._row("declined", job.decline.reason, cells, "warn")
        for line in bill_of(job).lines:
            if line.unfitted_fen:
                lines += paragraph(say_not_fitted(line, self.catalogue, lang), cells)
        if job.acceptance is not None and job.payable_fen != job.priced_fen:
            lines += self._row("charged", say_money(job.payable_fen, lang), cells, "strong")
        if job.signature is not None:
            lines += self._row("signed", job.signature.name, cells)
            if superseded(job):
                lines += self._row("signed", say("screen.signed_earlier", lang), cells, "warn")
        lines += self._payments(cells)
        return [self._head("money"), *lines] if lines else []

    def _payments(self, cells: int) -> list[Line]:
        """What was paid, given away, taken back, invoiced, and what is still owed."""
        job, lang = self.job, self.lang

        def amount(fen: int, *more: str) -> str:
            return " · ".join([say_money(fen, lang), *(text for text in more if text)])

        rows = [("given", amount(one.worth_fen, one.reason), "") for one in job.given]
        for one in job.deposits:
            rows.append(("deposit", amount(one.amount_fen, say_value(one.method, lang)), ""))
        for paid in (job.payment, *job.more_payments):
            if paid is not None:
                rows.append(("paid", amount(paid.amount_fen, say_value(paid.method, lang)), ""))
        for back in job.reversals:
            text = amount(back.paid.amount_fen, back.reversal.reason)
            rows.append(("reversed", text, "warn"))
        for refund in job.reversed_refunds:
            text = amount(refund.refund.amount_fen, refund.reversal.reason)
            rows.append(("reversed", text, "warn"))
        if job.deferral is not None:
            day = say_date(job.deferral.due_on, lang) if job.deferral.due_on else ""
            terms = [say_value(job.deferral.terms, lang), job.deferral.account, day]
            rows.append(("settled", " · ".join(text for text in terms if text), ""))
        if job.owed_fen and job.signature is not None:
            rows.append(("owed", amount(job.owed_fen), "warn"))
        for note in job.credited:
            rows.append(("credited", f"{note.invoice.number} · {note.note.reason}", "warn"))
        if job.invoice is not None:
            official = job.official or job.invoice
            numbers = [job.invoice.number, official.official_code, official.official_number]
            rows.append(("invoice", " · ".join(text for text in numbers if text), ""))
        return [line for row in rows for line in self._row(row[0], row[1], cells, row[2])]

    def _appointment(self, cells: int) -> list[Line]:
        job, lang = self.job, self.lang
        lines: list[Line] = []
        if made := job.appointment:
            text = f"{say_date(made.on, lang)} {window_text(made.time_from, made.time_to)}"
            lines += self._row("appointment", text, cells)
        for what in hold_ups(job):
            if what.open and what.part:
                order = say_order(what, self.catalogue, lang)
                lines += paragraph(say("screen.waits_for", lang, order=order), cells, "warn")
        if job.promised_on is not None:
            lines += self._row("promised", say_date(job.promised_on, lang), cells, "warn")
        lines += self._row("technician", job.technician, cells)
        owner = job.request.owner if job.request else ""
        if owner != job.technician:
            lines += self._row("owner", owner, cells)
        return lines

    def _customer(self, cells: int) -> list[Line]:
        who = self.job.customer
        if who is None:
            return []
        tier = say_value(who.tier, self.lang) if who.tier != "regular" else ""
        return [
            *self._row("customer", " · ".join(part for part in (who.name, tier) if part), cells,
                       "strong"),
            *self._row("phone", who.phone, cells),
            *self._row("address", who.address, cells),
        ]  # fmt: skip

    def _product(self, cells: int) -> list[Line]:
        what, lang = self.job.product, self.lang
        if what is None:
            return []
        bought = say_date(what.purchase_date, lang) if what.purchase_date else ""
        bought = bought or say("screen.no_purchase_date", lang)
        facts = [bought, say_value(what.proof, lang, "proof"), say_value(what.use, lang, "use")]
        if what.second_owner:
            facts.append(say("label.second_owner", lang))
        names = [self.catalogue.name("modification", code, lang) for code in what.modifications]
        lines = [
            *self._row("product", self.catalogue.name("model", what.model, lang), cells, "strong"),
            *self._row("serial", what.serial, cells),
            *self._row("bought", " · ".join(facts), cells),
            *self._row("modified", listed(names, lang), cells, "warn"),
        ]
        for entry in what.history[-3:]:
            part = self.catalogue.name("component", entry.component, lang)
            paid = say("value.paid" if entry.paid else "value.free", lang)
            lines += self._row("history", f"{say_date(entry.on, lang)} {part} · {paid}", cells)
        return lines

    def _request(self, cells: int) -> list[Line]:
        job, lang = self.job, self.lang
        if job.request is None:
            return []
        kind = f"{say_value(job.kind, lang)} · {say_value(job.mode, lang)}"
        return [
            *self._row("kind", kind, cells),
            *self._row("reported", say_date(job.request.reported_on, lang), cells),
            *self._row("symptom", job.request.symptom, cells),
        ]

    def _work(self, cells: int) -> list[Line]:
        job, lang = self.job, self.lang
        lines: list[Line] = []
        if job.repair is not None:
            lines += self._row("work_done", job.repair.work_done, cells)
            for use in job.repair.parts:
                name = self.catalogue.name("part", use.part, lang)
                lines += self._row("part", f"{use.quantity} × {name}", cells)
        if job.custody is not None:
            lines += self._row("receipt", job.custody.receipt, cells)
            lines += self._row("condition", job.custody.condition, cells)
            lines += self._row("accessories", job.custody.accessories, cells)
            lines += self._row("loan_unit", job.custody.loan_unit, cells)
        if job.carried:
            last = job.carried[-1]
            lines += self._row("carried", f"{say_date(last.until, lang)} · {last.reason}", cells)
        if job.cancellation is not None:
            lines += self._row("cancelled", job.cancellation.reason, cells, "warn")
        return [self._head("work"), *lines] if lines else []

    def _corrections(self, cells: int) -> list[Line]:
        """Who corrected what, and when: the steps themselves keep who did them."""
        lines: list[Line] = []
        for text in say_corrections(self.job, self.catalogue, self.lang):
            lines += paragraph(text, cells)
        return [self._head("corrections"), *lines] if lines else []

    def _remedy(self, cells: int) -> list[Line]:
        """What the customer chose, and what became of it."""
        job, lang = self.job, self.lang
        lines: list[Line] = []
        if job.remedy is not None:
            lines += self._row("remedy", say_value(job.remedy.remedy, lang), cells, "strong")
            lines += self._row("note", job.remedy.note, cells)
        if job.exchange is not None:
            lines += self._row("new_serial", job.exchange.new_serial, cells)
        if job.refund is not None:
            amount = say_money(job.refund.amount_fen, lang)
            text = f"{amount} · {say_value(job.refund.method, lang)}"
            lines += self._row("refunded", text, cells)
        return lines

    def _files(self, cells: int) -> list[Line]:
        lines: list[Line] = []
        for kept in self.job.attachments:
            lines += paragraph(f"{kept.name} · {say_size(kept.size)}", cells)
        return [self._head("files"), *lines] if lines else []

    def _notes(self, cells: int) -> list[Line]:
        said = [(note.stamp, note.text) for note in self.job.notes]
        said += [(item.stamp, item.question) for item in self.job.help]
        said += [(item.stamp, item.text) for item in self.job.blockers]
        said += [(item.stamp, item.how) for item in self.job.resolved]
        said += [(item.stamp, item.text) for item in self.job.complaints]
        lines: list[Line] = []
        for stamp, text in said:
            if stamp is not None:
                head = f"{say_moment(stamp.at, self.lang)} · {stamp.by}"
                lines += paragraph(head, cells, "muted")
            lines += paragraph(text, cells, indent=2)
        return [self._head("notes"), *lines] if lines else []
