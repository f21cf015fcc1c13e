"""Corrections in words: who corrected what, and when; what it was and what it is."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from pydantic import BaseModel

from fieldkit.domain.core.catalogue import Catalogue
from fieldkit.domain.core.form import FormField, form_fields
from fieldkit.domain.job.model import Correction, Job
from fieldkit.domain.job.steps import STEPS
from fieldkit.domain.records.customer_product import CustomerAmended, ProductAmended
from fieldkit.i18n import Lang, say, say_date, say_field, say_moment, say_money, say_value

_LISTS: dict[Lang, str] = {"en": ", ", "zh": "、"}


def say_corrections(job: Job, catalogue: Catalogue, lang: Lang) -> list[str]:
    """The corrections of a job, the first first: one text each."""
    return [_correction(one, catalogue, lang) for one in job.corrections]


def _correction(one: Correction, catalogue: Catalogue, lang: Lang) -> str:
    title, form = _part(one.step)
    what = say_changes(form, one.before, one.changes, catalogue, lang)
    return say(
        "format.correction",
        lang,
        moment=say_moment(one.stamp.at, lang) if one.stamp else "",
        who=one.stamp.by if one.stamp else "",
        step=say(title, lang),
        what=what,
    )


_RECORDS: dict[str, type[BaseModel]] = {"customer": CustomerAmended, "product": ProductAmended}


def _part(name: str) -> tuple[str, type[BaseModel]]:
    """What a corrected part of a job is called, and its form."""
    if name in _RECORDS:
        return f"record.{name}", _RECORDS[name]
    step = next(step for step in STEPS if step.part == name)
    return f"step.{step.key}", step.form


def say_changes(
    form: type[BaseModel],
    before: Mapping[str, Any],
    changes: Mapping[str, Any],
    catalogue: Catalogue,
    lang: Lang,
) -> str:
    """The fields that changed, each with what it was and what it is."""
    fields = {field.name: field for field in form_fields(form)}
    return _LISTS[lang].join(
        _change(name, fields.get(name), before.get(name), value, catalogue, lang)
        for name, value in changes.items()
    )


def _change(
    name: str, field: FormField | None, old: Any, new: Any, catalogue: Catalogue, lang: Lang
) -> str:
    label = say_field(name, lang)
    if field is None or field.ui.widget in ("rows", "strokes", "checks"):
        return label
    was, now = (say_field_value(field, value, catalogue, lang) for value in (old, new))
    return say("format.change", lang, label=label, old=was, new=now)


def say_field_value(field: FormField, value: Any, catalogue: Catalogue, lang: Lang) -> str:
    """The value of a form's field, as a person reads it; `value` is plain JSON."""
    if value in (None, "", [], ()):
        return say("format.nothing", lang)
    if isinstance(value, list | tuple):
        return _LISTS[lang].join(_one(field, str(item), catalogue, lang) for item in value)
    if isinstance(value, bool):
        return say("value.yes" if value else "value.no", lang)
    if field.ui.widget == "money" and isinstance(value, int):
        return say_money(value, lang)
    return _one(field, str(value), catalogue, lang)


def _one(field: FormField, text: str, catalogue: Catalogue, lang: Lang) -> str:
    if field.choices:
        return say_value(text, lang, field.name)
    if field.ui.widget == "date":
        try:
            return say_date(date.fromisoformat(text), lang)
        except ValueError:
            return text
    return catalogue.name(field.ui.source, text, lang) if field.ui.source else text
