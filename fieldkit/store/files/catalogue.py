"""Reading the catalogue folder, and a compiled copy of it so that the app starts quickly.

The folder holds one YAML file for each part of the catalogue (see `data/ebike/catalogue/`). All
plain values are read as text and take their type from the domain's models, so that no code or name
turns into a number or a date by accident.
"""

import hashlib
from collections.abc import Iterable
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from fieldkit import __version__
from fieldkit.domain.core import errors
from fieldkit.domain.core.base_model import Model, StrictModel
from fieldkit.domain.core.catalogue import (
    Both,
    Catalogue,
    Choice,
    Company,
    FaultEntry,
    Part,
    ProductModel,
    Recall,
)
from fieldkit.domain.core.phone import is_region
from fieldkit.domain.core.plain_text import unplain_paths
from fieldkit.store.home.atomic_files import written

FILES = ("catalogue", "parts", "faults", "models", "recalls", "lists", "checklists")
"""The files of the folder, without `.yaml`; their order is also that of the digest."""


_MOST_FEN = 100_000_000


class CatalogueError(errors.Fault):
    """A file of the catalogue is missing or wrong: `error.catalogue.*` with `file`."""


def _fen(yuan: Any) -> int:
    """An amount as people write it, in yuan with at most two decimals."""
    try:
        fen = Decimal(yuan) * 100
        if 0 <= fen <= _MOST_FEN and fen == int(fen):
            return int(fen)
    except (ArithmeticError, TypeError, ValueError):
        pass
    raise PydanticCustomError("not_an_amount", "not an amount in yuan")


class _PricedPart(Part):
    """A part as people write it: with its `price` in yuan."""

    price_fen: Annotated[int, BeforeValidator(_fen)] = Field(ge=0, alias="price")


class _Head(StrictModel):
    revision: int = Field(ge=1)
    region: str = Catalogue.model_fields["region"].default
    company: Company | None = None


class _Folder(Model):
    """The files as people write them; lists and checklists are `code: {en, zh}`."""

    catalogue: _Head
    parts: tuple[_PricedPart, ...]
    faults: tuple[FaultEntry, ...]
    models: tuple[ProductModel, ...]
    recalls: tuple[Recall, ...]
    lists: dict[str, dict[str, Both]]
    checklists: dict[str, dict[str, Both]]

    def compile(self) -> Catalogue:
        """The catalogue of the domain."""
        return Catalogue(
            revision=self.catalogue.revision,
            region=self.catalogue.region,
            company=self.catalogue.company,
            parts=tuple(Part.model_validate(part.model_dump()) for part in self.parts),
            faults=self.faults,
            models=self.models,
            recalls=self.recalls,
            lists={name: _choices(entries) for name, entries in self.lists.items()},
            checklists={name: _choices(entries) for name, entries in self.checklists.items()},
        )


def _choices(entries: dict[str, Both]) -> tuple[Choice, ...]:
    return tuple(Choice(code=code, name=name) for code, name in entries.items())


def load_catalogue(folder: Path) -> Catalogue:
    """Read and check the folder. Raises `CatalogueError` that names the file and the problem."""
    return _compiled(_read_all(folder))


def cached_catalogue(folder: Path, cache_file: Path) -> Catalogue:
    """The catalogue of the folder, from `cache_file` where that was made of the same files.

    The first line of the cache is a SHA-256 over the files of the folder, the version of
    fieldkit and the rest of the cache; one that does not fit is made again.
    Raises `CatalogueError` as `load_catalogue` does.
    """
    raw = _read_all(folder)
    source = hashlib.sha256(__version__.encode())
    for text in raw.values():
        source.update(hashlib.sha256(text).digest())
    with suppress(OSError, ValidationError):
        seal, _, body = cache_file.read_bytes().partition(b"\n")
        if seal == _seal(source.digest(), body):
            return Catalogue.model_validate_json(body)
    catalogue = _compiled(raw)
    body = catalogue.model_dump_json().encode()
    # Without a cache only the next start is slower.
    with suppress(errors.Fault), written(cache_file) as file:
        file.write(_seal(source.digest(), body) + b"\n" + body)
    return catalogue


def _seal(source: bytes, body: bytes) -> bytes:
    return hashlib.sha256(source + body).hexdigest().encode()


def van_stock(folder: Path, catalogue: Catalogue) -> dict[str, int]:
    """What a van carries in the morning (`van.yaml`): quantity by SKU."""
    read = _parsed("van", _read(folder, "van"))
    stock = {}
    for sku, quantity in _mapping("van", read).items():
        if catalogue.part(sku) is None:
            raise _unknown("van", sku, sku, "parts.yaml")
        if not (isinstance(quantity, str) and quantity.isdecimal()):
            raise _wrong("van", sku, errors.FieldProblem("quantity", "int_parsing"))
        stock[sku] = int(quantity)
    return stock


# -- reading -------------------------------------------------------------------------------


def source_codes(folder: Path) -> frozenset[str]:
    """The codes that `source` may name, of catalogue and rules; empty without such a list."""
    if not (folder / "sources.yaml").exists():
        return frozenset()
    listed = _parsed("sources", _read(folder, "sources"))
    return frozenset(listed) if isinstance(listed, dict) else frozenset()


def _read_all(folder: Path) -> dict[str, bytes]:
    return {name: _read(folder, name) for name in FILES}


def _read(folder: Path, name: str) -> bytes:
    path = folder / f"{name}.yaml"
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise CatalogueError("catalogue.missing", file=str(path)) from None
    except OSError as error:
        raise CatalogueError("catalogue.closed", file=str(path), why=error.strerror) from None


