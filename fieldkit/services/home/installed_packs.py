"""The rule packs of a home: installing what the office signed, and keeping what jobs refer to.

Which packs are installed, and the newest key list, stand in the encrypted store; the packs
themselves lie in the home's `packs` folder, each under its hash. A pack's file is used
only while it still has that hash.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from fieldkit.domain.core.errors import Fault, FieldkitError
from fieldkit.rules.deciding.pack_by_day import PackShelf, in_force
from fieldkit.rules.loading.loader import load_files, load_kept, load_pack
from fieldkit.rules.model.pack import Pack
from fieldkit.rules.model.problems import PackError
from fieldkit.rules.model.signed_pack import (
    MAX_BYTES,
    SUFFIX,
    OpenedPack,
    PackHead,
    PackRefused,
    SignedKeys,
    check_new,
    claimed_revision,
    head_of,
    newer_keys,
    open_pack,
    unsigned,
)
from fieldkit.store.files.packs import INSTALLED, PackFiles
from fieldkit.store.records.archive import ArchiveFault
from fieldkit.store.store import Store
from fieldkit.sync.client.enrol import load_identity
from fieldkit.sync.protocol.keys import unb64

KEEP = 20
"""How many of the newest packs are kept, also those that no job needs: one may be gone back to."""
CLOCK_TOLERANCE = timedelta(days=1)
"""How far a clock may be behind a pack's making before a warning; a wrong time zone is less."""

_KEYS, _TAG = "pack_keys", "pack_tag"
_DECIDING = ("job.decided", "job.surveyed", "job.complaint_opened", "complaint.recorded",
             "job.help_requested")  # fmt: skip
"""The events that carry a decision record."""
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Installed:
    """A pack that was accepted. `new`: it was not there before; `clock_behind`: this device's
    clock stands before the moment at which the pack was made."""

    head: PackHead
    new: bool
    clock_behind: bool = False


class InstalledPacks:
    """The packs that the office published and this home has."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._files = PackFiles(store.home.packs)

    # -- reading ---------------------------------------------------------------------------

    def heads(self) -> list[PackHead]:
        """The installed packs, lowest revision first."""
        return [PackHead.model_validate(row) for row in self._store.setting(INSTALLED, [])]

    def load(self, sha256: str) -> Pack | None:
        """The pack of this hash; None if it is not kept.

        Raises `PackRefused` (`altered`, `unreadable`) if its file is no longer what it was, and
        `PackError` if this version cannot read it.
        """
        raw = self._files.read(sha256)
        return None if raw is None else load_kept(raw, sha256)

    def is_whole(self, head: PackHead) -> bool:
        """Whether the file of an installed pack is there and is what it was."""
        try:
            return self.load(head.sha256) is not None
        except FieldkitError:
            return False

    # -- installing ------------------------------------------------------------------------

    def install(self, raw: bytes, now: datetime) -> Installed:
        """Verify a signed pack and make it one of those that decide, or change nothing.

        `now` is the best clock at hand. Raises `PackRefused` with the reason, or `Fault`.
        """
        opened = open_pack(raw, self._root(), self._known_keys())
        _check_loads(opened)
        head = opened.manifest.head
        behind = now + CLOCK_TOLERANCE < head.created
        with self._store.writing():
            heads = self.heads()
            known = head in heads
            if not known:
                check_new(head, heads, now)
                rows = [each.model_dump(mode="json") for each in (*heads, head)]
                self._store.set(INSTALLED, rows)
            if not known or not self.is_whole(head):
                self._files.keep(head.sha256, raw)
            self._store.set(_KEYS, opened.keys.model_dump())
        if known:
            return Installed(head, new=False, clock_behind=behind)
        self._drop_unneeded(now)
        return Installed(head, new=True, clock_behind=behind)

    def keep(self, pack: Pack, folder: Path) -> None:
        """Keep a pack that decides without having been published, so that what it decided can
        be replayed. A disk that refuses is reported and stops nothing."""
        if self._files.has(pack.sha256):
            return
        try:
            files = {name: (folder / name).read_bytes() for name in pack.files}
            self._files.keep(pack.sha256, unsigned(files))
        except (OSError, Fault) as error:
            _LOG.warning("rule pack %s was not kept: %s", pack.sha256[:12], error)

    def _root(self) -> bytes:
        return unb64(load_identity(self._store.exchange).root)

    def _known_keys(self) -> SignedKeys | None:
        row = self._store.setting(_KEYS)
        return SignedKeys.model_validate(row) if row else None

    def _drop_unneeded(self, now: datetime) -> None:
        """Let go of packs that are neither new, nor in force, nor named by a stored decision."""
        heads = self.heads()
        kept = [*heads[-KEEP:], *list(in_force(heads, now))[:1]]
        stale = self._files.hashes() - {head.sha256 for head in kept}
        if len(self._files.hashes()) <= KEEP or not stale:
            return
        try:
            needed = self._files.hashes() - (stale - self._named(stale))
        except ArchiveFault:
            return  # whatever its decisions name is kept
        with self._store.writing():
            rows = [head.model_dump(mode="json") for head in heads if head.sha256 in needed]
            self._store.set(INSTALLED, rows)
        self._files.drop_all_but(needed)

    def _named(self, among: set[str]) -> set[str]:
        """Which of these packs a stored decision names."""
        named: set[str] = set()
        for decision in self._stored_decisions():
            for by in ("pack", "today_pack"):
                named.add(str((decision.get(by) or {}).get("sha256")))
            if among <= named:
                break
        return named & among

    def _stored_decisions(self) -> Iterator[dict[str, Any]]:
        for event_type in _DECIDING:
            events = chain(
                self._store.ledger.events_of_type(event_type),
                self._store.archive.events_of_type(event_type),
            )
            for event in events:
                yield event.data.get("decision") or {}

    # -- for a sync ------------------------------------------------------------------------

    @property
    def tag(self) -> str:
        """What the office's shelf was like when all of it had been taken; "" where a file is
        missing since, as after a backup was restored."""
        if any(not self._files.has(head.sha256) for head in self.heads()):
            return ""
        return str(self._store.setting(_TAG, ""))

    @property
    def held(self) -> list[str]:
        """The hashes of the installed packs whose files are here."""
        return [head.sha256 for head in self.heads() if self._files.has(head.sha256)]

    def finished(self, tag: str) -> None:
        """Note that everything of this tag was taken, or refused for good."""
        self._store.set(_TAG, tag)

    def take_keys(self, text: str, signature: str) -> None:
        """Take the office's present key list. Raises `PackRefused` (`keys_not_of_root`)."""
        offered = SignedKeys(text=text, signature=signature)
        newer = newer_keys(offered, self._known_keys(), self._root())
        self._store.set(_KEYS, newer.model_dump())

    def take(self, raw: bytes, now: datetime) -> int:
        """Install a pack and answer its revision; raises as `install` does."""
        return self.install(raw, now).head.revision

    def wanted(self, offered: list[dict[str, Any]], now: datetime) -> list[str]:
        """The hashes of the packs to ask for, lowest revision first: the new ones among the
        last few, and installed ones whose file is missing.

        One that has expired is left out unless it is the newest, which is worth a word.
        """
        heads = self.heads()
        newest = max((head.revision for head in heads), default=0)
        last = sorted(map(_as_head, offered), key=lambda head: head.revision)[-KEEP:]

        def is_wanted(head: PackHead) -> bool:
            if head in heads:
                return not self._files.has(head.sha256)
            usable = head is last[-1] or head.expires is None or head.day(now) <= head.expires
            return head.revision > newest and usable

        return [head.sha256 for head in last if is_wanted(head)]


