"""What a laptop does not need is installed by itself: the extras of `pyproject.toml`."""

from collections.abc import Iterator
from contextlib import contextmanager

from fieldkit.domain.core.errors import Fault

_EXTRA_OF = {
    "alembic": "office",
    "fastapi": "office",
    "prometheus_client": "office",
    "sqlalchemy": "office",
    "starlette": "office",
    "uvicorn": "office",
    "psycopg": "postgres",
}
"""The extra that brings a package. Only commands that run an office import any of these."""


@contextmanager
def missing_extras_named() -> Iterator[None]:
    """Raises `Fault` (`extra_missing`) in place of the error of importing what is not installed."""
    try:
        yield
    except ModuleNotFoundError as error:
        if extra := _EXTRA_OF.get(error.name or ""):
            raise Fault("extra_missing", extra=extra, package=error.name) from error
        raise
