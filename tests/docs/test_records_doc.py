"""docs/records.md names every field of a customer, a product and a job, and says of each what the
code does."""

import re

import pytest

from fieldkit.domain.job.corrected import AMENDABLE
from fieldkit.domain.job.model import Job
from fieldkit.domain.records.customer_product import (
    CUSTOMER_COSTLY,
    PRODUCT_COSTLY,
    Customer,
    CustomerAmended,
    Product,
    ProductAmended,
)
from tests.docs.test_paths import ROOT

TEXT = (ROOT / "docs" / "records.md").read_text(encoding="utf-8")
BOOKKEEPING = {"id", "events", "attention", "unknown"}


def rows(heading: str) -> dict[str, list[str]]:
    """The cells of the table under a heading, by field."""
    section = TEXT.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    found: dict[str, list[str]] = {}
    for line in section.splitlines():
        if line.startswith("| `"):
            names, *cells = line.strip("| ").split(" | ")
            found |= dict.fromkeys(re.findall(r"`(\w+)`", names), cells)
    return found


@pytest.mark.parametrize(
    ("heading", "model", "amended", "costly"),
    [
        ("Customer", Customer, CustomerAmended, CUSTOMER_COSTLY),
        ("Product", Product, ProductAmended, PRODUCT_COSTLY),
    ],
)
def test_each_field_of_a_record_says_who_changes_it(
    heading: str,
    model: type[Customer | Product],
    amended: type[CustomerAmended | ProductAmended],
    costly: frozenset[str],
) -> None:
    found = rows(heading)
    assert set(found) == set(model.model_fields) - BOOKKEEPING
    for name in set(amended.model_fields) - {"stamp", "serial_doubts"}:
        by_technician = found[name][1]
        assert by_technician.startswith("confirmed" if name in costly else "at once"), name
    never = set(found) - set(amended.model_fields)
    assert [name for name in never if found[name][1].startswith("confirmed")] == []


def test_each_part_of_a_job_says_who_changes_it() -> None:
    found = rows("Job")
    assert set(found) == set(Job.model_fields)
    amended = {name for name, cells in found.items() if f"job amend {name}" in cells[1]}
    assert amended == AMENDABLE
