"""Errors of the office: faults of its own, and refusals with their HTTP status."""

from fieldkit.domain.core.errors import Fault, FieldkitError


class OfficeFault(Fault):
    """A fault of the office itself, of its folder, database or network address."""

    def __init__(self, key: str, **params: object) -> None:
        super().__init__(f"sync.{key}", **params)


class Denied(FieldkitError):
    """A request that the office refuses; `error.sync.<reason>` is the sentence."""

    def __init__(self, status: int, reason: str, **params: int | str) -> None:
        super().__init__(f"sync.{reason}", **params)
        self.status = status
        self.reason = reason
        self.values = params
