"""Attachments go after the events, in parts, and a job is submitted when all of them are there."""

import hashlib
import io
from collections.abc import Callable, Iterator
from random import Random
from shutil import copyfile

import pytest

from fieldkit.chunked import CHUNK
from fieldkit.domain.core.event import Act, Role
from fieldkit.office.desk.desk import dispatch
from fieldkit.store.files.attachments import Attachments
from fieldkit.sync.client.progress import Backoff, Progress, SyncReport
from fieldkit.sync.client.send_attachments import AttachmentSender
from fieldkit.sync.client.signed_channel import Channel
from fieldkit.sync.client.transport import Reply, Request
from fieldkit.sync.errors import OfficeRefused, Retryable
from fieldkit.sync.protocol.messages import MAX_ATTACHMENT_BYTES, MAX_PART_BYTES, OFFSET_HEADER
from tests.office.history import read_history
from tests.sync.client.test_repeats import channel
from tests.sync.exchange import Faulty, Laptop, World, completed, job

PHOTO = Random(7).randbytes(600_000)


def attach(laptop: Laptop, record: str, content: bytes) -> str:
    """Keep content on a laptop, and name it in an event of a job."""
    kept = laptop.store.attachments.add(io.BytesIO(content))
    data = {"sha256": kept.sha256, "name": "photo.jpg", "size": kept.size}
    laptop.act(Act(record=record, type="job.attachment_added", data=data))
    return kept.sha256


def finish(laptop: Laptop, record: str, *digests: str) -> None:
    """Complete a job with a manifest."""
    laptop.act(completed(record).model_copy(update={"data": {"attachments": list(digests)}}))


def with_photo(laptop: Laptop, content: bytes = PHOTO) -> tuple[str, str]:
    """A completed job with one attachment: its id and the digest."""
    request = job()
    laptop.act(request)
    sha256 = attach(laptop, request.record, content)
    finish(laptop, request.record, sha256)
    return request.record, sha256


def stored(here: World, laptop: Laptop, sha256: str) -> bytes:
    """What the office hands out, to its end."""
    content = b""
    while part := ask(here, laptop, "GET", f"{sha256}?offset={len(content)}").body:
        content += part
    return content


def ask(here: World, laptop: Laptop, method: str, path: str) -> Reply:
    headers = {"Authorization": f"Bearer {channel(here, laptop).token}"}
    return here.wire(Request(method, f"/v1/attachments/{path}", headers))


def parts(here: World) -> list[Request]:
    return [request for request in here.wire.requests if request.method == "PATCH"]


def status(laptop: Laptop, record: str) -> str:
    return str(laptop.documents()[record]["status"])


def test_one_sync_sends_events_then_attachments_and_the_job_is_submitted(here: World) -> None:
    anna = here.laptop("anna")
    record, sha256 = with_photo(anna)
    report = anna.sync(here.wire)
    assert (report.sent, report.attachments, report.clean) == (3, 1, True)
    assert status(anna, record) == "submitted"
    assert stored(here, anna, sha256) == PHOTO
    paths = [request.path.split("?")[0] for request in here.wire.requests]
    assert paths.index("/v1/events") < paths.index("/v1/attachments")
    here.wire.requests.clear()
    anna.sync(here.wire)
    assert [request.path for request in here.wire.requests] == ["/v1/sync"]


class Recorded(Attachments):
    """Attachments that count how often one was opened, and the bytes read of it since. With
    `other`, the hash of other content, the file is replaced by that before it is read again."""

    opened = since = 0
    other = ""

    def read(self, sha256: str) -> Iterator[bytes]:
        self.opened, self.since = self.opened + 1, 0
        if self.other and self.opened == 2:
            copyfile(self.path(self.other), self.path(sha256))
        for piece in super().read(sha256):
            self.since += len(piece)
            yield piece


def recorded(laptop: Laptop) -> Recorded:
    """The laptop's attachments, recorded from now on."""
    store = laptop.store
    store.attachments = found = Recorded(store.home.attachments, store.key)
    return found


def test_a_large_file_is_never_held_as_a_whole(here: World) -> None:
    anna = here.laptop("anna")
    large = Random(8).randbytes(20 * CHUNK + 1)
    _, sha256 = with_photo(anna, large)
    attachments = recorded(anna)
    ahead: list[int] = []

    def wire(asked: Request) -> Reply:
        if asked.method == "PATCH":
            ahead.append(attachments.since - int(asked.headers[OFFSET_HEADER]))
        return here.wire(asked)

    assert anna.sync(wire).attachments == 1
    assert attachments.opened == 2  # checked, then sent
    assert len(ahead) > 3
    assert max(ahead) <= MAX_PART_BYTES + CHUNK < len(large) / 3
    assert stored(here, anna, sha256) == large