def install_from(packs: InstalledPacks, path: Path, now: datetime) -> list[Installed]:
    """Install the signed pack of a file, or all new ones of a folder in their order.

    What stands before a refused pack stays installed. Raises `PackRefused`, `Fault`, and
    `FieldkitError` (`pack.no_file`) where there is no signed pack.
    """
    if not path.is_dir():
        return [packs.install(_bytes(path), now)]
    found = [_bytes(file) for file in path.glob(f"*{SUFFIX}")]
    if not found:
        raise FieldkitError("pack.no_file", file=path)
    newest = max((head.revision for head in packs.heads()), default=0)
    ordered = sorted((claimed_revision(raw), raw) for raw in found)
    return [packs.install(raw, now) for revision, raw in ordered if revision > newest]


def _as_head(row: dict[str, Any]) -> PackHead:
    """The head of a pack as an office sends it, which may know more fields."""
    try:
        return PackHead.model_validate({name: row.get(name) for name in PackHead.model_fields})
    except ValidationError as error:
        raise PackRefused("unreadable") from error


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise PackRefused("unreadable")
        return path.read_bytes()
    except OSError:
        raise FieldkitError("pack.no_file", file=path) from None


def _check_loads(opened: OpenedPack) -> None:
    """Whether this version can work with the pack, and its files say what the manifest says."""
    manifest = opened.manifest
    try:
        pack = load_files(opened.files)
    except PackError as error:
        raise PackRefused("not_loadable", revision=manifest.revision) from error
    if head_of(pack, manifest.created, manifest.restores) != manifest.head:
        raise PackRefused("inconsistent", revision=manifest.revision)


def shelf(
    folder: Path,
    packs: InstalledPacks | None = None,
    folder_decides: bool = False,
    keeps: bool = True,
) -> PackShelf:
    """The packs that decide here; with `keeps` the one of the folder is kept for replays.

    `folder` has the pack that came with the program, or with `folder_decides` the one that a
    supervisor works on, which then stands in for all others.
    """

    def first() -> Pack:
        pack = load_pack(folder)
        if packs is not None and keeps:
            packs.keep(pack, folder)
        return pack

    if packs is None:
        return PackShelf(first)
    installed: Callable[[], list[PackHead]] = list if folder_decides else packs.heads
    return PackShelf(first, installed, packs.load)
