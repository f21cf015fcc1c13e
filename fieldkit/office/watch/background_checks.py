"""A thread of a serving office that checks new verdicts and approvals every few seconds."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from fieldkit.office.office import Office
from fieldkit.office.watch.logs import log
from fieldkit.office.watch.self_checks import Packs, check_all

EVERY_S = 10.0
"""Soon enough for the technician's next sync, and one small query a round when nothing came."""
_END_S = 5.0
"""How long a stop waits for the round that runs; the next start does what it leaves."""


@contextmanager
def checking_in_background(
    office: Office, packs: Packs, every_s: float = EVERY_S
) -> Iterator[None]:
    """Run the checks in a thread until the end of the block; a fault is logged and tried again."""
    stop = threading.Event()

    def work() -> None:
        while not stop.wait(every_s):
            try:
                done = check_all(office, packs)
            except Exception as error:  # whatever it was: requests are still answered
                log("checks", {}, error)
                continue
            if done.events:
                log("checks", {"events": done.events, "flagged": done.flagged})

    thread = threading.Thread(target=work, daemon=True, name="checks")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(_END_S)
