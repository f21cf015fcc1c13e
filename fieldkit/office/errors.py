"""Why the office says no, with the HTTP status that goes with it."""

from fieldkit.domain.core.errors import Fault, FieldkitError


class OfficeFault(Fault):
    """A fault of the office itself: its folder, its database."""

    def __init__(self, key: str, **params: object) -> None:
        super().__init__(f"sync.{key}", **params)


class Denied(FieldkitError):
    """A request that the office refuses: `error.sync.<reason>` names the sentence."""

    def __init__(self, status: int, reason: str, **params: int | str) -> None:
        super().__init__(f"sync.{reason}", **params)
        self.status = status
        self.reason = reason
        self.values = params
