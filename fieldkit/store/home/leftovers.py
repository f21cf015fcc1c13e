"""What killed runs left in a home folder: files half written, rooms half cleared, papers."""

import re
import shutil
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from fieldkit.domain.core.errors import Fault
from fieldkit.store.home.atomic_files import DRAFT, names_in
from fieldkit.store.home.file_locks import is_left
from fieldkit.store.home.home import Home
from fieldkit.store.home.process_lock import WORK, alone
from fieldkit.systems import others_may_read

_ROOM = re.compile(rf"{WORK}[0-9a-z_]{{8}}\Z")
_HALF_REPLACED = re.compile(
    r"(store|archive)\.db\.(work|fresh|next|old)|attachments\.next\Z|key\.json\.old\Z"
)
_OLD_INCOMING = ".incoming"
"""What an earlier version's attachments were called before they had their names."""


def clear_leftovers(home: Home) -> None:
    """Remove what killed runs left, and nothing that a live one holds. Never raises."""
    names = names_in(home.folder)
    drafts = [home.folder / name for name in names if name.endswith(DRAFT)]
    for folder in (home.packs, home.attachments, home.papers):
        drafts += [
            folder / name for name in names_in(folder) if name.endswith((DRAFT, _OLD_INCOMING))
        ]
    drafts += home.attachments.glob(f"incoming/*/*{DRAFT}")
    _remove(drafts)
    _remove(home.folder / name for name in names if _ROOM.match(name))
    half = [home.folder / name for name in names if _HALF_REPLACED.match(name)]
    if half and not (home.folder / "key.json.next").exists():  # else the replacing goes on
        with suppress(Fault), alone(home.folder):
            _remove(half)


def close_folders(home: Home) -> None:
    """Let nobody else look into the folders that an earlier version made as the umask was. The
    home folder itself, which somebody else may have made, is left to `doctor`."""
    for folder in (home.attachments, home.packs, home.papers, home.logs):
        with suppress(OSError):
            if others_may_read(folder):
                folder.chmod(0o700)


def clear_beside(target: Path) -> None:
    """Remove what a killed run left beside a file that it was writing."""
    name = re.escape(target.name)
    ours = re.compile(rf"{name}\.([0-9a-f]{{8}}\{DRAFT}|{WORK}[0-9a-f]{{8}})\Z")
    _remove(target.parent / name for name in names_in(target.parent) if ours.match(name))


def _remove(paths: Iterable[Path]) -> None:
    for path in paths:
        with suppress(OSError):
            if not is_left(path):
                continue
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
