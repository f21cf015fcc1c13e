"""Faults of the exchange. In all of them the laptop's work is safe where it is."""

from fieldkit.domain.core.errors import Fault


class SyncFault(Fault):
    """A fault of the exchange: `error.sync.<key>` names the sentence."""

    def __init__(self, key: str, **params: object) -> None:
        super().__init__(f"sync.{key}", **params)


class AlreadySending(SyncFault):
    """Another process of this laptop is sending: this one has left everything to it."""

    exit_code = 1

    def __init__(self) -> None:
        super().__init__("already_sending")


class Retryable(SyncFault):
    """No answer of the office came: it may have acted or not, so the same is asked again."""


class OfficeRefused(SyncFault):
    """The office itself refused, and signed the refusal: asking again changes nothing."""

    def __init__(self, key: str, **params: object) -> None:
        super().__init__(key, **params)
        self.reason = key
