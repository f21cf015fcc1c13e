"""What is asked back about a serial number before it names a product."""

from collections.abc import Callable
from dataclasses import dataclass

from fieldkit.domain.core.catalogue import Catalogue
from fieldkit.domain.core.errors import FieldProblem
from fieldkit.domain.core.serial import serial_key
from fieldkit.domain.records.customer_product import Product

CONFIRM = "serial_confirmed"
"""The field by which a person says that the serial is right as it was typed."""


@dataclass(frozen=True)
class Serials:
    """What is known of serials: the patterns of the catalogue's models, and the products here.

    `find` gives the product with a serial, however that is written; `like` the serial of a product
    that this one may be a slip of, or ""; `name_of` the name of a customer by her id; `fitted_in`
    the serial of another product than a given one in which a component of that serial was fitted.
    """

    catalogue: Catalogue
    find: Callable[[str], Product | None]
    like: Callable[[str], str]
    name_of: Callable[[str], str]
    fitted_in: Callable[[str, str], str] = lambda serial, product: ""


def serial_doubts(serials: Serials, model: str, serial: str, path: str) -> list[FieldProblem]:
    """What a person has to confirm, or to correct, about a serial of no known product."""
    doubts = model_doubts(serials.catalogue, model, serial, path)
    if known := serials.like(serial):
        doubts.append(FieldProblem(path, "serial_alike", {"serial": known}, CONFIRM))
    return doubts


def model_doubts(catalogue: Catalogue, model: str, serial: str, path: str) -> list[FieldProblem]:
    """The same about whether the serial is one of this model."""
    patterns = catalogue.serial_patterns(model)
    others = catalogue.models_with(serial)
    if model in others or not (patterns or others):
        return []
    if others:
        return [FieldProblem(path, "serial_of_other", {"model": ", ".join(others)}, CONFIRM)]
    form: dict[str, object] = {"serial": serial, "form": ", ".join(patterns)}
    return [FieldProblem(path, "serial_form", form, CONFIRM)]


def bears(product: Product, serial: str) -> bool:
    """Whether a serial is that of a product today: it may have been corrected, and its id stays."""
    return serial_key(product.serial or product.id) == serial_key(serial)


def serial_problems(serial: str, path: str) -> list[FieldProblem]:
    """What cannot be a serial at all."""
    return [] if serial_key(serial) else [FieldProblem(path, "no_serial")]
