"""A complaint: eight steps, from the record to what will be done better."""

from typing import Annotated

from fieldkit.domain.core.complaint_said import ComplaintSaid
from fieldkit.domain.core.evolve import Document, Machine
from fieldkit.domain.core.form import (
    Code,
    Data,
    Hidden,
    LongText,
    NeededLongText,
    Text,
    Ui,
    Yes,
)


class ComplaintRecorded(ComplaintSaid):
    """Step 1: who, when, against what, and what is wanted. `scores` are those of the survey card
    that opened it, 1 to 5 by the name of the question."""

    job: Hidden = ""
    customer: Hidden = ""
    channel: Text = ""
    scores: Annotated[dict[str, int] | None, Ui("text", hidden=True)] = None


class ComplaintJudged(Data):
    """Step 2: whether it is founded. An unfounded one is answered at once, with reasons."""

    founded: Yes
    grade: Annotated[Code, Ui("choice", "complaint_grade")] = ""
    answer: LongText = ""


class ComplaintAssigned(Data):
    """Step 3: the department; never the person complained about."""

    department: Annotated[Code, Ui("choice", "department")]
    person: Text = ""


class ComplaintInvestigated(Data):
    """Step 4: who was responsible, and why."""

    findings: NeededLongText


class ComplaintProposed(Data):
    """Step 5: the solution."""

    solution: NeededLongText


class ComplaintTold(Data):
    """Step 6: the customer was told, and what she said."""

    reaction: LongText = ""


class ComplaintSettled(Data):
    """Step 7: the responsibility is settled."""

    outcome: NeededLongText


class ComplaintImproved(Data):
    """Step 8: what will be done better."""

    improvement: NeededLongText


class Complaint(Document):
    """A complaint and its eight steps."""

    recorded: ComplaintRecorded | None = None
    judged: ComplaintJudged | None = None
    assigned: ComplaintAssigned | None = None
    investigated: ComplaintInvestigated | None = None
    proposed: ComplaintProposed | None = None
    told: ComplaintTold | None = None
    settled: ComplaintSettled | None = None
    improved: ComplaintImproved | None = None


COMPLAINT_STEPS = (
    "recorded", "judged", "assigned", "investigated", "proposed", "told", "settled", "improved",
)  # fmt: skip
"""The eight steps of a complaint, in order."""

COMPLAINT: Machine[Complaint] = Machine(
    document=Complaint,
    events={
        "complaint.recorded": ComplaintRecorded,
        "complaint.judged": ComplaintJudged,
        "complaint.assigned": ComplaintAssigned,
        "complaint.investigated": ComplaintInvestigated,
        "complaint.proposed": ComplaintProposed,
        "complaint.told": ComplaintTold,
        "complaint.settled": ComplaintSettled,
        "complaint.improved": ComplaintImproved,
    },
    sets={f"complaint.{step}": step for step in COMPLAINT_STEPS},
)
