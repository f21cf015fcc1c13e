"""What is said of a bill, in words."""

from fieldkit.domain.core.catalogue import Catalogue
from fieldkit.domain.job.bill import BillLine
from fieldkit.i18n import Lang, say, say_money


def say_not_fitted(line: BillLine, catalogue: Catalogue, lang: Lang) -> str:
    """How many of a quoted part were not fitted, and what that makes less."""
    return say(
        "paper.not_fitted",
        lang,
        quantity=line.unfitted,
        part=catalogue.name("part", line.part, lang),
        amount=say_money(line.unfitted_fen, lang),
    )
