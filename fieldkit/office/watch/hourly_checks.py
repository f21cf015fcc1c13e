"""What a serving office does beside answering: every few seconds it checks what came in."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from fieldkit.office.office import Office
from fieldkit.office.watch.logs import log
from fieldkit.office.watch.self_checks import Packs, check_all

EVERY_S = 10.0
_END_S = 5.0


@contextmanager
def chores(office: Office, packs: Packs, every_s: float = EVERY_S) -> Iterator[None]:
    """Check new verdicts and approvals in a thread, until the end of the block."""
    stop = threading.Event()

    def work() -> None:
        while not stop.wait(every_s):
            try:
                done = check_all(office, packs)
            except Exception as error:  # the next round tries again; answering goes on
                log("checks", {}, error)
                continue
            if done.events:
                log("checks", {"events": done.events, "flagged": done.flagged})

    thread = threading.Thread(target=work, daemon=True, name="chores")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(_END_S)
