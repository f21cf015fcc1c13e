"""The pages of a damaged file and its log, each taken by itself.

SQLite gives up a file at its first page that is bad where a good one leads to others. Here every
page is opened alone: the cipher (ChaCha20-Poly1305 as SQLite3 Multiple Ciphers uses it) proves
of each that it is what was once written at this place.
"""

from __future__ import annotations

import hmac
import struct
from itertools import permutations
from pathlib import Path
from typing import NamedTuple

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms
from cryptography.hazmat.primitives.poly1305 import Poly1305

from .log_order import Frame, written_order

PAGE = 4096
"""The size of a page, SQLite's own; in an encrypted one the last 32 bytes are nonce and tag."""
_NONCE, _TAG = 16, 16
_OPEN_HEAD = 24
"""How many bytes of the first page are not encrypted."""
_LOG_HEAD, _FRAME_HEAD = 32, 24

MAIN = -1
"""The commit of what is in the file and not in the log."""

_MISPLACED = 64
"""At most so many bad pages are tried in each other's places; the tries grow with the square."""


class _Version(NamedTuple):
    """What a page was from a commit on, and whether it is whole."""

    commit: int
    content: tuple[Path, int] | None


class Pages:
    """Every page of the store at ``path`` by its number, as of any commit that the log tells of.

    Commits are counted from the beginning of the log. What the log has after its last commit is
    left out, see ``take_unfinished``. Nothing is written.
    """

    def __init__(self, path: Path, key: bytes | None) -> None:
        self._key = key
        self._path, self._log = path, path.with_name(path.name + "-wal")
        self._versions: dict[int, list[_Version]] = {}
        self._unfinished: list[tuple[int, _Version]] = []
        self.last_commit = MAIN
        self.bad_commits: set[int] = set()
        self.unknown = 0
        """Frames of the log that are gone, or of which even the page is not known."""
        self._read_file()
        self._read_log()
        first = self.page(1)
        stated = struct.unpack_from(">I", first, 28)[0] if first and self._key else 0
        self.count = max(stated, *self._versions, 1)

    @property
    def any_good(self) -> bool:
        """Whether the key opens anything."""
        return any(version.content for found in self._versions.values() for version in found)

    @property
    def bad(self) -> int:
        """How many pages cannot be read as they were last."""
        known = (self._version(n, self.last_commit) for n in range(1, self.count + 1))
        return self.unknown + sum(found is None or found.content is None for found in known)

    @property
    def schema(self) -> int | None:
        """SQLite's user version; None where the first page is bad."""
        for commit in self.earlier():
            if (first := self.page(1, commit)) is not None:
                return int(struct.unpack_from(">I", first, 60)[0])
        return None

    def page(self, number: int, commit: int | None = None) -> bytes | None:
        """A page as of a commit, the last one unless told; None where that is not whole."""
        version = self._version(number, self.last_commit if commit is None else commit)
        return self._open(number, *version.content) if version and version.content else None

    def _version(self, number: int, commit: int) -> _Version | None:
        found = reversed(self._versions.get(number, ()))
        return next((version for version in found if version.commit <= commit), None)

    def earlier(self) -> list[int]:
        """The last commit, and those before something was written that is bad, latest first."""
        before = sorted((bad - 1 for bad in self.bad_commits), reverse=True)
        return list(dict.fromkeys((self.last_commit, *before[:8], *([MAIN] if before else []))))

    def changed_after(self, commit: int) -> set[int]:
        """The numbers of the pages that were written after a commit."""
        return {n for n, found in self._versions.items() if found[-1].commit > commit}

    def take_unfinished(self) -> None:
        """Count what the log has after its last commit too: its end, which is bad, is missing."""
        if self._unfinished:
            self.last_commit += 1
            self.unknown += 1
            self._add(self._unfinished)
            self._unfinished = []

    # -- the file --------------------------------------------------------------------------

    def _read_file(self) -> None:
        size = self._path.stat().st_size if self._path.exists() else 0
        bad = []
        for number in range(1, -(-size // PAGE) + 1):
            place = (self._path, (number - 1) * PAGE)
            whole = self._is_whole(number, *place)
            self._versions[number] = [_Version(MAIN, place if whole else None)]
            bad += [] if whole else [number]
        if len(bad) <= _MISPLACED and self._key:
            for number, other in permutations(bad, 2):
                place = (self._path, (other - 1) * PAGE)
                if self._is_whole(number, *place):
                    self._versions[number] = [_Version(MAIN, place)]

    # -- the log ---------------------------------------------------------------------------

    def _read_log(self) -> None:
        """Take the frames of the log in the order in which they were written, whether or not those
        before are whole.

        Behind the frames of this log lie those of earlier ones, with other salts. A frame that has
        no place in this log counts only where nothing else is there of its page.
        """
        offsets = self._offsets()
        frames = [Frame(_read(self._log, at - _FRAME_HEAD, _FRAME_HEAD), at) for at in offsets]
        if not frames:
            return
        salts = _read(self._log, 16, 8)
        if not any(frame.head[8:16] == salts for frame in frames):
            salts = frames[0].head[8:16]
        last = max(at for at, frame in enumerate(frames) if frame.head[8:16] == salts)
        del frames[last + 1 :]
        order = written_order(
            _read(self._log, 0, _LOG_HEAD), frames, salts, lambda at: _read(self._log, at, PAGE)
        )
        self._take(order.places, frames, salts)
        for at in order.strays:
            self._fall_back(frames[at])

    def _take(self, places: list[int | None], frames: list[Frame], salts: bytes) -> None:
        taken: list[tuple[int, _Version]] = []
        commit = 0
        for at in places:
            if at is None:
                taken.append((0, _Version(commit, None)))
                continue
            head, offset = frames[at]
            number, commits = struct.unpack_from(">II", head)
            found = self._number(number, offset)
            place = (self._log, offset) if found else None
            taken.append((found or number, _Version(commit, place)))
            if commits and (found or head[8:16] == salts):
                self._add(taken)
                self.last_commit, commit, taken = commit, commit + 1, []
        self._unfinished = taken

    def _fall_back(self, stray: Frame) -> None:
        number = self._number(struct.unpack_from(">I", stray.head)[0], stray.offset)
        known = self._versions.get(number, [])
        if number and not any(version.content for version in known):
            later = [version for version in known if version.commit != MAIN]
            self._versions[number] = [_Version(MAIN, (self._log, stray.offset)), *later]

    def _offsets(self) -> range:
        """Where the pages of the frames begin."""
        size = self._log.stat().st_size if self._log.exists() else 0
        return range(_LOG_HEAD + _FRAME_HEAD, size - PAGE + 1, _FRAME_HEAD + PAGE)

    def _number(self, stated: int, offset: int) -> int:
        """The page that a frame holds; 0 where it is bad. One bit of its number may be wrong."""
        tries = (stated, *(stated ^ 1 << bit for bit in range(32))) if self._key else (stated,)
        return next((n for n in tries if n and self._is_whole(n, self._log, offset)), 0)

    def _add(self, frames: list[tuple[int, _Version]]) -> None:
        for number, version in frames:
            if version.content is None:
                self.bad_commits.add(version.commit)
                if not 0 < number <= len(self._versions) + len(frames):
                    self.unknown += 1
                    continue
            self._versions.setdefault(number, []).append(version)

    # -- one page --------------------------------------------------------------------------

    def _is_whole(self, number: int, file: Path, offset: int) -> bool:
        data = _read(file, offset, PAGE)
        if len(data) < PAGE:
            return False
        return self._key is None or _authentic(data, self._one_time_key(number, data))

    def _open(self, number: int, file: Path, offset: int) -> bytes:
        data = _read(file, offset, PAGE)
        if self._key is None:
            return data
        body, nonce = data[: -_NONCE - _TAG], data[-_NONCE - _TAG : -_TAG]
        start = _OPEN_HEAD if number == 1 else 0
        key = self._one_time_key(number, data)[32:]
        plain = _chacha20(key, _counter(number, nonce) + 1, nonce, body[start:])
        return body[:start] + plain

    def _one_time_key(self, number: int, data: bytes) -> bytes:
        nonce = data[-_NONCE - _TAG : -_TAG]
        assert self._key is not None
        return _chacha20(self._key, _counter(number, nonce), nonce, bytes(64))


def _authentic(data: bytes, one_time_key: bytes) -> bool:
    tag = Poly1305.generate_tag(one_time_key[:32], data[:-_TAG])
    return hmac.compare_digest(tag, data[-_TAG:])


def _counter(number: int, nonce: bytes) -> int:
    return int(struct.unpack_from("<I", nonce, 12)[0]) ^ number


def _chacha20(key: bytes, counter: int, nonce: bytes, data: bytes) -> bytes:
    start = struct.pack("<I", counter & 0xFFFFFFFF) + nonce[:12]
    return Cipher(algorithms.ChaCha20(key, start), None).encryptor().update(data)


def _read(file: Path, offset: int, size: int) -> bytes:
    with file.open("rb") as opened:
        opened.seek(offset)
        return opened.read(size)