def _parsed(name: str, raw: bytes) -> Any:
    from ruamel.yaml import YAML  # only when something changed: it costs 20 ms
    from ruamel.yaml.error import MarkedYAMLError
    from ruamel.yaml.reader import ReaderError

    try:
        return YAML(typ="base", pure=True).load(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise _unreadable(name, raw.count(b"\n", 0, error.start) + 1, 1) from None
    except ReaderError as error:
        text = raw.decode("utf-8-sig")
        raise _unreadable(name, text.count("\n", 0, error.position) + 1, 1) from None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _unreadable(name, mark.line + 1, mark.column + 1) from None


def _mapping(name: str, read: Any) -> dict[str, Any]:
    if not isinstance(read, dict):
        raise _wrong(name, f"{name}.yaml", errors.FieldProblem(name, "dict_type"))
    return read


# -- checking ------------------------------------------------------------------------------


def _compiled(raw: dict[str, bytes]) -> Catalogue:
    read = {name: _parsed(name, text) for name, text in raw.items()}
    for path in unplain_paths(read):
        name, *steps = path.split(".")
        places = (name, *(int(step) if step.isdecimal() else step for step in steps))
        where = ".".join(steps)
        raise _wrong(name, where, errors.FieldProblem(where, "not_plain"), _line_of(raw, places))
    try:
        catalogue = _Folder.model_validate(read).compile()
    except ValidationError as error:
        detail = error.errors(include_url=False)[0]
        raise _first_problem(detail, read, _line_of(raw, detail["loc"])) from None
    _check(catalogue)
    return catalogue


def _line_of(raw: dict[str, bytes], path: tuple[int | str, ...]) -> int:
    """The line in its file at which a value stands, or the nearest that is there; the file is read
    once more, with the places of its values."""
    from ruamel.yaml import YAML
    from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

    node: Node | None = YAML(pure=True).compose(raw[str(path[0])].decode("utf-8-sig"))
    if node is None:
        return 1  # nothing but comments
    for step in path[1:]:
        values: dict[Any, Node] = {}
        if isinstance(node, MappingNode):
            values = {key.value: value for key, value in node.value}
        elif isinstance(node, SequenceNode):
            values = dict(enumerate(node.value))
        if step not in values:
            break
        node = values[step]
    return int(node.start_mark.line) + 1


def _first_problem(detail: ErrorDetails, read: dict[str, Any], line: int) -> CatalogueError:
    """The first wrong value: in which file and line, at which entry, and what is wrong with it."""
    name, *path = (str(step) for step in detail["loc"])
    entry = path[: 2 if name in {"lists", "checklists"} else 1]
    field = path[len(entry) :]
    if isinstance(read[name], list) and entry:
        row = read[name][int(entry[0])]
        codes = (row.get("sku"), row.get("code"), row.get("id")) if isinstance(row, dict) else ()
        entry = [next((code for code in codes if isinstance(code, str)), f"#{int(entry[0]) + 1}")]
    where = ", ".join([".".join(entry), ".".join(field)] if field else [".".join(entry) or name])
    values: dict[str, object] = {key: str(value) for key, value in detail.get("ctx", {}).items()}
    problem = errors.FieldProblem(".".join(field or entry) or name, detail["type"], values)
    return _wrong(name, where, problem, line)


def _check(catalogue: Catalogue) -> None:
    """Codes that are there twice, and codes that name what is not there."""
    if not is_region(catalogue.region):
        problem = errors.FieldProblem("region", "unknown_region", {"region": catalogue.region})
        raise _wrong("catalogue", "region", problem)
    parts = [part.sku for part in catalogue.parts]
    _no_doubles("parts", parts)
    _no_doubles("faults", [fault.code for fault in catalogue.faults])
    _no_doubles("models", [model.code for model in catalogue.models])
    _no_doubles("recalls", [recall.id for recall in catalogue.recalls])
    components = [choice.code for choice in catalogue.lists.get("component", ())]
    for part in catalogue.parts:
        _known("parts", part.sku, [part.component], components, "lists.yaml")
        _known("parts", part.sku, part.substitutes, parts, "parts.yaml")
    for fault in catalogue.faults:
        _known("faults", fault.code, fault.components, components, "lists.yaml")
        _known("faults", fault.code, fault.parts, parts, "parts.yaml")
    for model in catalogue.models:
        _known("models", model.code, model.components, components, "lists.yaml")
    for recall in catalogue.recalls:
        _known("recalls", recall.id, [recall.component], components, "lists.yaml")


def _no_doubles(name: str, codes: list[str]) -> None:
    for place, code in enumerate(codes):
        if code in codes[:place]:
            raise CatalogueError("catalogue.duplicate", file=f"{name}.yaml", code=code)


def _known(name: str, code: str, used: Iterable[str], known: list[str], where: str) -> None:
    for each in used:
        if each not in known:
            raise _unknown(name, code, each, where)


def _unknown(name: str, code: str, unknown: str, where: str) -> CatalogueError:
    file = f"{name}.yaml"
    return CatalogueError("catalogue.unknown", file=file, code=code, unknown=unknown, list=where)


def _unreadable(name: str, line: int, column: int) -> CatalogueError:
    return CatalogueError("catalogue.unreadable", file=f"{name}.yaml", line=line, column=column)


def _wrong(
    name: str, where: str, problem: errors.FieldProblem, line: int | None = None
) -> CatalogueError:
    file = f"{name}.yaml:{line}" if line else f"{name}.yaml"
    return CatalogueError("catalogue.wrong", file=file, where=where, problem=problem)
