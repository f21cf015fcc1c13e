"""The right half of the job screen, as lines."""

import pytest

from fieldkit.domain.catalogue import Catalogue
from fieldkit.i18n import Lang
from fieldkit.tui.details import Details
from tests.domain.build import Walk


@pytest.mark.parametrize(("lang", "label"), [("en", "Case owner"), ("zh", "首问责任人")])
def test_who_took_the_call_is_named_beside_who_is_sent(lang: Lang, label: str) -> None:
    walk = Walk()
    owner = walk.job.request.owner if walk.job.request else ""

    def shown() -> list[str]:
        lines = Details(walk.job, Catalogue(), lang).lines(60)
        text = ["".join(part for part, _ in line) for line in lines]
        return [line.split()[-1] for line in text if label in line]

    walk.do("dispatch", {"technician": owner})
    assert shown() == []
    walk.do("dispatch", {"technician": "zhou"})
    assert shown() == [owner]
