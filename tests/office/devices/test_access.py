"""Nobody reads or writes without a token of her own; codes work once."""

import gzip
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from fieldkit.domain.core.event import Role
from fieldkit.office.devices.enrol import authenticate, create_enrolment, is_due, revoke
from fieldkit.office.errors import Denied
from fieldkit.office.http.routes import build_app
from fieldkit.office.tables import devices, enrol_codes, tokens
from fieldkit.sync.client.enrol import load_identity
from fieldkit.sync.client.transport import Reply, Request
from fieldkit.sync.errors import OfficeRefused, Retryable, SyncFault
from fieldkit.sync.protocol import keys
from fieldkit.sync.protocol.credentials import RenewAsk, Renewed, make_code, read_code
from fieldkit.sync.protocol.messages import (
    MAX_BODY_BYTES,
    FeedPage,
    Receipt,
)
from tests.sync.client.test_repeats import batch, channel, own
from tests.sync.exchange import Clock, Faulty, World, job


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/v1/sync"), ("POST", "/v1/events"), ("GET", "/v1/feed"), ("GET", "/docs"),
     ("GET", "/openapi.json"), ("POST", "/v1/enrol"), ("GET", "/"), ("PUT", "/v1/feed")],
)  # fmt: skip
@pytest.mark.parametrize("token", ["", "Bearer ", "Bearer wrong", "Basic YTpi"])
def test_nothing_is_said_without_a_token(here: World, method: str, path: str, token: str) -> None:
    headers = {"Authorization": token} if token else {}
    reply = here.wire(Request(method, path, headers, b"{}" if method == "POST" else b""))
    assert 400 <= reply.status < 500
    assert b"error" in reply.body


def test_health_needs_no_token(here: World) -> None:
    assert here.wire(Request("GET", "/health")).body == b'{"status":"ok"}'


def test_a_revoked_laptop_is_shut_out_and_what_it_sent_stays(here: World) -> None:
    anna = here.laptop("anna")
    anna.act(job())
    anna.sync(here.wire)
    revoke(here.office, anna.store.exchange.device.read()["id"])
    anna.act(job())
    with pytest.raises(OfficeRefused, match="revoked"):
        anna.sync(here.wire)
    assert anna.store.lists.unsent() == 1


def test_a_new_code_does_not_let_a_revoked_laptop_in_again(here: World) -> None:
    anna = here.laptop("anna")
    anna.act(job())
    revoke(here.office, anna.store.exchange.device.read()["id"])
    code = create_enrolment(here.office, "anna", Role.TECHNICIAN)
    with pytest.raises(OfficeRefused, match="revoked"):
        anna.enrol(here.wire, code)
    assert anna.store.lists.unsent() == 1
    here.laptop("anna", name="next", enrolled=False).enrol(here.wire, code)  # it is not used up


def test_an_unknown_token_is_refused_by_the_office_itself(here: World) -> None:
    anna = here.laptop("anna")
    stranger = {"token": "guess", "sign": keys.b64(keys.new_signing_key())}
    exchange = anna.store.exchange
    exchange.device.save_identity(exchange.device.identity() | stranger)
    with pytest.raises(OfficeRefused, match="unauthorised"):
        anna.sync(here.wire)


def test_a_laptop_gets_in_again_by_its_key_when_its_token_is_forgotten(here: World) -> None:
    """A restored office knows the device, but only a token that was exchanged since."""
    anna = here.laptop("anna")
    anna.sync(here.wire)
    with here.office.db.writing() as writing:
        writing.conn.execute(update(tokens).values(hash="0" * 64))
    anna.act(job())
    plan = iter(["ok", "cut", "ok", "ok"])
    assert anna.sync(Faulty(here.wire, plan)).clean
    here.wire.requests.clear()
    assert anna.sync(here.wire).clean
    assert len(here.wire.requests) == 1
    with here.office.db.reading() as conn:
        assert [row.device for row in conn.execute(select(tokens))] == [
            anna.store.exchange.device.read()["id"]
        ]