@pytest.mark.parametrize("size", [21 * CHUNK, 20 * CHUNK, 3 * CHUNK, 10])
def test_a_file_that_changes_between_the_passes_is_not_sent_to_its_end(
    here: World, size: int
) -> None:
    anna = here.laptop("anna")
    large = Random(8).randbytes(20 * CHUNK)
    record, sha256 = with_photo(anna, large)
    attachments = recorded(anna)
    attachments.other = attachments.add(io.BytesIO(Random(9).randbytes(size))).sha256
    report = anna.sync(here.wire)
    assert [problem.key for problem in report.problems] == ["attachment_damaged"]
    assert sum(len(part.body) for part in parts(here)) < len(large)
    attachments.add(io.BytesIO(large))
    assert anna.sync(here.wire).clean
    assert stored(here, anna, sha256) == large
    assert status(anna, record) == "submitted"


def test_a_job_waits_for_the_last_of_its_attachments(here: World) -> None:
    anna = here.laptop("anna")
    request = job()
    anna.act(request)
    one, two = attach(anna, request.record, b"one"), attach(anna, request.record, b"two")
    anna.store.attachments.path(two).unlink()
    finish(anna, request.record, one, two)
    report = anna.sync(here.wire)
    assert (report.attachments, status(anna, request.record)) == (1, "completed")
    assert [problem.key for problem in report.problems] == ["attachment_missing"]
    anna.store.attachments.add(io.BytesIO(b"two"))
    assert anna.sync(here.wire).clean
    assert status(anna, request.record) == "submitted"
    types = [event.type for event in read_history(here.office, "job", request.record)]
    assert types.count("job.submitted") == 1


def test_an_upload_goes_on_where_it_was_cut(here: World) -> None:
    anna = here.laptop("anna")
    record, _ = with_photo(anna)

    def dead(asked: Request) -> Reply:
        """A network that dies after the first part has arrived."""
        if asked.method == "PATCH" and parts(here):
            raise Retryable("unreachable", cause="ConnectError")
        return here.wire(asked)

    report = anna.sync(dead)
    assert [problem.key for problem in report.problems] == ["attachments_waiting"]
    assert (report.sent, report.unsent, status(anna, record)) == (3, 0, "completed")
    sent = sum(len(request.body) for request in parts(here))
    assert 0 < sent < len(PHOTO)
    assert anna.sync(here.wire).clean
    assert sum(len(request.body) for request in parts(here)) == len(PHOTO)
    assert status(anna, record) == "submitted"


@pytest.mark.parametrize("fault", ["lost", "cut", "twice"])
def test_every_other_request_may_fail(here: World, fault: str) -> None:
    anna = here.laptop("anna")
    record, sha256 = with_photo(anna)

    def plan() -> Iterator[str]:
        while True:
            yield "ok"
            yield fault

    assert anna.sync(Faulty(here.wire, plan())).attachments == 1
    assert stored(here, anna, sha256) == PHOTO
    assert status(anna, record) == "submitted"


def test_a_damaged_attachment_is_named_and_stops_nothing(here: World) -> None:
    anna = here.laptop("anna")
    record, sha256 = with_photo(anna)
    other, _ = with_photo(anna, b"another")
    path = anna.store.attachments.path(sha256)
    sealed = path.read_bytes()
    path.write_bytes(sealed[:-1] + bytes([sealed[-1] ^ 1]))
    report = anna.sync(here.wire)
    assert [problem.key for problem in report.problems] == ["attachment_damaged"]
    assert (status(anna, record), status(anna, other)) == ("completed", "submitted")


def test_bytes_with_another_hash_do_not_count(here: World) -> None:
    """What was there of an upload turns out to be wrong: it begins anew."""
    anna = here.laptop("anna")
    record, sha256 = with_photo(anna)
    anna.store.attachments.path(sha256).rename(here.folder / "away")
    anna.sync(here.wire)
    channel(here, anna).send_part(sha256, 0, len(PHOTO), b"\0" * 1000)
    anna.store.attachments.add(io.BytesIO(PHOTO))
    assert anna.sync(here.wire).clean
    assert stored(here, anna, sha256) == PHOTO
    assert status(anna, record) == "submitted"


