"""Faults of the exchange. In all of them the laptop's work is safe where it is."""

from fieldkit.domain.errors import Fault


class SyncFault(Fault):
    """A fault of the exchange: `error.sync.<key>` names the sentence."""

    def __init__(self, key: str, **params: object) -> None:
        super().__init__(f"sync.{key}", **params)


class Retryable(SyncFault):
    """No answer of the office came: it may have acted or not, so the same is asked again."""


class OfficeRefused(SyncFault):
    """The office itself refused, and signed the refusal: asking again changes nothing."""

    def __init__(self, key: str, **params: object) -> None:
        super().__init__(key, **params)
        self.reason = key
