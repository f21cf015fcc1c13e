"""The catalogue: what the trade is about, as data. Models, parts, faults, lists, checklists."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from fieldkit.domain.core.base_model import StrictModel
from fieldkit.domain.core.serial import serial_key, tidy_serial, written_as

Lang = Literal["en", "zh"]


class Both(StrictModel):
    """A text in English and Simplified Chinese."""

    en: str = Field(min_length=1)
    zh: str = Field(min_length=1)

    def say(self, lang: Lang) -> str:
        """The text in one language."""
        return self.zh if lang == "zh" else self.en


class Part(StrictModel):
    """A part with its public price in fen and its labour in minutes.

    `substitutes` may be fitted in its place, the best one first. What is not `stocked` is work
    that is sold like a part: no van carries it. One with a serial number of its own
    (`has_serial`) is missed when it is fitted without.
    """

    sku: str
    name: Both
    price_fen: int = Field(ge=0)
    labour_minutes: int = Field(ge=0)
    component: str
    substitutes: tuple[str, ...] = ()
    stocked: bool = True
    has_serial: bool = False
    source: str


class FaultEntry(StrictModel):
    """One entry of the knowledge base: symptom, likely cause, what to do, parts it may need.

    `components` lists what may be at fault; `danger` marks what is dangerous.
    """

    code: str
    symptom: Both
    likely_cause: Both
    fix: Both
    components: tuple[str, ...]
    parts: tuple[str, ...] = ()
    danger: Literal["", "safety", "emergency"] = ""
    note: Both | None = None
    source: str


SerialPattern = Annotated[str, Field(pattern=r"^[\w ./-]*[#@\w][#@\w ./-]*$", max_length=60)]


class ProductModel(StrictModel):
    """A model that the company sells, and which components it has.

    `serials` are the patterns of its serial numbers (`C24-####-#####`), see `written_as`; without
    one any serial may be of this model.
    """

    code: str
    name: Both
    components: tuple[str, ...]
    serials: tuple[SerialPattern, ...] = ()


class Choice(StrictModel):
    """One value of a list that forms offer."""

    code: str
    name: Both


class Recall(StrictModel):
    """A recall, and the serial numbers that it concerns (a prefix each)."""

    id: str
    title: Both
    serial_prefixes: tuple[str, ...]
    component: str
    since: date


class Company(StrictModel):
    """Who issues the papers: `tax_id` and `complaint_phone` stand on them as they are written."""

    name: Both
    address: Both
    tax_id: str
    complaint_phone: str


class Catalogue(StrictModel):
    """Everything that the trade brings. `lists` and `checklists` are by name. `region` is the
    country whose telephone numbers are written without its code.

    Lists that forms ask for: component, cause, hazard, modification, finding, charger, charge,
    department, approver, remedy_option, complaint_class, complaint_cause, complaint_grade,
    follow_up_outcome, language. Lists that name what the rules answer: instruction,
    follow_up_reason. Checklists: arrival, complaint_donts, handover_documents.
    """

    revision: int = 1
    region: str = "CN"
    company: Company | None = None
    parts: tuple[Part, ...] = ()
    faults: tuple[FaultEntry, ...] = ()
    models: tuple[ProductModel, ...] = ()
    recalls: tuple[Recall, ...] = ()
    lists: dict[str, tuple[Choice, ...]] = Field(default_factory=dict)
    checklists: dict[str, tuple[Choice, ...]] = Field(default_factory=dict)

    @property
    def parts_by_sku(self) -> dict[str, Part]:
        """Every part, by its SKU."""
        return {part.sku: part for part in self.parts}

    def part(self, sku: str) -> Part | None:
        """The part with this SKU, or None."""
        return next((part for part in self.parts if part.sku == sku), None)

    def fault(self, code: str) -> FaultEntry | None:
        """The fault with this code, or None."""
        return next((fault for fault in self.faults if fault.code == code), None)

    def choices(self, source: str) -> tuple[Choice, ...]:
        """The values that a form offers for a `Ui.source`."""
        if source == "part":
            return tuple(Choice(code=part.sku, name=part.name) for part in self.parts)
        if source == "fault":
            return tuple(Choice(code=fault.code, name=fault.symptom) for fault in self.faults)
        if source == "model":
            return tuple(Choice(code=model.code, name=model.name) for model in self.models)
        return self.lists.get(source, ())

    def name(self, source: str, code: str, lang: Lang) -> str:
        """What a code is called; the code itself where the catalogue does not know it."""
        found = next((item for item in self.choices(source) if item.code == code), None)
        return found.name.say(lang) if found else code

    def serial_patterns(self, model: str) -> tuple[str, ...]:
        """The patterns of a model's serial numbers."""
        return next((each.serials for each in self.models if each.code == model), ())

    def models_with(self, serial: str) -> list[str]:
        """The codes of the models of which a serial has the form."""
        return [
            model.code
            for model in self.models
            if any(written_as(serial, pattern) for pattern in model.serials)
        ]

    def serial_of(self, model: str, serial: str) -> str:
        """A serial as it is written: in the form of its model, else of any that it fits."""
        patterns = [*self.serial_patterns(model), *(p for m in self.models for p in m.serials)]
        forms = filter(None, (written_as(serial, pattern) for pattern in patterns))
        return next(forms, tidy_serial(serial))

    def recall_for(self, serial: str) -> Recall | None:
        """The recall that concerns a serial number, however it is written, or None."""
        key = serial_key(serial)
        for recall in self.recalls:
            prefixes = filter(None, map(serial_key, recall.serial_prefixes))
            if key.startswith(tuple(prefixes)):
                return recall
        return None


def interchangeable(one: str, other: str, parts: Mapping[str, Part]) -> bool:
    """Whether two parts are the same, or one of them may be fitted in the place of the other."""
    return one == other or any(
        stand_in in parts[part].substitutes
        for part, stand_in in ((one, other), (other, one))
        if part in parts
    )
