"""What is wrong with a pack, as data: where, which message, and the values for its text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from fieldkit.domain.core.errors import FieldkitError
from fieldkit.rules.model.pack import Position
from fieldkit.rules.model.spelling import closest, confusable

MAX_PROBLEMS = 50
"""After so many the rest is not looked for: a file full of mistakes is soon refused."""


@dataclass(frozen=True, slots=True)
class PackProblem:
    """One thing that is wrong: `file:line:col` and the message `rules.<key>` with its values."""

    file: str
    line: int
    col: int
    key: str
    params: dict[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        values = ", ".join(f"{name}={value}" for name, value in self.params.items() if value)
        return f"{self.file}:{self.line}:{self.col} {self.key}" + (f" ({values})" if values else "")


class PackError(FieldkitError):
    """A pack that cannot be used; `problems` in the order of files and lines, at least one."""

    def __init__(self, problems: Sequence[PackProblem]) -> None:
        first = problems[0]
        super().__init__(
            "pack_broken", count=len(problems), first=f"{first.file}:{first.line}:{first.col}"
        )
        self.problems = tuple(problems)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


class Report:
    """Collects problems while a pack is read; a mistake is reported once.

    One problem more than `MAX_PROBLEMS` ends the reading at once, with `PackError`.
    """

    def __init__(self) -> None:
        self._found: dict[tuple[Position, str, str], PackProblem] = {}
        self._closed: set[Position] = set()

    def add(self, at: Position, key: str, **params: object) -> None:
        """Note a problem at a position, unless the text there could not even be read."""
        problem = PackProblem(at.file, at.line, at.col, key, params)
        if at in self._closed:
            return
        if len(self._found) == MAX_PROBLEMS:
            last = PackProblem(at.file, at.line, at.col, "more_problems", {"limit": MAX_PROBLEMS})
            raise PackError([*self._sorted(), last])
        self._found.setdefault((at, key, str(params.get("name"))), problem)

    def unreadable(self, at: Position, key: str, **params: object) -> None:
        """Note that the text at a position cannot be read; nothing more is said of it."""
        self.add(at, key, **params)
        self._closed.add(at)

    def unknown(self, at: Position, key: str, name: object, known: Sequence[str]) -> None:
        """Note an unknown name, with the known one that it most resembles."""
        letter = confusable(name) if isinstance(name, str) else None
        suggestion = closest(name, known)
        if letter is not None and suggestion is not None:
            self.add(
                at, "confusable", name=name, letter=f"U+{ord(letter):04X}", suggestion=suggestion
            )
        else:
            self.add(at, key, name=name, suggestion=suggestion)

    def raise_if_any(self) -> None:
        """Raise `PackError` when anything was noted."""
        if self._found:
            raise PackError(self._sorted())

    def _sorted(self) -> list[PackProblem]:
        return sorted(self._found.values(), key=lambda p: (p.file, p.line, p.col))

    def has_file(self, name: str) -> bool:
        """Whether anything was noted about a file."""
        return any(problem.file == name for problem in self._found.values())

    def __bool__(self) -> bool:
        return bool(self._found)
