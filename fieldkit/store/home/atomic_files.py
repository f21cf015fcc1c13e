"""Files that appear whole or not at all, and the error if they cannot."""

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from fieldkit.domain.core.errors import Fault
from fieldkit.store.tinysqlite.store_file import sync_folder
from fieldkit.systems import replace_file


@contextmanager
def written(path: Path) -> Iterator[BinaryIO]:
    """A new file that appears under its name complete and on the disk, or not at all.

    Raises `Fault` (`store.full`, `store.unwritable`).
    """
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}.new")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        replace_file(draft, path)
        sync_folder(path.parent)
    except OSError as error:
        raise unwritable(error) from error
    finally:
        draft.unlink(missing_ok=True)


def unwritable(error: OSError) -> Fault:
    """The error for a file that could not be written."""
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    return Fault("store.full" if full else "store.unwritable", why=error.strerror)
