"""Which records an earlier check found right, so that the next one need not fold them again.

A fold is a function of nothing but the events and the program. So the mark of a record is a hash
over all that goes into the comparison: the program, the text of each of its documents, and of each
of its events, in order, the id, the status, the position and the hash of the stored bytes. Where
nothing of that is another, the outcome is none either. The marks of the last check lie sealed
beside the store; without them everything is folded, which costs time and nothing else.
"""

import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from hashlib import blake2b, sha256
from pathlib import Path

import pydantic
import pydantic_core

import fieldkit.domain
from fieldkit.chunked import derived, seal, unseal
from fieldkit.domain.core.errors import Fault
from fieldkit.store.home.atomic_files import written

_SIZE = 16
"""Bytes of a mark."""


def program() -> bytes:
    """A hash of what folds and compares: these sources, the parser's versions and Python's."""
    if getattr(sys, "frozen", False):  # packed into one file, without sources
        files = [Path(sys.executable)]
    else:
        here = Path(__file__).parent
        files = [here / "found_right.py", here / "recorded.py"]
        files += sorted(Path(fieldkit.domain.__file__).parent.rglob("*.py"))
    whole = sha256(repr((sys.version, pydantic.VERSION, pydantic_core.__version__)).encode())
    for file in files:
        whole.update(sha256(file.read_bytes()).digest())
    return whole.digest()


class FoundRight:
    """The marks that are sealed in a file by a key derived from `key`, and those of this check."""

    def __init__(self, file: Path, key: bytes, of_program: bytes) -> None:
        self._file, self._key, self._program = file, derived(key, "found right"), of_program
        self._then = self._read()
        self._known = {self._then[at : at + _SIZE] for at in range(0, len(self._then), _SIZE)}
        self._now = bytearray()

    def _read(self) -> bytes:
        """The marks of the last check; none where they are not there or not as written."""
        try:
            with self._file.open("rb") as file:
                return b"".join(unseal(file, self._key))
        except (OSError, ValueError):
            return b""

    def mark(
        self, record: str, texts: Mapping[str, str | None], events: Iterable[tuple[object, ...]]
    ) -> bytes:
        """The mark of a record with these documents, by kind, and these events."""
        hashed = [(kind, text and sha256(text.encode()).digest()) for kind, text in texts.items()]
        said = repr((record, sorted(hashed), list(events))).encode()
        return blake2b(said, digest_size=_SIZE, key=self._program).digest()

    def __contains__(self, mark: bytes) -> bool:
        return mark in self._known

    def add(self, mark: bytes) -> None:
        """This check has found a record right."""
        self._now += mark

    def save(self) -> None:
        """Keep the marks of this check. On a disk that takes none the next one folds everything."""
        if self._now != self._then:
            with suppress(Fault), written(self._file) as file:
                seal(iter([bytes(self._now)]), file, self._key)
