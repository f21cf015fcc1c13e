"""What a choice offers: the values of a list with their names, and the words to find them by."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from fieldkit.domain.core.catalogue import Both, Catalogue
from fieldkit.domain.core.form import FormField
from fieldkit.domain.job.suggestions import likeness
from fieldkit.i18n import LANGS, Lang, say_money, say_value


@dataclass(frozen=True)
class Option:
    """One value. `more` stands beside the name; `words` is what a search looks in;
    `about` names the components that the value concerns."""

    code: str
    name: str
    more: str = ""
    words: str = ""
    about: tuple[str, ...] = ()


def options(field: FormField, catalogue: Catalogue, lang: Lang) -> list[Option]:
    """The options of a field: the values of its own enum, or a list of the catalogue."""
    if field.choices:
        return [_own(code, field.name, lang) for code in field.choices]
    if field.ui.source == "part":
        return _parts(catalogue, lang)
    if field.ui.source == "fault":
        return _faults(catalogue, lang)
    return [
        Option(item.code, item.name.say(lang), words=_words(item.code, item.name))
        for item in catalogue.choices(field.ui.source)
    ]


def near(found: Iterable[Option], component: str, said: str = "") -> list[Option]:
    """Those that concern a component first, then those that sound like what was said."""

    def far(option: Option) -> tuple[bool, int]:
        elsewhere = bool(component) and component not in option.about
        return elsewhere, -likeness(said, option.words)

    return sorted(found, key=far)


def with_stock(found: Iterable[Option], stock: Mapping[str, str]) -> list[Option]:
    """The parts, each with what is said of how many are at hand."""
    return [
        replace(option, more=f"{option.more}  {stock[option.code]}")
        if option.code in stock
        else option
        for option in found
    ]


def _words(code: str, *names: Both) -> str:
    return " ".join([code, *(name.say(lang) for name in names for lang in LANGS)]).casefold()


def _own(code: str, field: str, lang: Lang) -> Option:
    names = [say_value(code, one, field) for one in LANGS]
    return Option(code, say_value(code, lang, field), words=" ".join([code, *names]).casefold())


def _parts(catalogue: Catalogue, lang: Lang) -> list[Option]:
    return [
        Option(
            part.sku,
            part.name.say(lang),
            f"{part.sku}  {say_money(part.price_fen, lang)}",
            _words(part.sku, part.name),
            (part.component,),
        )
        for part in catalogue.parts
    ]


def _faults(catalogue: Catalogue, lang: Lang) -> list[Option]:
    return [
        Option(
            fault.code,
            f"{fault.code} {fault.symptom.say(lang)}",
            fault.likely_cause.say(lang),
            _words(fault.code, fault.symptom, fault.likely_cause),
            fault.components,
        )
        for fault in catalogue.faults
    ]
