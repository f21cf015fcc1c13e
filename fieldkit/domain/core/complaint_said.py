"""What a customer complains of, wherever it is recorded: on a job, or as a complaint of its own."""

from typing import Annotated, Any

from fieldkit.domain.core.form import Code, Data, NeededLongText, Text, Ui, Yes


class ComplaintSaid(Data):
    """What a customer complains of, wherever it is recorded.

    `decision` is the decision record of the complaint rules, where they were asked.
    """

    text: NeededLongText
    wanted: Text = ""
    complaint_class: Annotated[Code, Ui("choice", "complaint_class")] = ""
    cause: Annotated[Code, Ui("choice", "complaint_cause")] = ""
    threat_to_publish: Yes = False
    threat_to_authority: Yes = False
    decision: Annotated[dict[str, Any] | None, Ui("text", hidden=True)] = None
