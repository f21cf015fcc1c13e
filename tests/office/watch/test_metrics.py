"""What the office tells of itself: logs without customers, figures with a token, limits."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from fieldkit.domain.core.event import Role
from fieldkit.office.desk.desk import register_customer
from fieldkit.office.http.middleware import REQUEST_ID, Monitor
from fieldkit.office.http.rate_limit import Buckets
from fieldkit.office.watch import logs
from fieldkit.office.watch.metrics import monitor_token
from fieldkit.office.watch.status import office_status
from fieldkit.sync.client.transport import Request
from fieldkit.sync.protocol.messages import MAX_BODY_BYTES
from tests.office.desk.test_conflicts import act
from tests.sync.exchange import InProcess, World, customer, job, spoilt


@pytest.fixture(name="monitor")
def _monitor(here: World) -> Monitor:
    """The application of this office with everything that stands around it."""
    monitor = Monitor(here.wire.app, here.office)
    here.wire.app = monitor  # type: ignore[assignment]  # any ASGI application will do
    return monitor


@pytest.fixture(name="lines")
def _lines() -> Iterator[io.StringIO]:
    """What the office logs, as it would come on stderr."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(logs.JsonLines())
    logger = logging.getLogger("fieldkit")
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield written
    logger.removeHandler(handler)
    logger.setLevel(before)


def read(lines: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines.getvalue().splitlines()]


def get(here: World, path: str, token: str = "") -> tuple[int, str]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    reply = here.wire(Request("GET", path, headers))
    return reply.status, reply.body.decode()


def counted(monitor: Monitor, name: str) -> float:
    return monitor.metrics.registry.get_sample_value(name) or 0


def test_a_request_is_one_line_with_its_device(
    here: World, monitor: Monitor, lines: io.StringIO
) -> None:
    anna = here.laptop("anna")
    enrolled = len(read(lines))
    anna.act(job())
    anna.sync(here.wire)
    said = read(lines)[enrolled:]
    device = anna.store.exchange.device.read()["id"]
    assert ("POST", "/v1/events", 200) in [
        (line["method"], line["route"], line["status"]) for line in said
    ]
    assert {line["device"] for line in said} == {device}
    assert all(line["ms"] >= 0 and len(line["id"]) == 16 for line in said)


def test_nothing_of_a_customer_or_a_secret_is_logged(
    here: World, monitor: Monitor, lines: io.StringIO, capfd: pytest.CaptureFixture[str]
) -> None:
    anna = here.laptop("anna")
    card = customer()
    request = job("SN1", card.record)
    anna.act(card, request, act(request.record, "note_added", text="Secret Note\nforged line"))
    anna.act(spoilt(request.record))
    anna.sync(here.wire)
    get(here, "/v1/feed?cursor=Secret%0Aforged", "a-secret-token")
    get(here, "/Secret%0A{}")
    here.wire(Request("POST", "/v1/enrol", {"Content-Type": "application/json"}, b'{"Secret":1}'))
    text = lines.getvalue() + "".join(capfd.readouterr())
    for word in ("Test Customer", "000 0000", "Secret", "dead", "a-secret-token", "forged"):
        assert word not in text
    assert len(read(lines)) == len(lines.getvalue().splitlines())


def test_a_fault_is_named_by_its_place_and_not_by_its_words(
    here: World, lines: io.StringIO
) -> None:
    async def broken(scope: Any, receive: Any, send: Any) -> None:
        raise ValueError("Test Customer lives here")

    monitor = Monitor(broken, here.office)
    reply = InProcess(monitor)(Request("GET", "/v1/feed"))  # type: ignore[arg-type]  # ASGI
    assert (reply.status, json.loads(reply.body)["error"]) == (500, "fault")
    (line,) = read(lines)
    assert line["error"].startswith("ValueError at test_metrics.py:")
    assert "Customer" not in lines.getvalue()
    assert counted(monitor, "fieldkit_request_faults_total") == 1


def test_an_error_outside_a_request_is_logged_without_its_words(lines: io.StringIO) -> None:
    try:
        raise LookupError("Test Customer")
    except LookupError:
        logging.getLogger("fieldkit.office").exception("checks")
    assert read(lines)[0]["error"].startswith("LookupError at ")
    assert "Customer" not in lines.getvalue()


