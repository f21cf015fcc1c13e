"""Attachments: what goes in comes out the same, or not at all; nobody else can read it."""

import io
import os
from pathlib import Path

import pytest

from fieldkit.chunked import CHUNK
from fieldkit.domain.core.errors import Fault, NotFound
from fieldkit.services.jobs import attachments as service
from fieldkit.services.jobs import job_commands
from fieldkit.store.files.attachments import Attachments
from tests.store.homes import new_home, one_job, opened

KEY = bytes(range(32))


@pytest.fixture(name="kept")
def _kept(tmp_path: Path) -> Attachments:
    return Attachments(tmp_path / "attachments", KEY)


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_content_of_any_size_is_read_back(kept: Attachments, size: int) -> None:
    content = os.urandom(size)
    one = kept.add(io.BytesIO(content))
    assert one.size == size
    assert b"".join(kept.read(one.sha256)) == content
    (file,) = kept.files()
    assert content[:64] not in file.read_bytes() or size < 2


def test_a_place_that_cannot_be_written_is_told(kept: Attachments) -> None:
    one = kept.add(io.BytesIO(b"a photograph"))
    folder = kept.path(one.sha256).parent
    kept.path(one.sha256).unlink()
    folder.rmdir()
    folder.write_bytes(b"a file in the way of the folder")
    with pytest.raises(Fault, match="unwritable"):
        kept.add(io.BytesIO(b"a photograph"))


def test_the_same_content_is_kept_once_and_the_name_does_not_tell_it(kept: Attachments) -> None:
    first, again = kept.add(io.BytesIO(b"the same")), kept.add(io.BytesIO(b"the same"))
    assert first == again
    (file,) = kept.files()
    assert first.sha256[:8] not in file.name
    assert file.stat().st_mode & 0o077 == 0


def test_any_change_of_the_file_is_noticed(kept: Attachments) -> None:
    one = kept.add(io.BytesIO(os.urandom(2 * CHUNK + 100)))
    path = kept.path(one.sha256)
    good = path.read_bytes()
    chunk = CHUNK + 16
    changes = [good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :]
               for place in (0, 9, 30, chunk, len(good) - 1)]  # fmt: skip
    changes += [good[:-1], good[: 24 + chunk], good[:24], b""]  # cut
    first, second = good[24 : 24 + chunk], good[24 + chunk : 24 + 2 * chunk]
    changes.append(good[:24] + second + first + good[24 + 2 * chunk :])
    for changed in changes:
        path.write_bytes(changed)
        with pytest.raises(Fault, match="damaged"):
            b"".join(kept.read(one.sha256))
    other = kept.add(io.BytesIO(b"another file, whole in itself"))
    path.write_bytes(kept.path(other.sha256).read_bytes())
    with pytest.raises(Fault, match="damaged"):
        b"".join(kept.read(one.sha256))
    stranger = Attachments(path.parents[1], bytes(32))
    stranger.path(one.sha256).parent.mkdir(exist_ok=True)
    stranger.path(one.sha256).write_bytes(good)
    with pytest.raises(Fault, match="damaged"):
        b"".join(stranger.read(one.sha256))


def test_adding_it_again_mends_a_damaged_file(kept: Attachments) -> None:
    one = kept.add(io.BytesIO(b"content"))
    kept.path(one.sha256).write_bytes(b"rot")
    kept.add(io.BytesIO(b"content"))
    assert b"".join(kept.read(one.sha256)) == b"content"


def test_a_file_that_cannot_be_read_to_its_end_leaves_nothing(kept: Attachments) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell() > CHUNK:
                raise OSError(5, "Input/output error")
            return super().read(size)

    with pytest.raises(Fault, match="unwritable"):
        kept.add(Broken(bytes(3 * CHUNK)))
    assert [path for path in kept.path("x").parents[1].rglob("*") if path.is_file()] == []


def test_a_file_is_attached_to_a_job_listed_and_written_out(tmp_path: Path) -> None:
    photo = tmp_path / "brake.jpg"
    photo.write_bytes(b"\xff\xd8 a photograph")
    with opened(new_home(tmp_path / "home")) as session:
        job = service.attach_file(session, one_job(session).number, photo)
        (one,) = job_commands.job(session, job.id).attachments
        assert (one.name, one.media_type, one.size) == ("brake.jpg", "image/jpeg", 15)
        out = tmp_path / "out.jpg"
        assert service.save_attachment(session, job.id, one.sha256[:8], out) == one
        assert out.read_bytes() == photo.read_bytes()
        with pytest.raises(NotFound):
            service.attachment(session, job.id, "other.jpg")
        session.store.attachments.path(one.sha256).unlink()
        with pytest.raises(Fault, match="missing"):
            service.save_attachment(session, job.id, "brake.jpg", tmp_path / "again.jpg")
        assert not (tmp_path / "again.jpg").exists()
