"""What is said about the van beside the work: how many are on board, what a job is short of."""

from collections.abc import Mapping

from fieldkit.domain.core.catalogue import Catalogue
from fieldkit.domain.job.model import Job
from fieldkit.domain.records.van import Shortage, Stock
from fieldkit.i18n import Lang, say
from fieldkit.services.home.session import Session
from fieldkit.services.jobs.van import job_shortages, stock
from fieldkit.tui.text.lines import Line, listed, paragraph


def stock_words(session: Session, lang: Lang) -> dict[str, str]:
    """What stands beside each part that is chosen; nothing where the van is not recorded."""
    on_board = stock(session)
    if not on_board:
        return {}
    parts = session.catalogue.parts
    return {
        part.sku: _there(part.sku, part.substitutes, on_board, lang)
        for part in parts
        if part.stocked
    }


def _there(
    sku: str, substitutes: tuple[str, ...], on_board: Mapping[str, Stock], lang: Lang
) -> str:
    count = on_board.get(sku, Stock(sku)).free
    others = [other for other in substitutes if on_board.get(other, Stock(other)).free]
    if count or not others:
        return say("screen.in_van", lang, count=count)
    return say("screen.in_van_instead", lang, count=count, parts=listed(others, lang))


def shortage_lines(session: Session, job: Job, lang: Lang, cells: int) -> list[Line]:
    """What the job is short of, and what to do then."""
    lines = lacking_lines(session, job, lang, cells)
    if lines:
        steps = {"order": say("step.order_part", lang), "carry": say("step.carry_forward", lang)}
        lines += paragraph(say("screen.short_next", lang, **steps), cells, "muted")
    return lines


def lacking_lines(session: Session, job: Job, lang: Lang, cells: int) -> list[Line]:
    """What the job is short of, and what could be fitted in its place."""
    lines: list[Line] = []
    for short in job_shortages(session, job):
        lines += paragraph(_short(short, session.catalogue, lang), cells, "warn")
    return lines


def _short(short: Shortage, catalogue: Catalogue, lang: Lang) -> str:
    name = catalogue.name("part", short.part, lang)
    text = say("screen.short_of", lang, part=name, needed=short.needed, there=short.there)
    if not short.substitutes:
        return text
    names = [f"{catalogue.name('part', sku, lang)} ({sku})" for sku in short.substitutes]
    instead = say("screen.short_instead", lang, parts=listed(names, lang))
    return f"{text}{instead}" if lang == "zh" else f"{text} {instead}"