def test_the_figures_need_the_monitors_token(here: World, monitor: Monitor) -> None:
    anna = here.laptop("anna", Role.SUPERVISOR)
    request = job()
    anna.act(request, spoilt(request.record), act(request.record, "note_added", text="x"))
    anna.sync(here.wire)
    for wrong in ("", "wrong", anna.store.exchange.device.identity()["token"]):
        assert get(here, "/metrics", wrong)[0] == 401
    status, text = get(here, "/metrics", monitor_token(here.office))
    assert status == 200
    figures = {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    assert figures["fieldkit_devices",] == 1
    assert (figures["fieldkit_events_rejected",], figures["fieldkit_events_held",]) == (1, 1)
    count = figures["fieldkit_request_seconds_count", "/v1/events"]
    assert count >= 1
    assert figures["fieldkit_requests_total", "POST", "/v1/events", "200"] == count
    assert figures["fieldkit_request_seconds_bucket", "+Inf", "/v1/events"] == count
    assert "anna" not in text
    here.wire(Request("BREW", "/metrics"))
    assert 'method="-"' in get(here, "/metrics", monitor_token(here.office))[1]


def test_health_is_for_everybody_and_never_limited(here: World, monitor: Monitor) -> None:
    monitor.buckets = Buckets(burst=1, per_second=0.001)
    assert [get(here, "/health")[0] for _ in range(5)] == [200] * 5


def test_one_sender_too_fast_does_not_slow_another(here: World, monitor: Monitor) -> None:
    anna, bert = here.laptop("anna"), here.laptop("bert")
    monitor.buckets = Buckets(burst=4, per_second=0.001)
    for _ in range(5):
        get(here, "/v1/feed", anna.store.exchange.device.identity()["token"])
    status, text = get(here, "/v1/feed", anna.store.exchange.device.identity()["token"])
    assert (status, json.loads(text)["error"]) == (503, "busy")
    assert counted(monitor, "fieldkit_requests_limited_total") == 2
    bert.act(job())
    assert bert.sync(here.wire).clean


def test_a_laptop_that_is_told_to_wait_believes_it_and_comes_back(
    here: World, monitor: Monitor
) -> None:
    anna = here.laptop("anna")
    ticks = iter(range(10_000))
    monitor.buckets = Buckets(burst=1, per_second=0.4, clock=lambda: float(next(ticks)))
    anna.act(job())
    assert anna.sync(here.wire).clean
    assert counted(monitor, "fieldkit_requests_limited_total") > 0


def test_a_bucket_fills_again_as_time_passes() -> None:
    now = [0.0]
    buckets = Buckets(burst=2, per_second=2, clock=lambda: now[0])
    assert [buckets.wait_s("a") for _ in range(3)] == [0, 0, 0.5]
    assert buckets.wait_s("b") == 0
    now[0] = 0.5
    assert buckets.wait_s("a") == 0
    now[0] = 100
    assert [buckets.wait_s("a") for _ in range(3)] == [0, 0, 0.5]


def test_a_body_without_end_is_cut_off(here: World, monitor: Monitor) -> None:
    packed = b"\x1f\x8b" + bytes(MAX_BODY_BYTES)
    assert here.wire(Request("POST", "/v1/events", {}, packed)).status == 413
    reply = here.wire(Request("GET", "/health"))
    assert reply.status == 200
    assert len(reply.headers[REQUEST_ID.lower()]) == 16


def test_the_standing_names_what_needs_somebody(here: World) -> None:
    anna = here.laptop("anna")
    register_customer(here.office, {"name": "Test Customer", "phone": "000-0000"})
    request = job()
    anna.act(request)
    anna.sync(here.wire)
    calm = office_status(here.office)
    assert (calm.jobs, calm.needs_attention) == ({"registered": 1}, False)
    anna.act(spoilt(request.record), act(request.record, "note_added", text="x"))
    anna.sync(here.wire)
    found = office_status(here.office)
    (device,) = found.devices
    assert (device.person, device.state, device.rejected, device.held) == ("anna", "active", 1, 1)
    assert device.seen == here.clock()
    assert found.needs_attention
