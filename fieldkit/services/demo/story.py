"""The demo day as data: `demo/people.yaml` of its data and `day.yaml`, made real for one day.

How days are written (`today`, and steps of days, months and years from it, left to right):

    today-12m-12d      a day; months end on their last day where the next has no such day
    today-3d 14:20     a moment on the local clock
    2023-05-18         a fixed day
    C24-{today-11m}-1  inside another text: year and month of that day, here C24-2512-1

Texts that people see are `{en: ..., zh: ...}`. Both are resolved before anything is checked, so
the models below hold plain days and texts.
"""

import re
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field, ValidationError, model_validator

from fieldkit.domain.core.base_model import StrictModel
from fieldkit.domain.core.errors import Fault
from fieldkit.domain.core.warranty import add_months
from fieldkit.domain.job.model import Status
from fieldkit.domain.job.steps import BY_KEY
from fieldkit.domain.records.customer_product import Tier
from fieldkit.i18n import Lang

FILES = ("people.yaml", "day.yaml")

_DAY = re.compile(r"today((?:[+-]\d{1,3}[dmy])*)")
_STEP = re.compile(r"([+-]\d{1,3})([dmy])")
_MOMENT = re.compile(rf"({_DAY.pattern}) (\d\d:\d\d)")
_INSIDE = re.compile(rf"\{{({_DAY.pattern})\}}")


def read_day(text: str, today: date) -> date | None:
    """The day that `today-12m-12d` and the like stand for; None for any other text."""
    found = _DAY.fullmatch(text)
    if found is None:
        return None
    day = today
    for number, unit in _STEP.findall(found[1]):
        count = int(number)
        if unit == "d":
            day += timedelta(days=count)
        else:
            day = add_months(day, count if unit == "m" else 12 * count)
    return day


def resolve(value: Any, today: date, lang: Lang) -> Any:
    """A value of the files with its days worked out and its texts in one language."""
    if isinstance(value, list):
        return [resolve(item, today, lang) for item in value]
    if isinstance(value, dict):
        if value.keys() == {"en", "zh"}:
            return value[lang]
        return {name: resolve(item, today, lang) for name, item in value.items()}
    return _resolve_text(value, today) if isinstance(value, str) else value


def _resolve_text(text: str, today: date) -> Any:
    day = read_day(text, today)
    if day is not None:
        return day
    moment = _MOMENT.fullmatch(text)
    if moment is not None:
        day = read_day(moment[1], today)
        return f"{day}T{moment[3]}"
    return _INSIDE.sub(lambda found: f"{read_day(found[1], today):%y%m}", text)


def _known_step(key: str) -> str:
    if key not in BY_KEY:
        raise ValueError(f"there is no step {key}")
    return key


StepKey = Annotated[str, AfterValidator(_known_step)]
Entered = dict[StepKey, dict[str, Any]]


class EarlierRepair(StrictModel):
    """An earlier repair in a product's history, by somebody else as a rule."""

    on: date
    component: str
    fault: str = ""
    part: str = ""
    paid: bool = False
    fitted: bool = False
    sold: bool = False
    under_warranty: bool = False


class Bike(StrictModel):
    """A product. `pauses` are [handed over, returned]."""

    model: str
    serial: str
    manufacture_date: date
    purchase_date: date | None = None
    proof: str = "invoice_and_card"
    use: str = "household"
    second_owner: bool = False
    documents_given: bool = False
    history_known: bool = True
    history: tuple[EarlierRepair, ...] = ()
    pauses: tuple[tuple[date, date], ...] = ()


class DemoCustomer(StrictModel):
    """A customer with her product."""

    name: str
    phone: Annotated[str, Field(pattern=r"^000-")]
    address: str
    tier: Tier = Tier.REGULAR
    product: Bike


class PlannedCall(StrictModel):
    """A follow-up that is open in the morning; `due` is local."""

    customer: str
    reason: str
    due: datetime


class Doing(StrictModel):
    """A step and what is entered in its form; `at` is local, None for the time of day it has."""

    do: StepKey
    at: datetime | None = None
    enter: dict[str, Any] = Field(default_factory=dict)


class Extra(Doing):
    """A step that nobody asks for, done before one that the flow asks for."""

    before: StepKey


class Complained(StrictModel):
    """A complaint that a job must lead to; a survey card's goes nowhere in particular yet."""

    complaint_class: Annotated[str, Field(alias="class")]
    department: str | None = None
    grade: str | None = None


class Expected(StrictModel):
    """What the rules must answer, amounts in yuan; `lines` is None where they are not asked.

    `pays` is what the customer pays in the end, the total unless it is given.
    """

    lines: tuple[str, ...] | None = None
    call_out: int = 0
    total: int = 0
    pays: int | None = None
    approval: str = "none"
    end: Status
    complaints: tuple[Complained, ...] = ()


class Story(StrictModel):
    """One job of the day. See the head of `day.yaml`."""

    key: str
    shows: str
    customer: str
    register_: Annotated[dict[str, Any], Field(alias="register")]
    morning: tuple[Doing, ...] = ()
    enter: Entered = Field(default_factory=dict)
    extra: tuple[Extra, ...] = ()
    stop_before: StepKey | None = None
    last: tuple[Doing, ...] = ()
    expect: Expected


class DemoDay(StrictModel):
    """The whole day."""

    outlet: str
    technician: str
    desk: str
    outlet_head: str
    customers: dict[str, DemoCustomer]
    follow_ups: tuple[PlannedCall, ...]
    routine: Entered
    jobs: tuple[Story, ...]

    @model_validator(mode="after")
    def _everybody_is_known(self) -> Self:
        named = [story.customer for story in self.jobs]
        named += [call.customer for call in self.follow_ups]
        unknown = sorted(set(named) - self.customers.keys())
        if unknown:
            raise ValueError(f"unknown customers: {', '.join(unknown)}")
        return self


def load_demo_day(folder: Path, today: date, lang: Lang) -> DemoDay:
    """Read the files of `folder` for one day. Raises `Fault` (`demo.wrong`) that says where."""
    read: dict[str, Any] = {}
    for name in FILES:
        read |= _read(folder / name)
    try:
        return DemoDay.model_validate(resolve(read, today, lang))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(step) for step in first["loc"])
        raise Fault("demo.wrong", file=str(folder), where=place, why=first["msg"]) from None


def _read(path: Path) -> dict[str, Any]:
    from ruamel.yaml import YAML  # only for a demo
    from ruamel.yaml.error import MarkedYAMLError

    try:
        read = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"{mark.line + 1}:{mark.column + 1}" if mark else ""
        why = str(error.problem or error.context)
        raise Fault("demo.wrong", file=str(path), where=place, why=why) from None
    except (OSError, UnicodeDecodeError) as error:
        raise Fault("demo.wrong", file=str(path), where="", why=str(error)) from None
    if not isinstance(read, dict):
        raise Fault("demo.wrong", file=str(path), where="1:1", why="no mapping")
    return read
