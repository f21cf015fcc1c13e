"""The service report: what was asked, found, decided and done. The customer signs it."""

from fieldkit.documents.charges import charged_lines, totals
from fieldkit.documents.model import (
    Block,
    Box,
    Cards,
    Checklist,
    Column,
    Fact,
    Fine,
    Notice,
    Paper,
    PaperKind,
    PaperTable,
    Prose,
    Signing,
    TableRow,
)
from fieldkit.documents.shared_sections import (
    Basis,
    customer_box,
    in_columns,
    paper,
    people,
    taken_in,
    technician_box,
)
from fieldkit.domain.core.errors import Reason, Refused
from fieldkit.domain.job.filled_values import superseded
from fieldkit.domain.job.preconditions import decides, signs
from fieldkit.i18n.corrections import say_corrections


def service_report(basis: Basis) -> Paper:
    """The report of a job, before or after it is signed.

    Raises `Refused` where there is nothing to report: no decision, or no work where the rules
    are not asked.
    """
    job = basis.job
    if decides(job) and job.decision is None:
        raise Refused(Reason("needs_step", {"step": "decide"}))
    if not decides(job) and job.repair is None:
        raise Refused(Reason("needs_step", {"step": "repair"}))
    sections = (
        _notices,
        lambda it: [people(it)],
        _request,
        _checklist,
        _diagnosis,
        _verdict,
        _work,
        _custody,
        _remedy,
        _card,
        _corrections,
        _signing,
        _fine,
    )
    blocks = [block for section in sections for block in section(basis)]
    return paper(basis, PaperKind.REPORT, job.number, blocks)


def _notices(basis: Basis) -> list[Block]:
    say, job = basis.say, basis.job
    blocks: list[Block] = []
    if superseded(job):
        when = job.signature.stamp.at if job.signature and job.signature.stamp else None
        text = say("paper.superseded", moment=basis.moment(when))
        blocks.append(Notice(say("paper.superseded_title"), (text,)))
    if job.decision and job.decision.instructions:
        instructions = (basis.named("instruction", code) for code in job.decision.instructions)
        blocks.append(Notice(say("paper.safety"), tuple(instructions)))
    if job.cancellation:
        blocks.append(Notice(say("paper.cancelled"), (job.cancellation.reason,)))
    return blocks


def _request(basis: Basis) -> list[Block]:
    request, job = basis.job.request, basis.job
    if request is None:
        return []
    facts = (
        basis.fact("reported_on", basis.day(request.reported_on)),
        basis.fact("channel", basis.value(request.channel)),
        basis.fact("hazards", basis.listed("hazard", request.hazards)),
        basis.fact("fault_confirmed", job.appointment.fault_confirmed if job.appointment else ""),
    )
    return [Prose(basis.say("label.symptom"), request.symptom), *in_columns(facts)]


def _checklist(basis: Basis) -> list[Block]:
    arrival = basis.job.arrival
    asked = basis.catalogue.checklists.get("arrival", ())
    if arrival is None or not asked:
        return []
    items = tuple((item.name.say(basis.lang), item.code in arrival.checklist) for item in asked)
    done = sum(ticked for _, ticked in items)
    return [Checklist(basis.say("paper.checklist", done=done, all=len(items)), items)]


def _diagnosis(basis: Basis) -> list[Block]:
    found = basis.job.diagnosis
    if found is None:
        return []
    blocks: list[Block] = []
    if found.findings:
        blocks.append(Prose(basis.say("label.findings"), found.findings))
    speed, heat = found.measured_speed_kmh, found.temperature_c
    facts = (
        basis.fact("hazards", basis.listed("hazard", found.hazards)),
        basis.fact("modifications", basis.listed("modification", found.modifications)),
        basis.fact("measured_speed_kmh", "" if speed is None else str(speed)),
        basis.fact("temperature_c", "" if heat is None else str(heat)),
        basis.fact("charger", basis.named("charger", found.charger)),
        basis.fact("booked_run_in_on", basis.day(found.booked_run_in_on)),
    )
    return [*blocks, *in_columns(facts)]


def _verdict(basis: Basis) -> list[Block]:
    if basis.job.decision is None:
        return []
    lines = charged_lines(basis, basis.say("paper.lines"))
    return [*([lines] if lines.rows else []), totals(basis)]