def test_only_who_has_the_job_reads_and_only_who_named_it_writes(here: World) -> None:
    anna, bert, boss = (
        here.laptop("anna"), here.laptop("bert"), here.laptop("boss", Role.SUPERVISOR)
    )  # fmt: skip
    _, sha256 = with_photo(anna)
    anna.sync(here.wire)
    assert ask(here, bert, "GET", sha256).status == 404
    assert ask(here, bert, "HEAD", sha256).status == 404
    assert stored(here, boss, sha256) == PHOTO
    other = hashlib.sha256(b"other").hexdigest()
    for laptop in (anna, bert, boss):
        refused = ask(here, laptop, "GET", other)
        assert (refused.status, b"no_attachment" in refused.body) == (404, True)


def test_who_gets_the_job_gets_its_attachments(here: World) -> None:
    anna, bert = here.laptop("anna"), here.laptop("bert")
    request = job()
    anna.act(request)
    sha256 = attach(anna, request.record, b"photo")
    anna.sync(here.wire)
    dispatch(here.office, request.record, "bert")
    assert stored(here, bert, sha256) == b"photo"


def test_the_state_of_an_upload_can_be_asked(here: World) -> None:
    anna = here.laptop("anna")
    _, sha256 = with_photo(anna)
    anna.store.attachments.path(sha256).rename(here.folder / "away")
    anna.sync(here.wire)
    assert ask(here, anna, "HEAD", sha256).headers[OFFSET_HEADER.lower()] == "0"
    channel(here, anna).send_part(sha256, 0, len(PHOTO), PHOTO[:1000])
    assert ask(here, anna, "HEAD", sha256).headers[OFFSET_HEADER.lower()] == "1000"


Change = Callable[[str], tuple[str, int, int, bytes]]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        (lambda sha256: (sha256, 5, 1000, b"x"), 409),
        (lambda sha256: (sha256, 0, MAX_ATTACHMENT_BYTES + 1, b"x"), 413),
        (lambda sha256: (sha256, 0, MAX_ATTACHMENT_BYTES, bytes(MAX_PART_BYTES + 1)), 413),
        (lambda sha256: (sha256, 0, 3, b"long"), 422),
        (lambda sha256: (sha256, 0, 3, b""), 422),
        (lambda sha256: ("0" * 64, 0, 3, b"abc"), 404),
        (lambda sha256: ("..%2Foffice.json", 0, 3, b"abc"), 404),
        (lambda sha256: (sha256.upper(), 0, 3, b"abc"), 422),
    ],
)
def test_parts_that_do_not_fit_are_refused(here: World, change: Change, status: int) -> None:
    anna = here.laptop("anna")
    _, sha256 = with_photo(anna)
    anna.store.attachments.path(sha256).rename(here.folder / "away")
    anna.sync(here.wire)
    seen: list[int] = []

    def watched(asked: Request) -> Reply:
        reply = here.wire(asked)
        seen.append(reply.status)
        return reply

    way = channel(here, anna)
    with pytest.raises(Exception, match="sync"):
        type(way)(watched, way.office_key, way.token, way.signing).send_part(*change(sha256))
    assert seen == [status]


def test_an_empty_attachment_is_one(here: World) -> None:
    anna = here.laptop("anna")
    record, _ = with_photo(anna, b"")
    assert anna.sync(here.wire).clean
    assert status(anna, record) == "submitted"


def test_an_office_that_never_gets_on_is_given_up(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna = here.laptop("anna")
    with_photo(anna)

    def without_parts(request: Request) -> Reply:
        if request.method == "PATCH":
            raise Retryable("unreachable", cause="ConnectError")
        return here.wire(request)

    assert not anna.sync(without_parts).clean
    asked = 0

    def never_gets_on(*part: object) -> None:
        nonlocal asked
        asked += 1
        assert asked < 100, "this would go on for ever"
        raise OfficeRefused("offset", offset=0)

    monkeypatch.setattr(Channel, "send_part", never_gets_on)
    seen: list[Progress] = []
    report = SyncReport()
    backoff = Backoff(lambda seconds: None, lambda: 0.5)
    attachments = anna.store.attachments
    sender = AttachmentSender(channel(here, anna), attachments, backoff, report, seen.append)
    assert sender.send_all() == 0
    assert asked > 1
    assert [problem.key for problem in report.problems] == ["attachment_refused"]
    assert seen == [Progress("attachments", 0, 1)]
