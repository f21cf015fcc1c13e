"""The status bar in words: the link, what is unsent, the last sync, the rules, who works."""

from datetime import date, datetime

from fieldkit.i18n import Lang, fit, say, say_date, width
from fieldkit.services.day.today import DueToday
from fieldkit.services.exchange.link_state import StatusBarState
from fieldkit.tui.text.lines import Line


def status_line(
    now: StatusBarState,
    progress: str,
    today: date,
    lang: Lang,
    cells: int,
    one_engine: bool = False,
) -> Line:
    """The whole bar; the person's name gives way where there is no room. With `one_engine` the
    second engine of the rules could not be loaded."""
    link, link_kind = (progress, "accent") if progress else _link(now, lang)
    facts = " · ".join(_facts(now, today, lang, one_engine))
    used = width(link) + width(facts) + 3
    language = say("screen.language", lang)
    who = now.person or say("screen.nobody", lang)
    room = max(cells - used - 1, 0)
    name = who if width(who) <= room - width(language) - 3 else fit(who, room - width(language) - 3)
    right = f"{name} · {language}" if name else language
    return [
        (link, link_kind),
        (" · " + facts, ""),
        (" " * (cells - used - width(right) + 1), ""),
        (right, "muted"),
    ]


def _link(now: StatusBarState, lang: Lang) -> tuple[str, str]:
    if now.exchange.online is None:
        return say("screen.unknown", lang), "warn"
    return (
        (say("screen.online", lang), "good")
        if now.exchange.online
        else (say("screen.offline", lang), "warn")
    )


def _facts(now: StatusBarState, today: date, lang: Lang, one_engine: bool) -> list[str]:
    state = now.exchange
    facts = [say("screen.unsent", lang, count=state.unsent)]
    if now.only_read:
        facts.insert(0, say(f"screen.only_read.{now.only_read}", lang))
    if state.rejected:
        facts.append(say("screen.rejected", lang, count=state.rejected))
    if state.held or state.elsewhere:
        facts.append(say("screen.held", lang, count=state.held + state.elsewhere))
    if state.last_sync is None:
        facts.append(say("screen.never_synced", lang))
    else:
        last = state.last_sync
        moment = f"{last:%H:%M}" if last.date() == today else say_date(last.date(), lang)
        facts.append(say("screen.last_sync", lang, moment=moment))
    revision = "?" if now.rules is None else now.rules
    rules = say("screen.rules", lang, revision=revision)
    facts.append(f"{rules} ({say('screen.one_engine', lang)})" if one_engine else rules)
    return facts


def due_line(due: DueToday, now: datetime, lang: Lang) -> Line:
    """Calls and promises that are due, for the line above the jobs; empty where nothing is."""
    line: Line = []
    if due.calls:
        first = due.calls[0]
        late = sum(call.due < now for call in due.calls)
        text = say("screen.calls_due", lang, count=len(due.calls), who=first.customer)
        line.append((text + _late(late, lang), "danger" if late else "warn"))
    if due.promises:
        today = now.date().isoformat()
        late = sum(row.promised < today for row in due.promises)
        text = say("screen.promises_due", lang, count=len(due.promises))
        line += [("  ", ""), (text + _late(late, lang), "danger" if late else "warn")]
    return [(say("screen.due_key", lang) + "  ", "muted"), *line] if line else []


def _late(count: int, lang: Lang) -> str:
    return say("screen.of_them_late", lang, count=count) if count else ""
