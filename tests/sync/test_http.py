"""The same exchange over real HTTP on loopback."""

import socket

import pytest

from fieldkit.domain.event import Role
from fieldkit.office.desk import read_history
from fieldkit.office.enrol import create_enrolment
from fieldkit.office.serve import serving
from fieldkit.sync.enrol import load_identity
from fieldkit.sync.errors import Retryable, SyncFault
from fieldkit.sync.transport import HttpTransport, Request
from tests.sync.exchange import World, completed, job, note


def test_a_laptop_syncs_with_a_running_server(here: World) -> None:
    anna = here.laptop("anna", enrolled=False)
    code = create_enrolment(here.office, "anna", Role.TECHNICIAN)
    request = job()
    with serving(here.office) as url, HttpTransport(url) as wire:
        anna.enrol(wire, code)
        anna.act(request, *(note(request.record, "long " * 50) for _ in range(30)))
        anna.act(completed(request.record))
        report = anna.sync(wire)
        assert (report.applied, report.received, report.clean) == (32, 1, True)
        assert wire(Request("GET", "/health")).status == 200
    assert len(read_history(here.office, "job", request.record)) == 33
    assert load_identity(anna.store.exchange).person == "anna"
    with HttpTransport(url) as wire, pytest.raises(Retryable, match="unreachable"):
        anna.sync(wire)


def test_a_server_that_says_nothing_is_given_up(here: World) -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        with (
            HttpTransport(url, timeout=0.05) as wire,
            pytest.raises(Retryable, match="ReadTimeout"),
        ):
            wire(Request("GET", "/health"))


@pytest.mark.parametrize(
    "url", ["office.example", "ftp://office.example", "", "http://[", "http://a b"]
)
def test_an_address_that_is_none_is_named(url: str) -> None:
    with pytest.raises(SyncFault, match="bad_address"):
        HttpTransport(url)
