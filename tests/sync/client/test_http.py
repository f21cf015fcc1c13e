"""The same exchange over real HTTP on loopback."""

import socket
from concurrent.futures import ThreadPoolExecutor

import pytest

from fieldkit.domain.core.event import Role
from fieldkit.office.devices.enrol import create_enrolment
from fieldkit.office.errors import OfficeFault
from fieldkit.office.http.serve import serve, serving
from fieldkit.sync.client.enrol import load_identity
from fieldkit.sync.client.transport import HttpTransport, Request
from fieldkit.sync.errors import Retryable, SyncFault
from tests.office.history import read_history
from tests.sync.exchange import Laptop, World, completed, job, note


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


def test_a_port_that_is_taken_is_named(here: World) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(OfficeFault, match="address"):
            serve(here.office, port=port)


def test_many_laptops_at_once(here: World) -> None:
    """All of them work on one job; everybody's events are there once."""
    laptops = [here.laptop("anna", name=f"laptop{number}") for number in range(4)]
    request = job()
    laptops[0].act(request)
    laptops[0].sync(here.wire)
    with serving(here.office) as url:

        def work(laptop: Laptop) -> None:
            with HttpTransport(url) as wire:
                for number in range(5):
                    laptop.act(note(request.record, f"{laptop.person} {number}"))
                    laptop.sync(wire)

        with ThreadPoolExecutor(len(laptops)) as pool:
            list(pool.map(work, laptops))
    for laptop in laptops:
        laptop.sync(here.wire)
    history = read_history(here.office, "job", request.record)
    assert len({event.id for event in history}) == len(history) == 21
    assert all(laptop.documents() == laptops[0].documents() for laptop in laptops)
