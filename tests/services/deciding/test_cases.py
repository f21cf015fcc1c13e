"""From a job document to the case: what was recorded is there, what was not is absent."""

from datetime import date
from typing import Any

import pytest

from fieldkit.domain.job.model import Job
from fieldkit.domain.job.side_events import ComplaintOpened
from fieldkit.rules import Case
from fieldkit.services.deciding.cases import complaint_case, job_case
from fieldkit.services.home.trade import Trade

TODAY = date(2026, 11, 5)
TRADE = Trade()


def _job(
    product: dict[str, Any] | None = None,
    line: dict[str, Any] | None = None,
    **parts: Any,
) -> Job:
    """A job document with one controller line, as `fieldkit job show --json` prints it."""
    lines = [{"line": 1, "component": "controller", "cause": "manufacturing", **(line or {})}]
    document: dict[str, Any] = {
        "id": "j-1",
        "product": {"id": "C24-2512-00001", "serial": "C24-2512-00001", **(product or {})},
        "diagnosis": {"lines": lines},
        **parts,
    }
    return Job.model_validate(document)


def _case(job: Job) -> Case:
    return job_case(job, TRADE.catalogue, TODAY)


def _entry(on: str, **more: Any) -> dict[str, Any]:
    return {"job": "j-0", "on": on, "component": "controller", **more}


def _known(*history: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"history_known": True, "history": list(history), **more}


# -- history -------------------------------------------------------------------------------


def test_without_a_known_history_everything_of_it_is_absent() -> None:
    case = _case(_job())
    line = case.lines[0]
    assert case.run_in_already_done is None
    assert line.failed_warranty_repairs is None
    history = (
        line.previous_repair_date, line.same_fault, line.previous_repair_paid,
        line.part_sold_on, line.part_fitted_free_on,
    )  # fmt: skip
    assert history == (None,) * 5


def test_what_is_known_of_a_history_counts_though_there_may_be_more() -> None:
    """What this laptop itself repaired, of a product that it registered long after the sale."""
    sold = _entry("2026-10-24", fault="E28", paid=True, sold=True, part="P-CTL350")
    free = _entry("2026-03-01", fault="E28", under_warranty=True)
    pause = {"start": "2026-10-20", "end": "2026-10-24"}
    product = {"history": [sold, free], "pauses": [pause], "run_in_done": True}
    case = _case(_job(product, {"fault": "E28", "part": "P-CTL350"}))
    line = case.lines[0]
    assert (line.part_sold_on, line.same_fault) == (date(2026, 10, 24), True)
    assert (line.previous_repair_date, line.previous_repair_paid) == (date(2026, 10, 24), True)
    assert line.failed_warranty_repairs == 1
    assert case.repair_periods == ((date(2026, 10, 20), date(2026, 10, 24)),)
    assert case.run_in_already_done is True
    other = _case(_job({"history": [sold]}, {"fault": "E10"})).lines[0]
    assert (other.same_fault, other.failed_warranty_repairs) == (None, None)


def test_a_known_and_empty_history_is_a_no() -> None:
    case = _case(_job(_known()))
    assert case.run_in_already_done is False
    assert case.lines[0].failed_warranty_repairs == 0
    assert case.lines[0].previous_repair_date is None


def test_the_last_repair_of_the_component_is_told() -> None:
    old = _entry("2026-03-01", fault="E28", under_warranty=True, fitted=True, part="P-CTL350")
    new = _entry("2026-10-24", fault="E28", paid=True, sold=True, part="P-CTL350")
    line = _case(_job(_known(old, new), {"fault": "E28", "part": "P-CTL350"})).lines[0]
    assert line.previous_repair_date == date(2026, 10, 24)
    assert line.previous_repair_paid is True
    assert line.same_fault is True
    assert line.failed_warranty_repairs == 1
    assert line.part_fitted_free_on == date(2026, 3, 1)
    assert line.part_sold_on == date(2026, 10, 24)


def test_a_later_repair_of_another_fault_does_not_hide_the_same_one() -> None:
    same = _entry("2026-10-24", fault="E28")
    other = _entry("2026-10-30", fault="E10")
    line = _case(_job(_known(same, other), {"fault": "E28"})).lines[0]
    assert (line.previous_repair_date, line.same_fault) == (date(2026, 10, 24), True)


def test_another_fault_is_not_the_same() -> None:
    line = _case(_job(_known(_entry("2026-10-24", fault="E10")), {"fault": "E28"})).lines[0]
    assert (line.previous_repair_date, line.same_fault) == (date(2026, 10, 24), False)
    assert line.failed_warranty_repairs == 0


def test_without_codes_the_same_part_is_the_same_fault() -> None:
    """New brake pads do not make a worn cable a repair that did not hold."""
    pads = _entry("2026-10-24", part="P-PAD", paid=True, sold=True) | {"component": "wearing"}
    cable = _case(_job(_known(pads), {"component": "wearing", "part": "P-BCB-R"})).lines[0]
    again = _case(_job(_known(pads), {"component": "wearing", "part": "P-PAD"})).lines[0]
    assert (cable.same_fault, cable.part_sold_on) == (False, None)
    assert (again.same_fault, again.part_sold_on) == (True, date(2026, 10, 24))


def test_repairs_of_other_components_and_of_this_job_do_not_count() -> None:
    other = _entry("2026-10-24") | {"component": "display"}
    own = _entry("2026-10-24") | {"job": "j-1"}
    assert _case(_job(_known(other, own))).lines[0].failed_warranty_repairs == 0