def test_only_a_fresh_challenge_and_a_device_that_counts_renew(here: World) -> None:
    anna = here.laptop("anna")
    device = anna.store.exchange.device.read()["id"]
    line = replace(channel(here, anna), token="forgotten")
    with pytest.raises(OfficeRefused) as refused:
        line.get("/v1/feed", FeedPage)
    ask = RenewAsk(device=device, challenge=refused.value.params["challenge"], token="a" * 64)
    forged = f"{int(here.clock().timestamp() * 1000)}.{'A' * 43}"
    for changed in ({"challenge": forged}, {"challenge": ""}, {"device": "nobody"}):
        with pytest.raises(OfficeRefused, match="unauthorised"):
            line.post("/v1/renew", ask.model_copy(update=changed), Renewed)
    assert line.post("/v1/renew", ask, Renewed).device == device
    here.clock.move(minutes=6)
    with pytest.raises(OfficeRefused, match="unauthorised"):
        line.post("/v1/renew", ask, Renewed)
    with pytest.raises(OfficeRefused) as refused:
        line.get("/v1/feed", FeedPage)
    revoke(here.office, device)
    again = ask.model_copy(update={"challenge": refused.value.params["challenge"]})
    with pytest.raises(OfficeRefused, match="revoked"):
        line.post("/v1/renew", again, Renewed)


def test_a_batch_must_be_signed_by_its_device(here: World) -> None:
    anna, bert = here.laptop("anna"), here.laptop("bert")
    anna.act(job())
    said = batch(anna, 1, own(anna))
    stolen = replace(channel(here, anna), signing=channel(here, bert).signing)
    with pytest.raises(Retryable, match="bad_signature"):
        stolen.post("/v1/events", said, Receipt)
    with pytest.raises(OfficeRefused, match="wrong_device"):
        channel(here, bert).post("/v1/events", said, Receipt)


def test_a_code_works_for_one_device(here: World) -> None:
    code = create_enrolment(here.office, "anna", Role.TECHNICIAN)
    one = here.laptop("anna", enrolled=False)
    two = here.laptop("bert", enrolled=False)
    one.enrol(here.wire, code.lower().replace("-", " "))
    with pytest.raises(OfficeRefused, match="code_used"):
        two.enrol(here.wire, code)


def test_a_code_expires(here: World) -> None:
    anna = here.laptop("anna", enrolled=False)
    code = create_enrolment(here.office, "anna", Role.TECHNICIAN, lifetime=timedelta(hours=1))
    here.clock.move(hours=2)
    with pytest.raises(OfficeRefused, match="code_expired"):
        anna.enrol(here.wire, code)


def test_an_enrolment_whose_reply_was_lost_is_repeated(here: World) -> None:
    anna = here.laptop("anna", enrolled=False)
    code = create_enrolment(here.office, "anna", Role.TECHNICIAN)
    anna.enrol(Faulty(here.wire, iter(["cut", "ok"])), code)
    anna.act(job())
    assert anna.sync(here.wire).applied == 1
    with here.office.db.reading() as conn:
        assert len(conn.execute(select(tokens)).all()) == 1


def test_the_code_says_which_office_may_answer(here: World) -> None:
    """A code with another root key's fingerprint is not believed, whatever answers."""
    anna = here.laptop("anna", enrolled=False)
    code = create_enrolment(here.office, "anna", Role.TECHNICIAN)
    secret, _ = read_code(code)
    other = make_code(keys.unb64(secret), keys.signing_public(keys.new_signing_key()))
    with pytest.raises(SyncFault, match="wrong_office"):
        anna.enrol(here.wire, other)
    with pytest.raises(SyncFault, match="not_office"):
        anna.enrol(lambda _: Reply(200, {}, b"<html>"), code)
    assert anna.store.exchange.device.identity() == {}


@pytest.mark.parametrize("code", ["", "AAAA", "ÄÖÜ", "A" * 31, "A" * 33, "8" * 32])
def test_a_mistyped_code_is_named_before_anything_is_sent(here: World, code: str) -> None:
    anna = here.laptop("anna", enrolled=False)
    with pytest.raises(SyncFault, match="bad_code"):
        anna.enrol(here.wire, code)
    assert here.wire.requests == []


def test_a_laptop_can_be_enrolled_again_with_a_new_code(here: World) -> None:
    anna = here.laptop("anna")
    anna.sync(here.wire)
    old = load_identity(anna.store.exchange).token
    anna.enrol(here.wire, create_enrolment(here.office, "anna", Role.SUPERVISOR))
    authenticate(here.office, old)
    anna.sync(here.wire)
    with pytest.raises(Denied, match="unauthorised"):
        authenticate(here.office, old)
    new = load_identity(anna.store.exchange)
    assert (new.role, authenticate(here.office, new.token).role) == (Role.SUPERVISOR,) * 2


def test_a_token_is_renewed_and_the_old_one_works_until_then(here: World) -> None:
    anna = here.laptop("anna")
    anna.sync(here.wire)
    first = load_identity(anna.store.exchange).token
    here.clock.move(days=31)
    assert anna.sync(Faulty(here.wire, iter(["ok", "cut", "cut", "ok"]))).clean
    second = load_identity(anna.store.exchange).token
    assert second != first
    authenticate(here.office, first)
    here.wire.requests.clear()
    assert anna.sync(here.wire).clean
    assert len(here.wire.requests) == 1
    with pytest.raises(Denied, match="unauthorised"):
        authenticate(here.office, first)
    with here.office.db.reading() as conn:
        assert len(conn.execute(select(tokens)).all()) == 1


