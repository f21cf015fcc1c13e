"""How the data of an event says what its form looks like.

The data model of an event *is* its form: each field carries a `Ui` beside its type, and one
renderer (screen or command line) draws them all. Labels are messages: `label.<field>`.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal, TypeVar, get_args, get_origin

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    Field,
    StringConstraints,
    ValidationError,
)
from pydantic_core import PydanticCustomError

from fieldkit.domain.core.base_model import Model, OpenModel
from fieldkit.domain.core.errors import BadInput, FieldProblem
from fieldkit.domain.core.plain_text import one_line, unplain_paths

M = TypeVar("M", bound=BaseModel)

Widget = Literal[
    "text", "long", "int", "score", "money", "date", "time", "bool", "choice", "many", "checks",
    "rows", "strokes",
]  # fmt: skip


@dataclass(frozen=True)
class Ui:
    """How a field is asked for.

    `widget` is the kind of input; `source` names the list that the choices come from: a list
    of the catalogue (`component`, `cause`, `part` ...), or `enum` for the field's own type.
    `group` names the checklist for `checks`. A `hidden` field is filled by the program.
    """

    widget: Widget
    source: str = ""
    group: str = ""
    hidden: bool = False


class Stamp(Model):
    """Which event recorded something, who made it, and when, with the local offset."""

    event: str
    at: AwareDatetime
    by: str


class Data(OpenModel):
    """Base of the data of every event; the record keeps it with the event's stamp.

    Fields that a newer version added are kept.
    """

    stamp: Annotated[Stamp | None, Ui("text", hidden=True)] = None

    def to_json(self) -> dict[str, Any]:
        """The data as an event carries them: JSON-ready, without stamp and absent values."""
        return self.model_dump(mode="json", exclude_none=True, exclude={"stamp"})


class FormRow(OpenModel):
    """One row of a list inside a form."""


def _written_day(value: Any) -> Any:
    """20261105 is read as a day; any other bare number is not, though pydantic would take it
    for seconds since 1970."""
    value = _usual_width(value)
    bare = str(value).strip()
    if not bare.isdecimal():
        return value
    return f"{bare[:4]}-{bare[4:6]}-{bare[6:]}" if len(bare) == 8 else f"{bare} is no day"


def _usual_width(value: Any) -> Any:
    """`１４：３０`, as a Chinese keyboard writes it, is 14:30."""
    return unicodedata.normalize("NFKC", value).strip() if isinstance(value, str) else value


def _written_time(value: Any) -> Any:
    typed = _usual_width(value)
    if isinstance(typed, str) and not re.fullmatch(r"\d\d:\d\d", typed, re.ASCII):
        raise PydanticCustomError("time_form", "not written as a time")
    return typed


FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2100, 12, 31)
"""Beyond these a day is a slip of the finger: no product is so old, no promise reaches so far."""


def _plausible_day(day: date) -> date:
    """Catches a slip of the finger in the year."""
    if day < FIRST_DAY:
        raise PydanticCustomError("greater_than_equal", "too early", {"ge": str(FIRST_DAY)})
    if day > LAST_DAY:
        raise PydanticCustomError("less_than_equal", "too late", {"le": str(LAST_DAY)})
    return day


_Short = StringConstraints(strip_whitespace=True, max_length=200)
_Long = StringConstraints(strip_whitespace=True, max_length=4000)

Text = Annotated[str, _Short, Ui("text")]
NeededText = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), Ui("text")
]
LongText = Annotated[str, _Long, Ui("long")]
NeededLongText = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000), Ui("long")
]
Hidden = Annotated[str, Ui("text", hidden=True)]
Day = Annotated[date, BeforeValidator(_written_day), AfterValidator(_plausible_day), Ui("date")]
Clock = Annotated[
    str,
    BeforeValidator(_written_time),
    StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$"),
    Ui("time"),
]
EndOfWindow = Annotated[
    str,
    BeforeValidator(_written_time),
    StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$|^24:00$"),
    Ui("time"),
]
Yes = Annotated[bool, Ui("bool")]
Fen = Annotated[int, Field(ge=0, le=100_000_000), Ui("money")]
Count = Annotated[int, Field(ge=1, le=999), Ui("int")]
Percent = Annotated[int, Field(ge=0, le=100), Ui("int")]
Km = Annotated[int, Field(ge=0, le=2000), Ui("int")]
Score = Annotated[int, Field(ge=1, le=5), Ui("score")]
Code = Annotated[str, _Short]


@dataclass(frozen=True)
class FormField:
    """One field of a form, as a renderer needs it.

    `choices` holds the values of the field's own enum; a field with another `ui.source` takes
    them from the catalogue. `row` is the model of one row where the widget is `rows`.
    """

    name: str
    ui: Ui
    required: bool
    default: Any
    choices: tuple[str, ...] = ()
    row: type[BaseModel] | None = None


def form_fields(model: type[BaseModel]) -> list[FormField]:
    """The visible fields of an event's data model, in order."""
    fields = []
    for name, info in model.model_fields.items():
        ui, annotation = _ui_of(info.metadata, info.annotation)
        if ui is None or ui.hidden:
            continue
        default = None if info.is_required() else info.get_default(call_default_factory=True)
        fields.append(
            FormField(
                name, ui, info.is_required(), default, _choices(annotation), _row_of(annotation)
            )
        )
    return fields


