"""What an attacker sends: injections, characters that databases refuse, forged and foreign names.

On SQLite and on PostgreSQL. Each request is signed by an enrolled laptop, so that it gets past
the door, and afterwards everything is as it was.
"""

import gzip
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy import func, select

from fieldkit.domain.core.errors import FieldkitError
from fieldkit.domain.core.event import Event, Role
from fieldkit.office.desk.desk import dispatch, list_jobs, read_record
from fieldkit.office.desk.technicians import check_technician
from fieldkit.office.devices.enrol import revoke
from fieldkit.office.http.middleware import Monitor
from fieldkit.office.http.routes import build_app
from fieldkit.office.tables import devices, documents, enrol_codes, events, tokens
from fieldkit.office.watch.logs import JsonLines
from fieldkit.services.home.ids import uuid7
from fieldkit.sync.client.transport import Request
from fieldkit.sync.protocol import keys
from fieldkit.sync.protocol.messages import SIGNATURE_HEADER, Held, Refill
from tests.office.conftest import new_database
from tests.office.http.test_fuzz import Sender, changed, check, places
from tests.sync.exchange import InProcess, job, world

SQL = ["'", '"', "' OR '1'='1", "x'; DELETE FROM events; --", "1) UNION SELECT raw FROM events --",
       "%", "_%", "\\'; DROP TABLE devices; --", "$1", ":name", "%(name)s", "%s"]  # fmt: skip
REFUSED = ["\u0000", "a\u0000b", "\ud800", "\udfff\u0000", "\u202e", "x" * 300]
"""PostgreSQL takes no NUL, UTF-8 no lone surrogate, and the columns have their lengths."""
KIND = {"Content-Type": "application/json"}
OPEN = {"/health", "/v1/enrol", "/v1/renew"}


@pytest.fixture(name="sender", scope="module", params=["sqlite", "postgresql"])
def _sender(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Sender]:
    folder = tmp_path_factory.mktemp("attacks")
    server = request.getfixturevalue("server") if request.param == "postgresql" else ""
    with world(folder, new_database(server) if server else "") as here:
        yield Sender(here)


def body_of(sent: Request) -> Any:
    packed = sent.headers.get("Content-Encoding") == "gzip"
    return json.loads(gzip.decompress(sent.body) if packed else sent.body)


def counts(sender: Sender) -> list[int]:
    """How many rows there are of what counts."""
    tables = (events, documents, devices, tokens, enrol_codes)
    with sender.here.office.db.reading() as conn:
        return [conn.scalar(select(func.count()).select_from(table)) or 0 for table in tables]


def texts(document: Any) -> Iterator[tuple[Any, ...]]:
    """The place of every text in a JSON document."""
    for place in places(document):
        inside = document
        for key in place:
            inside = inside[key]
        if isinstance(inside, str):
            yield place


def test_nothing_but_health_is_said_without_a_token(sender: Sender) -> None:
    """Every operation of the description; enrolment and renewal want a code or a key instead."""
    before = counts(sender)
    described = build_app(sender.here.office).openapi()["paths"]
    asked = 0
    for path, operations in described.items():
        real = path.replace("{sha256}", "0" * 64)
        for method in operations:
            for headers in ({}, {"Authorization": "Bearer guess"}, {"Authorization": "Basic eDp5"}):
                asked += 1
                body = b"{}" if method in ("post", "patch") else b""
                extra = {"Upload-Offset": "0", "Upload-Length": "2"} if method == "patch" else {}
                reply = sender.here.wire(
                    Request(method.upper(), real, {**KIND, **extra, **headers}, body)
                )
                if path == "/health":
                    assert reply.status == 200
                else:
                    assert reply.status == (422 if path in OPEN else 401), (method, path)
    assert asked > 3 * len(OPEN)
    assert counts(sender) == before