def test_a_token_is_due_after_thirty_days(here: World) -> None:
    token = load_identity(here.laptop("anna").store.exchange).token
    here.clock.move(days=30)
    assert not is_due(here.office, authenticate(here.office, token))
    here.clock.move(milliseconds=1)
    assert is_due(here.office, authenticate(here.office, token))


def test_a_doubled_request_for_a_token_locks_nobody_out(here: World) -> None:
    anna = here.laptop("anna")
    anna.sync(here.wire)
    here.clock.move(days=31)

    def doubled(request: Request) -> Reply:
        """The answer to one of them, which was not the last."""
        replies = []
        for _ in range(20 if request.path == "/v1/token" else 1):
            replies.append(here.wire(request))
            here.clock.move(seconds=1)
        return replies[-4] if len(replies) > 1 else replies[0]

    anna.sync(doubled)
    with here.office.db.reading() as conn:
        assert len(conn.execute(select(tokens)).all()) < 10
    assert anna.sync(here.wire).clean


def test_a_device_name_cannot_be_taken_over(here: World) -> None:
    anna = here.laptop("anna")
    anna.store.exchange.device.save_identity({})
    with pytest.raises(OfficeRefused, match="device_taken"):
        anna.enrol(here.wire, create_enrolment(here.office, "anna", Role.TECHNICIAN))


def test_the_database_holds_no_secret_that_opens_anything(here: World) -> None:
    code = create_enrolment(here.office, "anna", Role.TECHNICIAN)
    anna = here.laptop("anna", enrolled=False)
    token = anna.enrol(here.wire, code).token
    secret, _ = read_code(code)
    with here.office.db.reading() as conn:
        rows = [*conn.execute(select(tokens)), *conn.execute(select(enrol_codes)),
                *conn.execute(select(devices))]  # fmt: skip
    stored = " ".join(str(value) for row in rows for value in row)
    assert token not in stored
    assert secret not in stored


def test_the_approval_key_is_the_devices_own(here: World) -> None:
    anna, bert = here.laptop("anna"), here.laptop("bert")
    one, two = (load_identity(laptop.store.exchange).approval_key for laptop in (anna, bert))
    assert len(keys.unb64(one)) == 32
    assert one != two


def test_every_request_is_described(here: World) -> None:
    described = build_app(here.office).openapi()
    assert set(described["paths"]) == {
        "/health", "/v1/enrol", "/v1/sync", "/v1/events", "/v1/feed",
        "/v1/attachments", "/v1/attachments/{sha256}", "/v1/lacks", "/v1/refill", "/v1/token",
        "/v1/packs", "/v1/packs/{sha256}", "/v1/catalogue", "/v1/renew",
    }  # fmt: skip


@pytest.mark.parametrize("packed", [b"no gzip", gzip.compress(b"x" * 99, mtime=0)[:-9]])
def test_a_body_that_cannot_be_unpacked_is_refused(here: World, packed: bytes) -> None:
    headers = {"Content-Encoding": "gzip", "Content-Type": "application/json"}
    assert here.wire(Request("POST", "/v1/enrol", headers, packed)).status == 400


def test_a_body_that_unpacks_to_too_much_is_refused(here: World) -> None:
    bomb = gzip.compress(bytes(MAX_BODY_BYTES + 1))
    headers = {"Content-Encoding": "gzip"}
    assert len(bomb) < 20_000
    assert here.wire(Request("POST", "/v1/enrol", headers, bomb)).status == 413


def test_a_wrong_clock_is_told_and_refuses_nothing(here: World) -> None:
    anna = here.laptop("anna")
    anna.clock = Clock(here.clock() - timedelta(days=365))
    anna.act(job())
    report = anna.sync(here.wire)
    assert [(problem.key, problem.params) for problem in report.problems] == [
        ("clock", {"minutes": 365 * 24 * 60})
    ]
    assert report.applied == 1


@pytest.mark.parametrize(("seconds", "told"), [(300, []), (302, ["clock"]), (-302, ["clock"])])
def test_a_clock_may_be_five_minutes_off(here: World, seconds: int, told: list[str]) -> None:
    anna = here.laptop("anna")
    anna.clock = Clock(here.clock() + timedelta(seconds=seconds))
    assert [problem.key for problem in anna.sync(here.wire).problems] == told