def _ui_of(metadata: list[Any], annotation: Any) -> tuple[Ui | None, Any]:
    """The Ui beside a type, also where it stands inside `X | None`."""
    for item in metadata:
        if isinstance(item, Ui):
            return item, annotation
    for inner in get_args(annotation):
        if get_origin(inner) is Annotated:
            base, *extras = get_args(inner)
            for item in extras:
                if isinstance(item, Ui):
                    return item, base
    return None, annotation


def _types_in(annotation: Any) -> list[type]:
    if isinstance(annotation, type) and not get_args(annotation):
        return [annotation]
    return [found for inner in get_args(annotation) for found in _types_in(inner)]


def _choices(annotation: Any) -> tuple[str, ...]:
    for kind in _types_in(annotation):
        if issubclass(kind, StrEnum):
            return tuple(member.value for member in kind)
    return ()


def _row_of(annotation: Any) -> type[BaseModel] | None:
    return next((kind for kind in _types_in(annotation) if issubclass(kind, FormRow)), None)


def unknown_fields(model: type[BaseModel], values: Mapping[str, Any], at: str = "") -> list[str]:
    """Paths of the values that the form, or a row of it, has no field for."""
    unknown = [f"{at}{name}" for name in values if name not in model.model_fields]
    for name, info in model.model_fields.items():
        row, rows = _row_of(info.annotation), values.get(name)
        if row is None or not isinstance(rows, list | tuple):
            continue
        for number, item in enumerate(rows):
            if isinstance(item, Mapping):
                unknown += unknown_fields(row, item, f"{at}{name}.{number}.")
    return unknown


def _joined(model: type[BaseModel], values: Mapping[str, Any]) -> dict[str, Any]:
    """The values with one line in every text that a form, or a row of it, asks for as one line."""
    joined = dict(values)
    for name, info in model.model_fields.items():
        value = values.get(name)
        ui, _ = _ui_of(info.metadata, info.annotation)
        if isinstance(value, str) and not (ui and ui.widget == "long"):
            joined[name] = one_line(value)
        row = _row_of(info.annotation)
        if row is not None and isinstance(value, list | tuple):
            joined[name] = [
                _joined(row, item) if isinstance(item, Mapping) else item for item in value
            ]
    return joined


def problems_of(error: ValidationError) -> list[FieldProblem]:
    """Every wrong field that pydantic found."""
    return [
        FieldProblem(
            ".".join(str(step) for step in item["loc"]),
            item["type"],
            {name: str(value) for name, value in (item.get("ctx") or {}).items()},
        )
        for item in error.errors(include_url=False, include_input=False)
    ]


def read_form(model: type[M], values: dict[str, Any]) -> M:
    """Check what a person typed. Raises `BadInput` that names every wrong field.

    Several lines in a field of one are joined.
    """
    problems = [FieldProblem(path, "unknown_field") for path in unknown_fields(model, values)]
    typed = _joined(model, values)
    problems += [FieldProblem(path, "not_plain") for path in unplain_paths(typed)]
    try:
        data = model.model_validate(typed, context={"typed": True})
    except ValidationError as error:
        raise BadInput([*problems, *problems_of(error)]) from None
    if problems:
        raise BadInput(problems)
    return data