@pytest.mark.parametrize("text", SQL)
def test_no_text_becomes_a_statement(sender: Sender, text: str) -> None:
    before = counts(sender)
    office = sender.here.office
    for name in ("cursor", "epoch"):
        check(sender.send("GET", f"/v1/feed?{name}={quote(text, safe='')}", b"", {}))
    check(sender.send("GET", f"/v1/attachments/{quote(text, safe='')}", b"", {}))
    check(sender.send("GET", f"/v1/packs/{quote(text, safe='')}", b"", {"If-None-Match": text}))
    reply = sender.send("POST", "/v1/lacks", Held(ids=[text]).model_dump_json().encode(), KIND)
    assert Held.model_validate_json(reply.body).ids == [text]
    assert list_jobs(office, technician=text) == list_jobs(office, status=text) == []
    for attempt in (
        lambda: read_record(office, "job", text), lambda: read_record(office, text, text),
        lambda: revoke(office, text), lambda: check_technician(office, text),
        lambda: dispatch(office, text, text),
    ):  # fmt: skip
        with pytest.raises(FieldkitError):
            attempt()
    assert counts(sender) == before


@pytest.mark.parametrize("text", [*REFUSED, SQL[3]])
def test_no_text_of_a_request_is_too_much_for_the_database(sender: Sender, text: str) -> None:
    quoted = quote(text, safe="", errors="surrogatepass")
    for query in (f"cursor={quoted}", f"epoch={quoted}", f"cursor=a:1:1:{quoted}&epoch=e"):
        check(sender.send("GET", f"/v1/feed?{query}", b"", {}))
    for path in ("attachments", "packs"):
        check(sender.send("GET", f"/v1/{path}/{quoted}", b"", {}))
    bodies = {sent.path: body_of(sent) for sent in sender.requests if sent.body}
    bodies["/v1/lacks"] = {"ids": ["a", "b"]}
    bodies["/v1/renew"] = {"device": "a", "challenge": "b", "token": "c" * 64}
    assert {"/v1/enrol", "/v1/sync", "/v1/events"} <= set(bodies)
    for path, body in bodies.items():
        for place in texts(body):
            check(sender.send("POST", path, json.dumps(changed(body, place, text)).encode(), KIND))
        for name in ("heads",) if path == "/v1/sync" else ():
            named = changed(body, (name,), {text: {"count": 1, "hash": text[:64]}})
            check(sender.send("POST", path, json.dumps(named).encode(), KIND))


def test_no_number_of_a_request_is_too_large_for_the_database(sender: Sender) -> None:
    for sent in sender.requests:
        body = body_of(sent) if sent.body else {}
        for place in places(body):
            if place[-1:] in (("count",), ("first",)):
                made = changed(body, place, 2**70)
                check(sender.send("POST", sent.path, json.dumps(made).encode(), KIND))
    for offset in (2**70, -1, "1e3"):
        check(sender.send("GET", f"/v1/attachments/{'0' * 64}?offset={offset}", b"", {}))


@pytest.mark.parametrize("text", [*REFUSED, SQL[3]])
def test_no_text_of_an_event_is_too_much_for_the_database(sender: Sender, text: str) -> None:
    """Sent as a part of its chain, and brought back as if the office had been restored."""
    sent = next(each for each in sender.requests if each.path == "/v1/events")
    batch = body_of(sent)
    for raw in batch["events"][:1]:
        event = json.loads(raw)
        for place in texts(event):
            fresh = event | {"id": uuid7(), "epoch": uuid7(), "seq": 1, "prev": ""}
            made = json.dumps(changed(fresh, place, text))
            chain = batch | {"epoch": fresh["epoch"], "first": 1, "events": [made]}
            check(sender.send("POST", "/v1/events", json.dumps(chain).encode(), KIND))
            other = json.dumps(changed(fresh | {"id": uuid7()}, place, text))
            back = Refill(events=[other], seals=[""]).model_dump_json().encode()
            check(sender.send("POST", "/v1/refill", back, KIND))
    assert sender.send("GET", "/health", b"", {}).status == 200


