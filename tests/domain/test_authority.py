"""The table of authority holds every type of event, and is the one that is documented."""

import re
from pathlib import Path

import pytest

from fieldkit.domain.authority import ROWS, UNKNOWN, Allowance, Relation, allowance
from fieldkit.domain.core.event import Role
from fieldkit.domain.record_kinds import MACHINES

DOCS = Path(__file__).parents[2] / "docs" / "records.md"
COLUMNS = (Role.TECHNICIAN, Role.DESK, Role.SUPERVISOR)


def test_every_type_of_event_stands_in_the_table() -> None:
    known = {event for machine in MACHINES.values() for event in machine.events}
    undo = {machine.undo for machine in MACHINES.values() if machine.undo}
    assert known | undo == ROWS.keys()


def test_the_documentation_has_the_same_table() -> None:
    section = DOCS.read_text(encoding="utf-8").partition("## Authority")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `([a-z_.]+)` \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", section, re.M)
    assert {row[0] for row in rows} == ROWS.keys()
    for event, *cells in rows:
        for role, cell in zip(COLUMNS, cells, strict=True):
            words = cell.split() if " " in cell.strip() else cell.split() * len(Relation)
            told = [Allowance(word) for word in words]
            assert told == [allowance(event, role, relation) for relation in Relation], event


@pytest.mark.parametrize("event", ROWS)
def test_each_cell_is_no_weaker_than_the_next(event: str) -> None:
    """What may be done to anybody's record may be done to one's own; a script may do what its
    technician may."""
    order = list(Allowance)
    for role in Role:
        found = [order.index(allowance(event, role, relation)) for relation in Relation]
        assert found == sorted(found)
    for relation in Relation:
        technician = allowance(event, Role.TECHNICIAN, relation)
        assert allowance(event, Role.SCRIPT, relation) is technician


def test_field_work_on_what_was_given_is_never_refused() -> None:
    office = {"job.submitted", "job.flagged", "job.conflict_resolved", "job.escalation_told"}
    for event in ROWS:
        if event.startswith("job.") and event not in office:
            assert allowance(event, Role.TECHNICIAN, Relation.GIVEN) is not Allowance.REFUSE


def test_a_type_that_nobody_knows_is_refused_but_on_a_record_of_ones_own() -> None:
    assert "job.teleported" not in ROWS
    assert UNKNOWN[0] == "aarr"
    told = [allowance("job.teleported", Role.TECHNICIAN, relation) for relation in Relation]
    assert told == [Allowance.ALLOW, Allowance.ALLOW, Allowance.REFUSE, Allowance.REFUSE]
