"""Whatever is sent to the office, it answers with less than 500 and goes on.

Two ways: requests made up from the OpenAPI description, and a laptop's true requests with a
part of them changed. Both are signed as a laptop signs, so that they get past the door.
"""

import gzip
import json
import warnings
from collections.abc import Iterator
from copy import deepcopy
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from fieldkit.domain.core.event import Role
from fieldkit.services.home.ids import uuid7
from fieldkit.sync.client.transport import Reply, Request
from fieldkit.sync.protocol import keys
from fieldkit.sync.protocol.messages import SIGNATURE_HEADER, Refusal
from tests.sync.exchange import URL, World, customer, job, note, product, spoilt, world

FUZZ = settings(
    max_examples=120, deadline=None, database=None, derandomize=True,
    phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck),
)  # fmt: skip
SCALAR = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.text(max_size=30)
    | st.sampled_from(["\u0000", "a" * 70_000, "../../etc/passwd", "'; DROP TABLE events; --"])
)
JSON = st.recursive(
    SCALAR,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=8,
)


class Sender:
    """A laptop's identity, used to send whatever a test makes up."""

    def __init__(self, here: World) -> None:
        self.here = here
        anna = here.laptop("anna", Role.SUPERVISOR)
        buyer = customer()
        request = job("SN1", buyer.record)
        anna.act(buyer, product("SN1"), request, spoilt(request.record), note(request.record))
        anna.sync(here.wire)
        identity = anna.store.exchange.device.identity()
        self.token, self.sign = identity["token"], keys.unb64(identity["sign"])
        self.requests = [sent for sent in here.wire.requests if "/v1/" in sent.path]

    def send(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Reply:
        """Send a request that this laptop signed."""
        signed = {
            **headers,
            "Authorization": f"Bearer {self.token}",
            SIGNATURE_HEADER: keys.sign(self.sign, "request", body),
        }
        return self.here.wire(Request(method, path, signed, body))


@pytest.fixture(name="sender", scope="module")
def _sender(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sender]:
    with world(tmp_path_factory.mktemp("fuzz")) as here:
        yield Sender(here)


def check(reply: Reply) -> None:
    """An answer, or a refusal in the office's own words."""
    assert reply.status < 500, reply.body
    if reply.status >= 400 and reply.body:
        assert Refusal.model_validate_json(reply.body).error


# -- from the description ----------------------------------------------------------------------


def test_requests_of_the_description_find_no_fault(sender: Sender) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of its own dependencies
        schemathesis = pytest.importorskip("schemathesis")
        description = schemathesis.openapi.from_dict(sender.here.wire.app.openapi())
        operations = [found.ok() for found in description.get_all_operations()]
    assert {"/v1/events", "/v1/feed", "/v1/enrol"} <= {item.path for item in operations}
    for operation in operations:

        @settings(FUZZ, max_examples=15)
        @given(case=operation.as_strategy())
        def ask(case: Any) -> None:
            made = case.as_transport_kwargs(base_url=URL)
            body = made.get("data") or b""
            if made.get("json") is not None:
                body = json.dumps(made["json"]).encode()
            path = urlsplit(made["url"]).path
            query = made.get("params") or {}
            listed = "&".join(f"{_ascii(name)}={_ascii(value)}" for name, value in query.items())
            raw = body if isinstance(body, bytes) else str(body).encode()
            kind = {"Content-Type": "application/json"}
            check(sender.send(made["method"], f"{path}?{listed}" if listed else path, raw, kind))

        ask()


def _ascii(value: object) -> str:
    return quote(str(value), safe="", errors="replace")


# -- true requests with a part changed -----------------------------------------------------------


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every value inside a JSON document."""
    yield at
    if isinstance(value, dict | list):
        inner = value.items() if isinstance(value, dict) else enumerate(value)
        for key, item in inner:
            yield from places(item, (*at, key))


def changed(document: Any, place: tuple[Any, ...], new: Any) -> Any:
    """The document with another value at one place."""
    if not place:
        return new
    copy = deepcopy(document)
    inside = copy
    for key in place[:-1]:
        inside = inside[key]
    inside[place[-1]] = new
    return copy


@FUZZ
@given(data=st.data())
def test_a_true_request_with_another_value_somewhere(sender: Sender, data: st.DataObject) -> None:
    true = data.draw(st.sampled_from([sent for sent in sender.requests if sent.body]))
    packed = true.headers.get("Content-Encoding") == "gzip"
    document = json.loads(gzip.decompress(true.body) if packed else true.body)
    place = data.draw(st.sampled_from(list(places(document))))
    made = changed(document, place, data.draw(JSON))
    try:
        body = json.dumps(made, ensure_ascii=data.draw(st.booleans())).encode()
    except UnicodeEncodeError:
        body = json.dumps(made).encode()
    check(sender.send(true.method, true.path, body, {"Content-Type": "application/json"}))


@FUZZ
@given(data=st.data())
def test_an_event_with_another_value_somewhere(sender: Sender, data: st.DataObject) -> None:
    """Inside the batch: bytes that are no event, and events that say something else."""
    sent = next(each for each in sender.requests if each.path == "/v1/events")
    packed = sent.headers.get("Content-Encoding") == "gzip"
    batch = json.loads(gzip.decompress(sent.body) if packed else sent.body)
    batch["epoch"], batch["first"] = f"e-{data.draw(st.integers(0, 10**12))}", 1
    event = json.loads(data.draw(st.sampled_from(batch["events"])))
    event |= {"id": uuid7(), "epoch": batch["epoch"], "seq": 1, "prev": ""}
    made = changed(event, data.draw(st.sampled_from(list(places(event)))), data.draw(JSON))
    batch["events"] = [json.dumps(made)]
    body = json.dumps(batch).encode()
    check(sender.send("POST", "/v1/events", body, {"Content-Type": "application/json"}))


def test_the_office_still_works_after_all_that(sender: Sender) -> None:
    bert = sender.here.laptop("bert")
    bert.act(job())
    assert bert.sync(sender.here.wire).clean
    assert sender.send("GET", "/health", b"", {}).status == 200
