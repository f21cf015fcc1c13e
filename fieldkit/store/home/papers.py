"""Papers and attachments that were written in the clear to be shown or printed: nowhere longer
than they are needed."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from fieldkit.domain.core.errors import Fault
from fieldkit.store.home.atomic_files import names_in, private_folder
from fieldkit.store.home.home import Home
from fieldkit.store.home.process_lock import lock_file

_LOCK = "papers.lock"


def make_papers(home: Home) -> Path:
    """The folder of the papers, made if it was not there. Raises `Fault`."""
    private_folder(home.papers)
    return home.papers


@contextmanager
def showing_papers(home: Home) -> Iterator[None]:
    """While this process shows papers, which nobody clears away then; the last one does."""
    handle = None
    with suppress(Fault):  # a home that can only be read has no papers
        handle = lock_file(home.folder / _LOCK, exclusive=False)
    try:
        yield
    finally:
        if handle is not None:
            os.close(handle)
        clear_papers(home)


def clear_papers(home: Home) -> None:
    """Remove the papers, unless somebody shows them. One that another program holds open stays,
    and goes the next time."""
    papers = [home.papers / name for name in names_in(home.papers)]
    if not papers:
        return
    with suppress(Fault):
        handle = lock_file(home.folder / _LOCK, exclusive=True)
        for file in papers:
            with suppress(OSError):
                file.unlink()
        os.close(handle)
