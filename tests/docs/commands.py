"""Every command of `fieldkit`, for pages that name some."""

from collections.abc import Iterator
from functools import cache

from typer.main import get_command

from fieldkit.cli.app import app


@cache
def commands() -> set[tuple[str, ...]]:
    """What can be typed after `fieldkit`, as words; () is the app itself."""

    def below(command: object, words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        yield words
        for name, child in getattr(command, "commands", {}).items():
            yield from below(child, (*words, name))

    return set(below(get_command(app), ()))
