"""What documents are found by: the number that people name, and the words about a record."""

from collections.abc import Mapping
from typing import Any

from fieldkit.domain.core.kinds import RecordKind
from fieldkit.domain.core.plain_text import without_controls
from fieldkit.domain.core.searching import search_text
from fieldkit.domain.core.serial import serial_key
from fieldkit.domain.records.component_serials import component_serials
from fieldkit.domain.records.customer_product import Product
from fieldkit.office.tables import NAME_LENGTH

SEARCHED: Mapping[str, tuple[str, ...]] = {
    RecordKind.CUSTOMER: ("name", "phone", "address"),
    RecordKind.PRODUCT: ("serial", "model", "customer"),
    RecordKind.JOB: ("number", "customer.name", "customer.phone", "product.serial"),
    RecordKind.COMPLAINT: ("recorded.text",),
}
"""The kinds that are found by words, and the fields in which these are searched for."""


_UNSEEN: Mapping[str, tuple[str, ...]] = {
    RecordKind.CUSTOMER: ("phone_e164",),
    RecordKind.JOB: ("customer.phone_e164",),
}
"""What they are found by, too, and nobody is shown."""


def search_columns(kind: str, record: str, document: object) -> tuple[str, str]:
    """The columns `number` and `words` of a document, which is its model or its JSON object."""
    fields = [text_at(document, path) for path in SEARCHED.get(kind, ())]
    unseen = [text_at(document, path) for path in _UNSEEN.get(kind, ())]
    if kind == RecordKind.PRODUCT:
        unseen += component_serials(_json(document)).values()
    words = search_text(map(without_controls, fields + unseen))
    if kind == RecordKind.JOB:
        return job_number(fields[0]), words
    if kind == RecordKind.PRODUCT:
        return serial_key(fields[0] or record)[:NAME_LENGTH], words
    return "", words


def _json(document: object) -> Mapping[str, Any]:
    """A document's JSON object, as far as its history."""
    if isinstance(document, Product):
        return document.model_dump(mode="json", include={"history"})
    return document if isinstance(document, Mapping) else {}


def job_number(text: str) -> str:
    """A job's number as it is searched for."""
    return without_controls(text).strip().upper()[:NAME_LENGTH]


def text_at(document: object, path: str) -> str:
    """The text at a dotted path; "" where there is none."""
    found: object = document
    for name in path.split("."):
        found = found.get(name) if isinstance(found, Mapping) else getattr(found, name, None)
    return found if isinstance(found, str) else ""
