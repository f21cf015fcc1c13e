"""What may happen to a job at any time: notes, parts, promises, approvals, complaints, repairs of
the record. One data model each, which is also the step's form.
"""

from typing import Annotated, Any

from pydantic import Field

from fieldkit.domain.core.complaint_said import ComplaintSaid
from fieldkit.domain.core.form import (
    Code,
    Count,
    Data,
    Day,
    Fen,
    Hidden,
    NeededLongText,
    NeededText,
    Text,
    Ui,
    Yes,
)
from fieldkit.domain.core.job_codes import (
    Answer,
    DelayCause,
    PartSource,
    SettledCharge,
)


class NoteAdded(Data):
    """A note."""

    text: NeededLongText


class AttachmentAdded(Data):
    """A file, named by its SHA-256 digest; `size` in bytes."""

    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$"), Ui("text", hidden=True)]
    name: Annotated[Hidden, Field(max_length=200)]
    media_type: Annotated[Hidden, Field(max_length=200)] = "application/octet-stream"
    size: Annotated[int, Field(ge=0), Ui("int", hidden=True)] = 0


class PartFetched(Data):
    """A part fetched for this job from the van, where it is then set aside, or the outlet."""

    part: Annotated[Code, Field(min_length=1), Ui("choice", "part")]
    quantity: Count = 1
    source: Annotated[PartSource, Ui("choice", "enum")] = PartSource.VAN


class PartReturned(Data):
    """A part that was fetched and not needed."""

    part: Annotated[Code, Field(min_length=1), Ui("choice", "part")]
    quantity: Count = 1
    reason: Text = ""


class PartOrdered(Data):
    """A part that this job waits for. `expected_on` is when it should come, if anybody knows;
    a later order of the same part takes the place of this one."""

    part: Annotated[Code, Field(min_length=1), Ui("choice", "part")]
    quantity: Count = 1
    expected_on: Day | None = None
    note: Text = ""


class PromiseChanged(Data):
    """A new promised date, and why. `delay_cause` is what the rules ask for: a delay by our own
    fault, or by parts, may end in an exchange."""

    promised_on: Day
    delay_cause: Annotated[DelayCause, Ui("choice", "enum")] | None = None
    reason: NeededText


class HelpRequested(Data):
    """The technician cannot solve it alone. `decision` is what the rules said of the job then."""

    question: NeededLongText
    cannot_solve: Yes = False
    decision: Annotated[dict[str, Any] | None, Ui("text", hidden=True)] = None

    @property
    def text(self) -> str:
        """What it is about, as of a blocker."""
        return self.question


class BlockerLogged(Data):
    """Something behind the front line that holds the job up: parts, IT, transport."""

    department: Annotated[Code, Ui("choice", "department")]
    text: NeededText


class BlockerResolved(Data):
    """It holds nothing up any more, or the help is there: `blocker` is the event of that, the
    oldest open one unless named."""

    how: NeededText
    blocker: Hidden = ""


class ComplaintOpened(ComplaintSaid):
    """The customer complains: the complaint is a record of its own."""

    complaint: Hidden = ""


class CarriedForward(Data):
    """The job cannot be finished today."""

    reason: NeededText
    until: Day


class ApprovalRequested(Data):
    """What exceeds the technician's limit. `amount_fen` is what the company gives up.

    `left_open`: the rules left lines for the approver to decide. `about` is "" for what the
    verdict asks approval of, `goodwill` for what is to be given away besides. `code_number` is the
    number of the telephone code that may answer it, 0 where the laptop had none.
    """

    approver: Annotated[Code, Ui("choice", "approver")]
    line: Annotated[int, Ui("int", hidden=True)] = 0
    amount_fen: Fen = 0
    reason: NeededText
    left_open: Annotated[bool, Ui("bool", hidden=True)] = False
    about: Hidden = ""
    code_number: Annotated[int, Ui("int", hidden=True)] = 0


class ApprovalAnswered(Data):
    """The answer to a request: `request` is its event, the open one unless it is named.

    `code` is the telephone code, if any, and `code_number` its number. `charge` is what the
    supervisor decided about the lines that the rules left open.
    """

    answer: Annotated[Answer, Ui("choice", "enum")]
    by_name: NeededText
    code: Text = ""
    charge: Annotated[SettledCharge, Ui("choice", "enum")] | None = None
    reason: Text = ""
    request: Hidden = ""
    code_number: Annotated[int, Ui("int", hidden=True)] = 0


class Cancelled(Data):
    """The job will not be done. `knew_work` says whether who cancelled it knew of work on it; None
    by an earlier program."""

    reason: NeededText
    knew_work: Annotated[bool | None, Ui("bool", hidden=True)] = None


class Amended(Data):
    """A correction of an earlier step: only the fields that changed."""

    step: Hidden
    changes: Annotated[dict[str, Any], Ui("text", hidden=True)]


class CustomerCorrected(Data):
    """What was corrected of the customer, for the card that the job carries: changed fields."""

    changes: Annotated[dict[str, Any], Ui("text", hidden=True)]


class ProductCorrected(Data):
    """What was corrected of the product, for the snapshot that the job carries: changed fields."""

    changes: Annotated[dict[str, Any], Ui("text", hidden=True)]


class StepUndone(Data):
    """The last step is taken back; `event` is the event that no longer counts."""

    event: Hidden


class EscalationTold(Data):
    """Somebody who must know of this job was told; `level` and `department` say who, `about` what
    of it: "" for the work, `survey` for the customer's card."""

    level: Hidden
    about: Hidden = ""
    department: Annotated[Code, Ui("choice", "department")]
    note: Text = ""
