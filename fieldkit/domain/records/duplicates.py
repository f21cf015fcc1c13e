"""Customers who may be the same: one telephone number, or one name and address."""

from collections.abc import Iterable, Mapping
from typing import Any

from fieldkit.domain.core.searching import folded


def likeness_keys(customer: Mapping[str, Any]) -> set[str]:
    """What two records of one customer have in common at least one of: the number's digits, or
    name and address together. `customer` holds `name`, `phone` and `address`, as far as known."""
    keys = set()
    digits = _digits(str(customer.get("phone") or ""))
    if len(digits) >= _ENOUGH and len(set(digits)) > 1:
        keys.add(f"phone {digits}")
    name, address = (_plain(str(customer.get(part) or "")) for part in ("name", "address"))
    if name and address:
        keys.add(f"lives {name} {address}")
    return keys


_ENOUGH = 7
"""Digits of a local number. Fewer, or one digit again and again, are no number."""


def _digits(phone: str) -> str:
    """The digits of a number without the country code of mainland China and extensions aside."""
    digits = "".join(sign for sign in folded(phone) if sign.isdecimal())
    for code in ("0086", "86"):
        if digits.startswith(code) and len(digits) - len(code) >= 11:
            return digits.removeprefix(code)
    return digits


def _plain(text: str) -> str:
    return "".join(filter(str.isalnum, folded(text)))


def alike(customers: Iterable[Mapping[str, Any]]) -> list[list[str]]:
    """The ids of customers who may be the same, in groups, in the order given."""
    same_as: dict[str, str] = {}
    known: dict[str, str] = {}

    def first(record_id: str) -> str:
        while same_as[record_id] != record_id:
            record_id = same_as[record_id]
        return record_id

    for customer in customers:
        own = same_as.setdefault(str(customer["id"]), str(customer["id"]))
        for key in likeness_keys(customer):
            one, other = first(known.setdefault(key, own)), first(own)
            same_as[other] = one
    groups: dict[str, list[str]] = {}
    for record_id in same_as:
        groups.setdefault(first(record_id), []).append(record_id)
    return [group for group in groups.values() if len(group) > 1]
