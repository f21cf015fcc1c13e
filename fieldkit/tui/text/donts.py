"""What not to do with a customer who complains, beside the forms of a complaint."""

from fieldkit.domain.core.catalogue import Catalogue
from fieldkit.i18n import Lang
from fieldkit.tui.text.lines import Line, paragraph


def donts(catalogue: Catalogue, lang: Lang, cells: int) -> list[Line]:
    """What not to do with a customer who is not satisfied, in one short paragraph."""
    names = [item.name.say(lang) for item in catalogue.checklists.get("complaint_donts", ())]
    return paragraph(" · ".join(names), cells, "warn")
