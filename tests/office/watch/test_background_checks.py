"""A serving office checks what came in by itself, and a fault does not end that."""

from time import monotonic, sleep

from fieldkit.office.watch.background_checks import checking_in_background
from fieldkit.office.watch.self_checks import Checked, check_all
from fieldkit.rules import Pack
from tests.domain.build import decision, verdict
from tests.office.desk.test_conflicts import act, at_office, flags
from tests.office.history import read_history
from tests.sync.exchange import World, job


def test_new_verdicts_are_checked_beside_answering_and_after_a_fault(here: World) -> None:
    anna = here.laptop("anna")
    request = job()
    record = decision(verdict()).model_dump(mode="json")
    anna.act(request, act(request.record, "decided", decision=record))
    asked = []

    def packs(sha256: str) -> Pack | None:
        asked.append(sha256)
        if len(asked) == 1:
            raise OSError("the disk was away for a moment")
        return None

    with checking_in_background(here.office, packs, every_s=0.02):
        anna.sync(here.wire)
        end = monotonic() + 20
        while not flags(at_office(here, request.record)):
            assert monotonic() < end
            sleep(0.02)
    assert flags(at_office(here, request.record)) == ["decision_unknown_rules"]
    assert len(asked) > 1


def test_two_processes_at_once_flag_a_verdict_once(here: World) -> None:
    """The second one looks while the first has read and not written yet."""
    anna = here.laptop("anna")
    request = job()
    record = decision(verdict()).model_dump(mode="json")
    anna.act(request, act(request.record, "decided", decision=record))
    anna.sync(here.wire)
    others: list[Checked] = []

    def packs(sha256: str) -> Pack | None:
        if not others:
            others.append(Checked(0, 0, more=True))
            others[0] = check_all(here.office, lambda _: None)
        return None

    assert check_all(here.office, packs) == Checked(0, 0, more=False)
    assert others == [Checked(1, 1, more=False)]
    history = read_history(here.office, "job", request.record)
    assert [event.type for event in history].count("job.flagged") == 1
