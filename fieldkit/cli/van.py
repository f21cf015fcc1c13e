"""`fieldkit van`: show, load, count."""

from dataclasses import asdict
from typing import Annotated, Any

import typer

from fieldkit.cli.context import emit, opened, options, print_json
from fieldkit.cli.job import Json
from fieldkit.cli.output import print_line
from fieldkit.domain.core.errors import BadInput, FieldProblem
from fieldkit.domain.records.van import Stock
from fieldkit.i18n import fit, say
from fieldkit.services.home.session import Session
from fieldkit.services.jobs import van

app = typer.Typer(help="The parts in the van.", no_args_is_help=True)

Counts = Annotated[list[str], typer.Argument(metavar="PART=QUANTITY...", help="Parts and numbers.")]


@app.command()
def show(as_json: Json = False) -> None:
    """Show what is on board: loaded and counted, less what the repairs used."""
    with opened() as session:
        found = van.stock(session)
        if as_json:
            print_json([_as_json(item) for item in found.values()])
            return
        lang = options.language(session)
        for item in found.values():
            name = fit(session.catalogue.name("part", item.part, lang), 40)
            aside = say("screen.set_aside", lang, count=item.set_aside) if item.set_aside else ""
            print_line(f"{item.on_board:>4}  {fit(item.part, 14)} {name} {aside}".rstrip())
        if not found:
            emit("cli.van_empty", lang)


@app.command()
def load(
    parts: Annotated[
        list[str] | None, typer.Argument(metavar="PART=QUANTITY...", help="Parts and numbers.")
    ] = None,
    usual: Annotated[
        bool, typer.Option("--usual", help="Whatever is missing to the usual load.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Record parts that come on board: fieldkit van load P-HAL=2 P-PAD=4"""
    with opened() as session:
        wanted = van.to_load(session) if usual else {}
        wanted |= _counts(parts or [])
        if wanted or not usual:
            rows = [{"part": sku, "quantity": count} for sku, count in wanted.items()]
            van.load_van(session, {"parts": rows})
        _print_stock(session, list(wanted), as_json)


@app.command()
def count(parts: Counts, as_json: Json = False) -> None:
    """Record how many of a part were found on board: fieldkit van count P-HAL=1"""
    with opened() as session:
        wanted = _counts(parts)
        with session.store.writing():
            for sku, quantity in wanted.items():
                van.count_part(session, {"part": sku, "quantity": quantity})
        _print_stock(session, list(wanted), as_json)


def _as_json(item: Stock) -> dict[str, Any]:
    return asdict(item) | {"free": item.free}


def _counts(given: list[str]) -> dict[str, int]:
    """`P-HAL=2` as numbers by SKU. Raises `BadInput`."""
    found = {}
    for text in given:
        sku, _, number = text.partition("=")
        if not (number.isascii() and number.isdecimal()):
            raise BadInput([FieldProblem("quantity", "int_parsing")])
        found[sku] = int(number)
    return found


def _print_stock(session: Session, skus: list[str], as_json: bool) -> None:
    now = van.stock(session)
    if as_json:
        print_json([_as_json(now[sku]) for sku in skus])
        return
    for sku in skus:
        emit("cli.van_changed", options.language(session), part=sku, count=now[sku].on_board)
