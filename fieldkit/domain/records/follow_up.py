"""A follow-up: a call that is due, how it went, or when it is due instead."""

from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime

from fieldkit.domain.core.event import Event
from fieldkit.domain.core.evolve import Document, Machine
from fieldkit.domain.core.form import (
    Code,
    Data,
    Day,
    Hidden,
    LongText,
    NeededText,
    Text,
    Ui,
)

PRODUCT_GONE = "product_gone"
"""The outcome of a call about a product that the customer does not have any more."""


class FollowUpPlanned(Data):
    """A call or visit that is due at a moment relative to an event. `not_by` is who must not make
    it: she is what it is about."""

    reason: Annotated[Code, Ui("text", hidden=True)]
    due: Annotated[AwareDatetime, Ui("text", hidden=True)]
    job: Hidden = ""
    customer: Hidden = ""
    customer_name: Hidden = ""
    product: Hidden = ""
    assigned_to: Text = ""
    not_by: Hidden = ""


class FollowUpWay(StrEnum):
    """How the customer was asked."""

    PHONE = "phone"
    MESSAGE = "message"
    VISIT = "visit"


class FollowUpDone(Data):
    """What came of it. `again_on` plans the next one for the same reason: who could not be
    reached, and whom we ask from time to time."""

    outcome: Annotated[Code, Ui("choice", "follow_up_outcome")]
    way: Annotated[FollowUpWay, Ui("choice", "enum")] = FollowUpWay.PHONE
    note: LongText = ""
    again_on: Day | None = None


class FollowUpMoved(Data):
    """A new moment, and why."""

    due: Annotated[AwareDatetime, Ui("text")]
    reason: NeededText


class FollowUp(Document):
    """A follow-up; open until `done`."""

    planned: FollowUpPlanned | None = None
    due: AwareDatetime | None = None
    done: FollowUpDone | None = None


def _planned(document: FollowUp, data: FollowUpPlanned, event: Event) -> FollowUp:
    if document.planned is not None:
        return document
    return document.model_copy(update={"planned": data, "due": document.due or data.due})


def _moved(document: FollowUp, data: FollowUpMoved, event: Event) -> FollowUp:
    return document.model_copy(update={"due": data.due})


FOLLOW_UP: Machine[FollowUp] = Machine(
    document=FollowUp,
    events={
        "follow_up.planned": FollowUpPlanned,
        "follow_up.done": FollowUpDone,
        "follow_up.moved": FollowUpMoved,
    },
    sets={"follow_up.done": "done"},
    special={"follow_up.planned": _planned, "follow_up.moved": _moved},
)
