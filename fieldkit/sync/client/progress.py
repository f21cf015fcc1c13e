"""What a sync reports while it runs and at its end, and its pauses between tries."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from fieldkit.domain.core.errors import Fault, FieldkitError
from fieldkit.sync.errors import Retryable

MAX_TRIES = 8
"""How many times in a row a request may fail before the sync gives up for now."""
FIRST_PAUSE_S = 0.25
"""The longest pause after one failure; a lost reply is the most frequent of them."""
_LONGEST_PAUSE_S = 30.0
"""As long as one step of a request may take: an office that is down longer is left alone."""
_CUT = frozenset({"ReadError", "RemoteProtocolError"})
"""How a connection ends that was cut while the office answered."""

A = TypeVar("A")


@dataclass(frozen=True)
class Problem:
    """Something that a person should know: `sync.problem.<key>` names the sentence."""

    key: str
    params: dict[str, Any] = field(default_factory=dict)


@dataclass
class SyncReport:
    """What a sync did.

    `sent` events that the office answered for, of them `applied`, `duplicates`, `held`,
    `rejected`; `received` events taken from the feed; `changed` records that they changed;
    `unsent` own events that still wait for a receipt; `attachments` sent to their end, `fetched`
    those that came;
    `rules` the revision of the newest rule pack that was installed, `catalogue` that of the
    catalogue.
    """

    sent: int = 0
    applied: int = 0
    duplicates: int = 0
    held: int = 0
    rejected: int = 0
    received: int = 0
    changed: set[str] = field(default_factory=set)
    unsent: int = 0
    attachments: int = 0
    fetched: int = 0
    rules: int | None = None
    catalogue: int | None = None
    office_epoch: str = ""
    problems: list[Problem] = field(default_factory=list)

    def problem(self, key: str, **params: Any) -> None:
        """Add something that a person should know, unless it is there already."""
        if (problem := Problem(key, params)) not in self.problems:
            self.problems.append(problem)

    @contextmanager
    def refusals(self) -> Iterator[None]:
        """Add what is refused for good inside as a problem. Raises `Fault`, which may pass."""
        try:
            yield
        except Fault:
            raise
        except FieldkitError as error:
            self.problem(error.key, **error.params)

    @property
    def clean(self) -> bool:
        """Whether all is exchanged and nothing needs a person."""
        return not (self.unsent or self.rejected or self.held or self.problems)


@dataclass(frozen=True)
class Progress:
    """How far a sync is: `total` is 0 while nobody knows it."""

    stage: Literal["connecting", "sending", "receiving", "attachments", "fetching"]
    done: int
    total: int


class Backoff:
    """Pauses between tries: doubling, with jitter, begun anew after any progress.

    A reply that was cut is a fault of the network, not of a busy office: the first one is
    asked for again at once.
    """

    def __init__(self, sleep: Callable[[float], None], random: Callable[[], float]) -> None:
        self._sleep = sleep
        self._random = random
        self._failures = 0

    def pause(self, fault: Retryable) -> None:
        """Wait before the next try. Raises the fault at the last of `MAX_TRIES`."""
        self._failures += 1
        if self._failures >= MAX_TRIES:
            raise fault
        if self._failures == 1 and fault.params.get("cause") in _CUT:
            return
        longest = min(_LONGEST_PAUSE_S, FIRST_PAUSE_S * 2.0 ** (self._failures - 1))
        self._sleep(longest * (0.5 + self._random() / 2))

    def reset(self) -> None:
        """There was progress."""
        self._failures = 0

    def retry(self, ask: Callable[[], A]) -> A:
        """Ask until the office answers. Raises `Retryable` after `MAX_TRIES` failures in a row."""
        while True:
            try:
                answer = ask()
            except Retryable as fault:
                self.pause(fault)
            else:
                self.reset()
                return answer
