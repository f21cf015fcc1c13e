"""The form of each step of a job: what it starts with, what stands above it, where it goes."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from fieldkit.domain.core.errors import Refused
from fieldkit.domain.core.job_codes import JobKind
from fieldkit.domain.job.model import Job
from fieldkit.domain.job.steps import BY_KEY
from fieldkit.domain.job.suggestions import suggest_line
from fieldkit.i18n import Lang, say, say_money, say_reason
from fieldkit.services.home.session import Session
from fieldkit.services.jobs import job_commands
from fieldkit.services.jobs.approval import challenge, phone_key
from fieldkit.tui.forms.form_spec import FormSpec, Values
from fieldkit.tui.text.donts import donts
from fieldkit.tui.text.lines import Line, apart, listed, paragraph
from fieldkit.tui.text.options import Option
from fieldkit.tui.text.van_lines import lacking_lines, shortage_lines, stock_words
from fieldkit.tui.text.verdict_lines import alarm_lines, line_name, verdict_lines

_START = {"diagnose": "lines", "sign": "consent"}
"""Where the cursor begins, where that is not the first field that is needed and empty."""


def step_form(
    session: Session, job: Job, key: str, about: Mapping[str, str] = MappingProxyType({})
) -> FormSpec:
    """The form of a step, filled with its draft, else with what the job suggests. `about` is what
    is submitted with it that nobody is asked for."""
    values = job_commands.form_values(session, job, key)
    if key == "dispatch":
        values["technician"] = values.get("technician") or session.person
    model = job.product.model if job.product else ""
    offers = {}
    if job.decision is not None and job.decision.remedy_options:
        offers["remedy_option"] = frozenset(job.decision.remedy_options)
    if key == "return_part":
        offers["part"] = frozenset(job.held_parts)

    def keep(typed: Values) -> None:
        session.store.drafts.save(job.id, key, typed)

    return FormSpec(
        title=lambda lang: f"{job.number} › {say(f'step.{key}', lang)}",
        model=BY_KEY[key].form,
        values=values,
        keep=keep,
        submit=lambda typed: job_commands.do_step(session, job.id, key, {**typed, **about}),
        done=lambda lang: say("screen.step_saved", lang, step=say(f"step.{key}", lang)),
        scope=key,
        start=_START.get(key, ""),
        note=lambda lang, cells: step_note(session, job, key, lang, cells),
        offers=offers,
        listed={"quoted_line": _quoted_lines(session, job)} if key == "accept" else {},
        said=job.request.symptom if job.request else "",
        stock=lambda lang: stock_words(session, lang),
        goes_on=True,
        row_follow=lambda name, row: suggest_line(session.catalogue, model, name, row),
    )


def _quoted_lines(session: Session, job: Job) -> tuple[Option, ...]:
    """The lines of the quote that cost something: each can be accepted by itself."""
    lines = [line for line in (job.quote.lines if job.quote else ()) if line.pays_fen]
    lang = session.lang
    names = [line_name(job, line.line, session.catalogue, lang) for line in lines]
    return tuple(
        Option(str(line.line), name, say_money(line.pays_fen, lang), name.casefold())
        for line, name in zip(lines, names, strict=True)
    )


def step_note(session: Session, job: Job, key: str, lang: Lang, cells: int) -> list[Line]:
    """What a person must see while filling in this step."""
    make = _NOTES.get(key)
    return make(session, job, lang, cells) if make else []


def _alarm(session: Session, job: Job, lang: Lang, cells: int) -> list[Line]:
    return alarm_lines(job, session.catalogue, lang, cells)


def _prices(session: Session, job: Job, lang: Lang, cells: int) -> list[Line]:
    if job.decision is None:
        return []
    return [
        *verdict_lines(job, job.decision, session.catalogue, lang, cells),
        *shortage_lines(session, job, lang, cells),
    ]


def _blocker(session: Session, job: Job, lang: Lang, cells: int) -> list[Line]:
    first = next(iter(job.open_blockers), None)
    return paragraph(first.text, cells, "strong") if first else []


def _total(session: Session, job: Job, lang: Lang, cells: int) -> list[Line]:
    """What is still owed of what the customer took."""
    text = say("screen.to_pay", lang, amount=say_money(job.owed_fen, lang))
    return paragraph(text, cells, "strong")


def _offered(session: Session, job: Job, lang: Lang, cells: int) -> list[Line]:
    """What the quote comes to, whatever the customer has said to it before."""
    lines = paragraph(
        say("screen.to_pay", lang, amount=say_money(job.priced_fen, lang)), cells, "strong"
    )
    for line in job.quote.lines if job.quote else ():
        name = line_name(job, line.line, session.catalogue, lang)
        lines.append(apart(f"{line.line}. {name}", say_money(line.pays_fen, lang), cells))
    return lines


def _limit(session: Session, job: Job, lang: Lang, cells: int) -> list[Line]:
    """How much of what a technician may give away is left, and what is owed."""
    limit = job_commands.money_settings(session, job).get("goodwill_limit_fen", 0)
    conceded = job.decision.concession_fen if job.decision else 0
    left = max(limit - conceded - sum(one.worth_fen for one in job.given), 0)
    text = say("screen.goodwill_limit", lang, limit=say_money(limit, lang),
               left=say_money(left, lang))  # fmt: skip
    return [*paragraph(text, cells), *_total(session, job, lang, cells)]


def _handed_back(session: Session, job: Job, lang: Lang, cells: int) -> list[Line]:
    """What goes back with the product, in which state it was, and what comes back for it."""
    if job.custody is None:
        return []
    taken = job.custody
    rows = (
        ("loan_unit", taken.loan_unit, "strong"),
        ("accessories", taken.accessories, "strong"),
        ("condition", taken.condition, ""),
    )
    return [
        line
        for key, text, kind in rows
        if text
        for line in paragraph(say(f"screen.back.{key}", lang, what=text), cells, kind)
    ]


def _signed(session: Session, job: Job, lang: Lang, cells: int) -> list[Line]:
    refunded: list[Line] = []
    if job.refund is not None:
        amount = say_money(job.refund.amount_fen, lang)
        refunded = paragraph(say("screen.refunded", lang, amount=amount), cells, "strong")
    return [
        *(refunded or _total(session, job, lang, cells)),
        *paragraph(say("screen.sign_by_name", lang), cells),
    ]


def _challenge(session: Session, job: Job, lang: Lang, cells: int) -> list[Line]:
    if phone_key(session) is None:
        return []
    try:
        text = say("screen.challenge", lang, challenge=challenge(session, job))
    except Refused as refused:
        return paragraph(say_reason(refused.reason, lang), cells)
    return paragraph(text, cells, "strong")


def _symptom(session: Session, job: Job, lang: Lang, cells: int) -> list[Line]:
    symptom = job.request.symptom if job.request else ""
    return [*_alarm(session, job, lang, cells), *paragraph(symptom, cells, "muted")]


def _work(session: Session, job: Job, lang: Lang, cells: int) -> list[Line]:
    """What the van lacks; at a delivery, what is handed over with the product."""
    if job.kind is not JobKind.DELIVERY:
        return shortage_lines(session, job, lang, cells)
    papers = session.catalogue.checklists.get("handover_documents", ())
    names = listed([paper.name.say(lang) for paper in papers], lang)
    return paragraph(say("screen.hand_over", lang, names=names), cells) if names else []


def _donts(session: Session, job: Job, lang: Lang, cells: int) -> list[Line]:
    return donts(session.catalogue, lang, cells)


_NOTES: dict[str, Callable[[Session, Job, Lang, int], list[Line]]] = {
    "arrive": _alarm,
    "diagnose": _symptom,
    "request_approval": _prices,
    "answer_approval": _challenge,
    "quote": _prices,
    "repair": _work,
    "order_part": lacking_lines,
    "resolve_blocker": _blocker,
    "accept": _offered,
    "decline": _offered,
    "deposit": _total,
    "give_away": _limit,
    "pay_later": _total,
    "hand_back": _handed_back,
    "sign": _signed,
    "pay": _total,
    "open_complaint": _donts,
}
