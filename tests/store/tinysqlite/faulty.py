"""An SQLite VFS that breaks the disk on command: short writes, I/O errors, a full disk, a kill."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass
from typing import Any, Literal

import apsw

Fault = Literal["short", "error", "full", "kill"]
Where = Literal["write", "sync", "truncate"]

# SQLite3 Multiple Ciphers puts its encryption on top of the VFS that this prefix names.
NAME = "faulty"
ENCRYPTED_NAME = f"multipleciphers-{NAME}"


@dataclass
class Plan:
    """Which call fails: the ``at``-th of a kind, once or from then on; counts all calls."""

    where: Where = "write"
    fault: Fault = "error"
    at: int = -1
    persistent: bool = False
    calls: int = 0
    struck: int = 0

    def strikes(self, where: Where) -> bool:
        """Whether this call is to fail."""
        if where != self.where:
            return False
        self.calls += 1
        hit = self.calls == self.at or (self.persistent and 0 <= self.at < self.calls)
        self.struck += hit
        return hit


class FaultyFile(apsw.VFSFile):
    """A file whose writes and syncs ask the plan."""

    def __init__(self, vfs: FaultyVFS, name: Any, flags: list[int]) -> None:
        super().__init__("", name, flags)
        self._vfs = vfs

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802 # SQLite's name
        plan = self._vfs.plan
        if plan.strikes("write"):
            if plan.fault in ("short", "kill"):
                super().xWrite(data[: len(data) // 2], offset)
            if plan.fault == "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            if plan.fault == "full":
                raise apsw.FullError("disk full")
            raise apsw.IOError("write failed")
        super().xWrite(data, offset)

    def xSync(self, flags: int) -> None:  # noqa: N802
        if self._vfs.plan.strikes("sync"):
            if self._vfs.plan.fault == "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            raise apsw.IOError("sync failed")
        super().xSync(flags)

    def xTruncate(self, size: int) -> None:  # noqa: N802
        if self._vfs.plan.strikes("truncate"):
            if self._vfs.plan.fault == "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            raise apsw.IOError("truncate failed")
        super().xTruncate(size)


class FaultyVFS(apsw.VFS):
    """The system's VFS with the plan in between."""

    def __init__(self) -> None:
        self.plan = Plan()
        super().__init__(NAME, "")

    def xOpen(self, name: Any, flags: list[int]) -> FaultyFile:  # noqa: N802
        return FaultyFile(self, name, flags)
