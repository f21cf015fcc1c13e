"""What the commands of the office share: the folder, the open office, the trade."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import platformdirs
import typer

from fieldkit.domain.core.errors import FieldkitError
from fieldkit.office.people.person_roles import Task
from fieldkit.services.home.ids import uuid7
from fieldkit.systems import others_may_read

if TYPE_CHECKING:
    from fieldkit.domain.core.catalogue import Catalogue
    from fieldkit.office.office import Office
    from fieldkit.office.people.office_people import OfficePerson
    from fieldkit.office.trade_rules import TradeRules
    from fieldkit.office.watch.self_checks import Packs
    from fieldkit.rules.deciding.pack_by_day import PackShelf

app = typer.Typer(help="The central office.", no_args_is_help=True)

Folder = Annotated[
    Path | None, typer.Option("--folder", help="The office's folder; else FIELDKIT_OFFICE.")
]
By = Annotated[str, typer.Option(help="Who does it; refused unless it is the person of the token.")]
TOKEN = "FIELDKIT_OFFICE_TOKEN"
TOKEN_FILE = "FIELDKIT_OFFICE_TOKEN_FILE"
KEPT_TOKEN = "administrator.token"
"""In the office's folder, beside its keys: the token of whoever was added first."""


def office_folder(given: Path | None) -> Path:
    """`--folder`, else FIELDKIT_OFFICE, else the platform's data folder."""
    if given is not None:
        return given
    named = os.environ.get("FIELDKIT_OFFICE")
    return Path(named or platformdirs.user_data_dir("fieldkit-office", False)).expanduser()


@contextmanager
def opened_office(folder: Path | None) -> Iterator["Office"]:
    """The office of this call, closed at the end."""
    from fieldkit.office.office import open_office
    from fieldkit.office.publishing.company_zone import in_company_zone

    with open_office(office_folder(folder), uuid7) as office:
        yield in_company_zone(office)


def permitted(office: "Office", task: Task, by: str = "") -> str:
    """The name of who changes something by this call, and may do `task`.

    `by` is the name that was typed, if any. Raises `NotPermitted`, or `FieldkitError` for a file
    of a token that cannot be used.
    """
    from fieldkit.office.people.office_people import NotPermitted, check_permission

    person = calling_person(office)
    if by and by != person.name:
        raise NotPermitted("other_name", name=person.name, named=by)
    check_permission(person, task)
    return person.name


def calling_person(office: "Office") -> "OfficePerson":
    """Whose token this call has: that of the variable, of the file that another one names, or of
    the office's folder. Raises as `permitted`."""
    from fieldkit.office.people.office_people import NotPermitted, has_people, person_of_token

    if not has_people(office):
        raise NotPermitted("no_people")
    return person_of_token(office, _given_token(office.home / KEPT_TOKEN))


def _given_token(kept: Path) -> str:
    from fieldkit.office.people.office_people import NotPermitted

    if token := os.environ.get(TOKEN):
        return token.strip()
    named = os.environ.get(TOKEN_FILE)
    file = Path(named).expanduser() if named else kept
    if not named and not file.exists():
        raise NotPermitted("no_token")
    try:
        if others_may_read(file):
            raise FieldkitError("office_person.token_open", file=file)
        return file.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        raise FieldkitError("office_person.token_unreadable", file=file) from None


@contextmanager
def opened_trade(office: "Office | None" = None) -> Iterator["TradeRules"]:
    """The catalogue and the rules that the office published, as its functions take them; those
    that came with the program without an office, or before the first.

    The rules are loaded when they are first asked, and freed at the end.
    """
    from fieldkit.office.trade_rules import TradeRules
    from fieldkit.services.deciding.cases import complaint_case, job_case, survey_case
    from fieldkit.services.deciding.money_terms import money_terms
    from fieldkit.services.home.company_zone import company_clock
    from fieldkit.services.home.trade import Trade, load_decider

    catalogue = office_catalogue(office) if office else Trade().catalogue
    trade = Trade()
    trade.catalogue = catalogue
    decider = load_decider(trade, _shelf(office) if office else None)
    now = office.clock if office else company_clock(trade)
    try:
        yield TradeRules(
            catalogue=catalogue,
            parts=catalogue.parts_by_sku,
            judge_job=lambda job, day: decider.decide(job_case(job, catalogue, day), day),
            judge_complaint=lambda job, form, day: decider.decide(
                complaint_case(job, form, day), day
            ),
            judge_survey=lambda job, card, day: decider.decide(survey_case(job, card, day), day),
            calling_hours=lambda: decider.shelf.on(now()).calling_hours,
            money_terms=lambda job, day: money_terms(decider.shelf, job, day),
        )
    finally:
        decider.close()


def office_catalogue(office: "Office") -> "Catalogue":
    """The catalogue that the office published, or before the first that of the program."""
    from fieldkit.office.publishing.catalogue import current_catalogue
    from fieldkit.services.home.trade import Trade

    return current_catalogue(office) or Trade().catalogue


def check_offered(office: "Office", catalogue: "Catalogue") -> None:
    """See that the rules of today and those that come know what the forms will offer.

    Raises `FieldkitError` (`catalogue.not_in_rules`).
    """
    from fieldkit.rules.loading.trade_values import undeclared

    shelf = _shelf(office)
    for day in (office.clock(), date.max):
        pack = shelf.on(day)
        if missing := undeclared(catalogue, pack.values):
            raise FieldkitError(
                "catalogue.not_in_rules",
                values="; ".join(missing),
                pack=pack.name,
                revision=pack.revision,
            )


def office_packs(office: "Office") -> "Packs":
    """The rule packs that verdicts are checked by, found by their digest."""
    return _shelf(office).by_hash


def _shelf(office: "Office") -> "PackShelf":
    from fieldkit.office.publishing.packs import shelf
    from fieldkit.shipped import shipped_rules

    return shelf(office, shipped_rules())