def test_what_the_technician_records_beats_the_history() -> None:
    history = _known(_entry("2026-10-24", fault="E28", paid=True))
    told = {"fault": "E28", "same_fault": False, "previous_repair_date": "2026-10-20"}
    line = _case(_job(history, told)).lines[0]
    assert (line.same_fault, line.previous_repair_date) == (False, date(2026, 10, 20))
    assert line.previous_repair_paid is True


def test_pauses_are_periods_of_repair() -> None:
    product = _known(pauses=[{"start": "2026-03-01", "end": "2026-03-21"}])
    assert _case(_job(product)).repair_periods == ((date(2026, 3, 1), date(2026, 3, 21)),)


# -- the rest of the document --------------------------------------------------------------


def test_hazards_and_modifications_are_joined_from_where_they_were_seen() -> None:
    job = _job(
        {"modifications": ["rain_canopy"]},
        request={"number": "1", "reported_on": "2026-11-04", "symptom": "x", "hazards": ["smoke"]},
        diagnosis={"hazards": ["heat"], "modifications": ["rewired"], "temperature_c": 70},
    )
    case = _case(job)
    assert case.hazards == ("heat", "smoke")
    assert case.modifications == ("rain_canopy", "rewired")
    assert (case.temperature_c, case.report_date) == (70, date(2026, 11, 4))


def test_the_distance_driven_beats_the_distance_told() -> None:
    request = {"number": "1", "reported_on": "2026-11-04", "symptom": "x", "distance_km": 4}
    assert _case(_job(request=request)).distance_km == 4
    assert _case(_job(request=request, arrival={"distance_km": 6})).distance_km == 6


def test_a_recalled_serial_names_its_component() -> None:
    case = _case(_job({"id": "C24-2305-00417", "serial": "C24-2305-00417"}))
    assert (case.recall_id, case.serial_in_recall) == ("LB-2305", True)
    assert case.recall_component == "battery_lithium"
    assert _case(_job()).serial_in_recall is None


def test_an_exchanged_product_has_its_own_clock() -> None:
    product = {"purchase_date": "2026-01-05", "warranty_from": "2026-10-01"}
    case = _case(_job(product))
    assert (case.purchase_date, case.exchanged_on) == (date(2026, 1, 5), date(2026, 10, 1))


def test_the_last_promise_counts() -> None:
    stamp = {"event": "e", "at": "2026-10-28T10:00:00+08:00", "by": "x"}
    custody = {"reason": "x", "condition": "x", "promised_on": "2026-11-01", "stamp": stamp}
    moved = [{"promised_on": "2026-11-03", "reason": "x"}]
    case = _case(_job(custody=custody, promises=moved))
    assert case.taken_back_on == date(2026, 10, 28)
    assert (case.promised_date, case.returned_on) == (date(2026, 11, 3), None)


@pytest.mark.parametrize("second_owner", [True, False])
def test_whether_the_invoice_came_along_matters_only_for_a_second_owner(
    second_owner: bool,
) -> None:
    case = _case(_job({"second_owner": second_owner}))
    assert case.invoice_handed_over is (False if second_owner else None)


def test_findings_of_a_line_become_facts_of_it() -> None:
    line = _case(_job(line={"findings": ["opened", "something_new"]})).lines[0]
    assert line.findings["opened"] is True
    assert line.findings.get("rewired") is None


def test_a_complaint_about_a_dangerous_product_is_urgent() -> None:
    job = _job(diagnosis={"hazards": ["smoke"]})
    opened = ComplaintOpened(text="It burnt.", complaint_class="product_quality")
    decision = TRADE.decider.decide(complaint_case(job, opened, TODAY), TODAY)
    assert decision.complaint
    assert (decision.complaint.department, decision.complaint.grade) == ("quality", "urgent")


def test_two_lines_of_one_visit_are_one_failed_repair() -> None:
    """As an earlier program recorded them: an entry a line."""
    first = _entry("2026-08-01", fault="E28", under_warranty=True, part="P-CTL350")
    second = _entry("2026-08-01", fault="E28", under_warranty=True)
    line = _case(_job(_known(first, second), {"fault": "E28"})).lines[0]
    assert line.failed_warranty_repairs == 1
    later = _entry("2026-09-01", fault="E28", under_warranty=True) | {"job": "j-2"}
    line = _case(_job(_known(first, second, later), {"fault": "E28"})).lines[0]
    assert line.failed_warranty_repairs == 2


def test_each_part_of_an_entry_has_its_own_guarantee() -> None:
    parts = [{"part": "P-HAL", "sold": True}, {"part": "P-MBR"}]
    entry = _entry("2026-10-17", part="P-HAL", sold=True, fitted=True, parts=parts)
    entry |= {"component": "motor_hall_bearing"}

    def of(sku: str) -> tuple[Any, Any]:
        line = {"component": "motor_hall_bearing", "part": sku}
        found = _case(_job(_known(entry), line)).lines[0]
        return found.part_sold_on, found.part_fitted_free_on

    assert of("P-HAL") == (date(2026, 10, 17), None)
    assert of("P-MBR") == (None, date(2026, 10, 17))


def test_a_part_that_stood_in_for_another_has_its_guarantee() -> None:
    parts = [{"part": "P-BAT-LI24", "sold": True}]
    entry = _entry("2026-10-17", part="P-BAT-LI24", sold=True, parts=parts)
    line = {"component": "battery_lithium", "part": "P-BAT-LI12"}
    found = _case(_job(_known(entry | {"component": "battery_lithium"}), line)).lines[0]
    assert found.part_sold_on == date(2026, 10, 17)
