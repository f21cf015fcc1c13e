"""The handling of unexpected errors: a report, a sentence, exit code 3.

The report says where, never with what: no locals, no message of the exception, nothing that
was typed, because all of these may name a customer.
"""

import platform
import traceback
from datetime import datetime
from pathlib import Path

from fieldkit import __version__
from fieldkit.domain.core.errors import Fault
from fieldkit.i18n import Lang, say
from fieldkit.store.home.atomic_files import private_folder, written


class Crash(Exception):
    """An unexpected failure as the person sees it; Textual prints what `__rich__` returns."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence

    def __rich__(self) -> str:
        """The sentence alone."""
        return self.sentence


def crash(error: BaseException, logs: Path, now: datetime, lang: Lang) -> Crash:
    """Save the report and make the sentence. A disk that takes no report changes nothing."""
    path = logs / f"crash-{now:%Y%m%d-%H%M%S}.txt"
    try:
        private_folder(logs)
        with written(path) as file:
            file.write(report(error, now).encode())
    except Fault:
        return Crash(say("screen.crashed_unsaved", lang))
    return Crash(say("screen.crashed", lang, path=path))


def report(error: BaseException, now: datetime) -> str:
    """Type and place of the failure and of what caused it."""
    lines = [
        f"fieldkit {__version__}, Python {platform.python_version()}, {platform.system()}",
        f"{now.isoformat(timespec='seconds')}",
    ]
    cause: BaseException | None = error
    while cause is not None:
        lines.append(f"{type(cause).__module__}.{type(cause).__qualname__}")
        for frame in traceback.extract_tb(cause.__traceback__):
            lines.append(f"  {frame.filename}:{frame.lineno} in {frame.name}")
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    return "\n".join(lines) + "\n"
