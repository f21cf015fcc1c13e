"""Structured logs: one JSON object a line, without any customer's data.

The message of an exception may repeat what was sent, so only its type and place are written.
Paths are written as the route that they matched, never as they came.
"""

import json
import logging
import sys
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

_LOG = logging.getLogger("fieldkit.office")


class JsonLines(logging.Formatter):
    """A record as one line: time, level, what, and the fields given as `fields`."""

    def format(self, record: logging.LogRecord) -> str:
        """The JSON object, without a line end."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "what": record.getMessage(),
        }
        line |= getattr(record, "fields", {})
        if record.exc_info and record.exc_info[1]:
            line["error"] = place_of(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=str)


def to_stderr() -> None:
    """Send the logs of the office and of its server to stderr as JSON lines."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    for name in ("fieldkit", "uvicorn"):
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.propagate = False
    logging.getLogger("fieldkit").setLevel(logging.INFO)
    logging.getLogger("uvicorn").setLevel(logging.WARNING)


def log(what: str, fields: Mapping[str, object], error: BaseException | None = None) -> None:
    """Write a line. `what` is a fixed word; an error is written as its type and place."""
    level = logging.ERROR if error else logging.INFO
    extra = {"error": place_of(error)} if error else {}
    _LOG.log(level, what, extra={"fields": {**fields, **extra}})


def place_of(error: BaseException) -> str:
    """The type of an error and where it was raised, without its message."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}" if frames else "?"
    return f"{type(error).__name__} at {place}"
