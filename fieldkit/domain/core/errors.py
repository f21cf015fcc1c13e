"""The one tree of errors that a person may see.

An error carries a message key and values, never a finished sentence: `fieldkit.i18n` says it
in the person's language (what happened, what is safe, what to do next). Values must never
identify a customer, because messages end up in logs.
"""

from dataclasses import dataclass, field
from typing import ClassVar


class FieldkitError(Exception):
    """An error with a message for people: `error.<key>` names the sentence.

    `exit_code` is what the command line ends with: 1 the answer is no, 2 wrong usage or bad
    input, 3 a fault of file, network or engine.
    """

    exit_code: ClassVar[int] = 2

    def __init__(self, key: str, **params: object) -> None:
        super().__init__(key)
        self.key = key
        self.params = params

    def __str__(self) -> str:
        values = ", ".join(f"{name}={value}" for name, value in self.params.items())
        return f"{self.key} ({values})" if values else self.key


@dataclass(frozen=True)
class Reason:
    """Why a step is not allowed now, as data: `why.<key>` names the sentence."""

    key: str
    params: dict[str, object] = field(default_factory=dict)


class Refused(FieldkitError):
    """A step that the flow does not allow now. Nothing was changed."""

    exit_code = 1

    def __init__(self, reason: Reason) -> None:
        super().__init__(f"why.{reason.key}", **reason.params)
        self.reason = reason


@dataclass(frozen=True)
class FieldProblem:
    """One wrong field of a form: `path` such as `lines.1.part`; `field.<key>` the sentence.

    With `confirm` it is a question: the field of that name says that it is right all the same.
    """

    path: str
    key: str
    params: dict[str, object] = field(default_factory=dict)
    confirm: str = ""


class BadInput(FieldkitError):
    """A form with wrong fields. Nothing was changed; every problem is named."""

    def __init__(self, problems: list[FieldProblem]) -> None:
        super().__init__("bad_input", fields=", ".join(problem.path for problem in problems))
        self.problems = problems


class NotFound(FieldkitError):
    """What was asked for is not in the store: `error.not_found.<what>`."""

    def __init__(self, what: str, ref: str) -> None:
        super().__init__(f"not_found.{what}", ref=ref)


class Fault(FieldkitError):
    """A fault of file, network or engine: nothing a person typed was wrong."""

    exit_code = 3


class InUse(Fault):
    """Another process is in the way, and will not be for long: the same may be tried again.

    The exit code is `EX_TEMPFAIL` of BSD's sysexits.h, which schedulers know by that meaning.
    """

    exit_code = 75
