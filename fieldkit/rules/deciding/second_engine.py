"""Whether durable_rules, the second engine, can be loaded on this machine.

durable_rules has no wheels: one that was built without the flag for CPython 3.13 installs well and
fails to import. That is not a disagreement of the engines: the reference then decides alone, its
records say so, and the office judges them again by both.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache

from fieldkit.rules.deciding.stages import Evaluate
from fieldkit.rules.model.pack import Pack


@cache
def engine_fault() -> str | None:
    """Why durable_rules cannot be loaded, in the loader's words; None where it can."""
    try:
        import fieldkit.rules.deciding.durable_engine  # noqa: F401  # loading it is the question
    except ImportError as error:
        return str(error)
    return None


@contextmanager
def durable_tables(*packs: Pack) -> Iterator[Evaluate]:
    """Evaluate the tables of these packs by durable_rules alone. `ImportError` without it."""
    from fieldkit.rules.deciding.durable_engine import Engine

    with closing(Engine(table for pack in packs for table in pack.tables)) as engine:
        yield engine.evaluate
