"""`fieldkit office codes`: the open codes of enrolment; and what a restore lets in again."""

from typing import TYPE_CHECKING, Annotated

import typer

from fieldkit.cli.context import emit, options, print_done, print_json
from fieldkit.cli.job import Json
from fieldkit.cli.office.base import Folder, app, opened_office, permitted
from fieldkit.cli.output import print_line
from fieldkit.i18n import say, say_moment
from fieldkit.office.people.person_roles import Task

if TYPE_CHECKING:
    from fieldkit.office.people.standing import Revived

codes_app = typer.Typer()
app.add_typer(codes_app, name="codes")


@codes_app.callback(invoke_without_command=True)
def codes(ctx: typer.Context, folder: Folder = None, as_json: Json = False) -> None:
    """List the codes of enrolment that nobody has used."""
    if ctx.invoked_subcommand:
        return
    from fieldkit.office.devices.codes import list_codes

    lang = options.language()
    with opened_office(folder) as office:
        found = list_codes(office)
    if as_json:
        print_json([one.__dict__ | {"expires": one.expires.isoformat()} for one in found])
        return
    for one in found:
        key = "office_laptop.code_expired" if one.expired else "office_laptop.code"
        emit(key, lang, mark=one.mark, person=one.person, role=say(f"role.{one.role}", lang),
             area=one.area or "-", until=say_moment(one.expires, lang))  # fmt: skip
    if not found:
        emit("office_laptop.no_codes", lang)


@codes_app.command()
def withdraw(
    mark: Annotated[str, typer.Argument(metavar="MARK", help="Its mark, as `codes` prints it.")],
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Take a code back: no laptop can be enrolled with it any more."""
    from fieldkit.office.devices.codes import withdraw_code

    with opened_office(folder) as office:
        person = withdraw_code(office, mark, permitted(office, Task.LAPTOPS))
    print_done(as_json, "office_laptop.withdrawn", options.language(), mark=mark, person=person)


def print_revived(found: "list[Revived]") -> None:
    """Say what a restored backup lets in again."""
    lang = options.language()
    if found:
        emit("office_laptop.revived", lang)
    for one in found:
        print_line(f"  {say(f'revived.{one.kind}', lang)}: {one.about}")
