"""Two customers who were found to be one: which of them stands for both, until it is undone.

Nothing is moved: products and jobs keep the customer whom they were recorded with, and are found
under whoever stands for her. So an undone merge leaves everything as it was.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from fieldkit.domain.core.base_model import Model
from fieldkit.domain.core.event import Event
from fieldkit.domain.core.form import Data, Hidden


class CustomerMerged(Data):
    """This customer was found to be the same as `into`, who stands for both."""

    into: Hidden


class CustomerUnmerged(Data):
    """They are two after all: `merge` is the event that no longer counts."""

    merge: Hidden


class CustomerToldApart(Data):
    """This customer is not the same as `other`, whatever they have in common: nobody asks again."""

    other: Hidden


class Merge(Model):
    """A merge that counts."""

    event: str
    into: str


def merged(customer: Any, data: CustomerMerged, event: Event) -> Any:
    """The last merge counts, where two sides merged the same customer."""
    return _with(customer, (*customer.merges, Merge(event=event.id, into=data.into)))


def told_apart(customer: Any, data: CustomerToldApart, event: Event) -> Any:
    """They are two, and are not offered for merging again."""
    known = dict.fromkeys((*customer.told_apart, data.other))
    return customer.model_copy(update={"told_apart": tuple(known)})


def unmerged(customer: Any, data: CustomerUnmerged, event: Event) -> Any:
    """A merge that is undone is over; an earlier one counts again. Who was parted is told apart."""
    for one in customer.merges:
        if one.event == data.merge:
            customer = told_apart(customer, CustomerToldApart(other=one.into), event)
    return _with(customer, tuple(one for one in customer.merges if one.event != data.merge))


def _with(customer: Any, merges: tuple[Merge, ...]) -> Any:
    into = merges[-1].into if merges else ""
    into = "" if into == customer.id else into
    return customer.model_copy(update={"merges": merges, "merged_into": into})


def survivor(record_id: str, merged_into: Mapping[str, str]) -> str:
    """Who stands for a customer; `merged_into` says of each merged one into whom.

    Where two sides merged two customers into each other, the one who was registered first, by
    her id, stands for both.
    """
    path = [record_id]
    while into := merged_into.get(path[-1], ""):
        if into in path:
            return min(path[path.index(into) :])
        path.append(into)
    return path[-1]


def everybody(record_id: str, merged_into: Mapping[str, str]) -> set[str]:
    """All ids under which a customer is recorded."""
    stands = survivor(record_id, merged_into)
    same: Iterable[str] = (one for one in merged_into if survivor(one, merged_into) == stands)
    return {stands, *same}
