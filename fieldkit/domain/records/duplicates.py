"""Customers who may be the same: one telephone number, or one name and address."""

from collections.abc import Iterable, Mapping
from typing import Any

from fieldkit.domain.core.phone import apart, e164
from fieldkit.domain.core.searching import folded


def likeness_keys(customer: Mapping[str, Any], region: str) -> set[str]:
    """What two records of one customer have in common at least one of: the telephone number, or
    name and address together. `customer` holds `name`, `phone`, `phone_e164` and `address`, as far
    as known, and `told_apart`; `region` is where a number is from of which it was not recorded how
    it is dialled."""
    keys = set()
    typed = str(customer.get("phone") or "")
    digits = "".join(sign for sign in folded(typed) if sign.isdecimal())
    if dialled := customer.get("phone_e164") or e164(typed, region):
        keys.add(f"phone {dialled}")
    elif len(digits) >= _ENOUGH and len(set(digits)) > 1:
        keys.add(f"phone {digits}")
    name, address = (_plain(str(customer.get(part) or "")) for part in ("name", "address"))
    if name and address:
        keys.add(f"lives {name} {address}")
    return keys


_ENOUGH = 7
"""Digits of a local number. Fewer, or one digit again and again, are no number."""


def _plain(text: str) -> str:
    return "".join(filter(str.isalnum, folded(text)))


def alike_to(
    customer: Mapping[str, Any], others: Iterable[Mapping[str, Any]], region: str
) -> list[str]:
    """The ids of the others who may be the same as a customer, in the order given."""
    keys, hints = likeness_keys(customer, region), _hints(customer)
    return [
        str(one["id"])
        for one in others
        if one["id"] != customer["id"]
        and not _are_two(customer, one)
        and not hints.isdisjoint(_hints(one))
        and not keys.isdisjoint(likeness_keys(one, region))
    ]


def _are_two(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether somebody has told the two apart."""
    apart = (*(one.get("told_apart") or ()), *(other.get("told_apart") or ()))
    return one["id"] in apart or other["id"] in apart


def _hints(customer: Mapping[str, Any]) -> set[str]:
    """What those who are alike have in common, found without a look into the plans of numbers."""
    number, _ = apart(str(customer.get("phone") or ""))
    digits = "".join(filter(str.isdecimal, folded(number)))
    return {digits[-_ENOUGH:], _plain(str(customer.get("name") or ""))} - {""}


def alike(customers: Iterable[Mapping[str, Any]], region: str) -> list[list[str]]:
    """The ids of customers who may be the same, in groups, in the order given; `region` as
    `likeness_keys` has it."""
    same_as: dict[str, str] = {}
    known: dict[str, list[Mapping[str, Any]]] = {}

    def first(record_id: str) -> str:
        while same_as[record_id] != record_id:
            record_id = same_as[record_id]
        return record_id

    for customer in customers:
        own = same_as.setdefault(str(customer["id"]), str(customer["id"]))
        for key in likeness_keys(customer, region):
            for like in known.setdefault(key, []):
                if not _are_two(like, customer):
                    same_as[first(own)] = first(str(like["id"]))
                    break
            known[key].append(customer)
    groups: dict[str, list[str]] = {}
    for record_id in same_as:
        groups.setdefault(first(record_id), []).append(record_id)
    return [group for group in groups.values() if len(group) > 1]