def test_nothing_that_was_sent_gets_into_the_log(
    sender: Sender, caplog: pytest.LogCaptureFixture
) -> None:
    """No line ends early, no terminal is told anything, and no field repeats a header or a path."""
    evil = [
        'x\n{"level": "error", "what": "forged"}',
        "\x1b[2J\x1b[31mred",
        "a\r\nb",
        "\u2028",
        "秘密",
    ]
    office = sender.here.office
    wire = InProcess(Monitor(build_app(office), office))  # type: ignore[arg-type] # as it is served
    sender.here.wire, plain = wire, sender.here.wire
    caplog.set_level(logging.INFO, "fieldkit")
    try:
        for text in evil:
            quoted = quote(text, safe="")
            said = quote(text, safe=' {}:,"').encode("ascii", "replace").decode()
            headers = {"User-Agent": said, "Fieldkit-Nonce": quoted[:60], "X-Request-Id": said}
            sender.send("GET", f"/v1/{quoted}", b"", headers)
            sender.send("GET", f"/v1/feed?cursor={quoted}&epoch={quoted}", b"", headers)
            sender.send("POST", "/v1/lacks", json.dumps({"ids": [text]}).encode(), KIND | headers)
            wire(Request("GET", "/v1/feed", {"Authorization": f"Bearer {quoted}"}, b""))
            wire(Request("PURGE", "/health", headers, b""))
    finally:
        sender.here.wire = plain
    lines = [JsonLines().format(record) for record in caplog.records]
    assert len(lines) >= 4 * len(evil)
    for line in lines:
        assert len(line.splitlines()) == 1
        assert not any(mark in line for mark in ("\x1b", "forged", "red", "秘密", "%0A", "PURGE"))
        assert set(json.loads(line)) <= {
            "at", "level", "what", "id", "method", "route", "status", "device", "ms", "bytes",
        }  # fmt: skip


def test_a_token_is_good_for_its_own_device_and_role(sender: Sender) -> None:
    """A technician's token sees her own records, signs by her own key, and names only herself."""
    here = sender.here
    bert = here.laptop(f"bert-{uuid7()[-6:]}", Role.TECHNICIAN)
    own = job()
    bert.act(own)
    bert.sync(here.wire)
    identity = bert.store.exchange.device.identity()
    with here.office.db.reading() as conn:
        stored = " ".join(map(str, conn.execute(select(tokens)).all()))
    assert identity["token"] not in stored
    token = {"Authorization": f"Bearer {identity['token']}"}
    page = json.loads(here.wire(Request("GET", "/v1/feed?epoch=other", token, b"")).body)
    assert {json.loads(raw)["record"] for raw in page["events"]} == {own.record}
    batch = body_of(next(each for each in sender.requests if each.path == "/v1/events"))
    body = json.dumps(batch).encode()
    for key, status in ((sender.sign, 401), (keys.unb64(identity["sign"]), 403)):
        signed = {**token, **KIND, SIGNATURE_HEADER: keys.sign(key, "request", body)}
        assert here.wire(Request("POST", "/v1/events", signed, body)).status == status
    boss = Event(
        id=uuid7(), record=own.record, type="job.note_added", at=here.clock(), by="boss",
        role=Role.SUPERVISOR, device=bert.store.exchange.device.read()["id"], data={"text": "x"},
    )  # fmt: skip
    back = Refill(events=[boss.to_bytes().decode()], seals=[""]).model_dump_json().encode()
    signature = keys.sign(keys.unb64(identity["sign"]), "request", back)
    by_bert = {**token, **KIND, SIGNATURE_HEADER: signature}
    assert json.loads(here.wire(Request("POST", "/v1/refill", by_bert, back)).body) == {
        "positions": [0]
    }


def test_a_description_names_no_file(sender: Sender, tmp_path: Path) -> None:
    """An attachment is asked for by its hash and by nothing else."""
    (tmp_path / "secret").write_text("secret")
    for path in ("../../etc/passwd", str(tmp_path / "secret"), "0" * 63, "0" * 65, "G" * 64):
        for method in ("GET", "HEAD", "PATCH"):
            headers = {"Upload-Offset": "0", "Upload-Length": "1"}
            reply = sender.send(method, f"/v1/attachments/{quote(path, safe='')}", b"x", headers)
            assert reply.status in (404, 422)
            assert b"secret" not in reply.body