def _work(basis: Basis) -> list[Block]:
    done, say = basis.job.repair, basis.say
    if done is None:
        return []
    blocks: list[Block] = [Prose(say("label.work_done"), done.work_done)]
    if done.parts:
        columns = (
            Column(say("label.part"), 46),
            Column(say("label.quantity"), 10),
            Column(say("label.old_serial"), 22),
            Column(say("label.new_serial"), 22),
        )
        rows = tuple(
            TableRow(
                (
                    f"{basis.named('part', used.part)} ({used.part})",
                    str(used.quantity),
                    used.old_serial or "–",
                    used.new_serial or "–",
                )
            )
            for used in done.parts
        )
        blocks.append(PaperTable(say("label.parts"), columns, rows))
    finished = done.stamp.at if done.stamp else None
    facts = (
        Fact(say("paper.finished"), basis.moment(finished)),
        basis.fact("tested", basis.yes(done.tested)),
        basis.fact("tidy", basis.yes(done.tidy)),
    )
    return [*blocks, *in_columns(facts)]


def _custody(basis: Basis) -> list[Block]:
    custody, back = basis.job.custody, basis.job.hand_back
    if custody is None:
        return []
    promised = basis.job.promises[-1].promised_on if basis.job.promises else custody.promised_on
    facts = (
        Fact(basis.say("paper.receipt_no"), custody.receipt),
        Fact(basis.say("paper.taken_in"), taken_in(basis, custody)),
        basis.fact("promised_on", basis.day(promised)),
    )
    returned = () if back is None else (
        basis.fact("end", basis.day(back.on)),
        basis.fact("received_by", back.received_by),
        basis.fact("condition", back.condition),
    )  # fmt: skip
    cards = [basis.card("paper.promise", facts)]
    if returned:
        cards.append(basis.card("paper.return", returned))
    return [Cards(tuple(cards))]


def _remedy(basis: Basis) -> list[Block]:
    """What the customer chose or declined, and what came of it."""
    job = basis.job
    facts: list[Fact] = []
    if job.remedy:
        facts.append(basis.fact("remedy", basis.value(job.remedy.remedy)))
    if job.exchange:
        facts.append(basis.fact("by_serial", job.exchange.new_serial))
        facts.append(Fact(basis.say("paper.exchanged_on"), basis.day(job.exchange.on)))
    if job.refund:
        facts.append(Fact(basis.say("paper.refunded"), basis.money(job.refund.amount_fen)))
        facts.append(basis.fact("method", basis.value(job.refund.method)))
    if job.old_product:
        facts.append(Fact(basis.say("paper.old_product"), job.old_product.condition))
    if job.acceptance:
        consent = basis.value(job.acceptance.consent, "consent")
        text = basis.say("paper.consent", name=job.acceptance.by_name, how=consent)
        facts.append(Fact(basis.say("paper.accepted"), text))
    if job.decline:
        facts.append(Fact(basis.say("paper.declined"), job.decline.reason))
    facts += [
        Fact(basis.say("paper.given_away"), basis.joined(basis.money(one.worth_fen), one.reason))
        for one in job.given
    ]
    facts += [Fact(basis.say("paper.deposit"), basis.money(one.amount_fen)) for one in job.deposits]
    return in_columns(facts)


def _card(basis: Basis) -> list[Block]:
    """The entry in the warranty card: when, and what was done."""
    card = basis.job.card
    if card is None:
        return []
    entry = basis.say("paper.card_entry", day=basis.day(card.on), content=card.content)
    return [Prose(basis.say("paper.card"), entry)]


def _corrections(basis: Basis) -> list[Block]:
    """Who corrected what, and when; the steps above keep who did them and when."""
    said = say_corrections(basis.job, basis.catalogue, basis.lang)
    return [Prose(basis.say("paper.corrections"), "\n".join(said))] if said else []


def _signing(basis: Basis) -> list[Block]:
    job, say = basis.job, basis.say
    if not signs(job):
        return []
    signed = job.signature
    box = customer_box(basis)
    text = say("paper.sign_terms")
    if signed is not None:
        at = signed.stamp.at if signed.stamp else None
        typed = "" if signed.strokes else say("paper.typed")
        earlier = say("paper.earlier") if superseded(job) else ""
        when = say("paper.signed_on", moment=basis.moment(at)) + typed + earlier
        box = Box(say("paper.sign.customer"), signed.name, when, signed.strokes)
    return [Signing(say("paper.signature"), text, (box, technician_box(basis)))]


def _fine(basis: Basis) -> list[Block]:
    """Which rules decided, and the digest that the signature is bound to."""
    job, texts = basis.job, []
    if job.decision:
        pack = job.decision.pack
        texts.append(
            basis.say(
                "paper.pack", pack=pack.name, revision=pack.revision, hash=pack.sha256[:16],
                day=basis.day(job.decision.report_date),
            )
        )  # fmt: skip
        if job.decision.engine_missing:
            texts.append(basis.say("paper.engine_missing"))
        texts.append(basis.say("paper.prices_public", revision=basis.catalogue.revision))
    if job.signature:
        texts.append(basis.say("paper.signed_digest", digest=job.signature.digest[:32]))
    return [Fine(tuple(texts))] if texts else []
