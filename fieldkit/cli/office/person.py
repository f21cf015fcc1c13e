"""`fieldkit office person`: add, list, roles, password, token, disable; and `office audit`."""

from collections.abc import Collection
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Annotated

import typer

from fieldkit.cli.context import ask_secret, emit, options, print_done, print_json
from fieldkit.cli.job import Json
from fieldkit.cli.office.base import (
    KEPT_TOKEN,
    Folder,
    app,
    calling_person,
    opened_office,
    permitted,
)
from fieldkit.cli.output import print_line
from fieldkit.i18n import say, say_moment
from fieldkit.office.people.person_roles import OfficeRole, Task

if TYPE_CHECKING:
    from fieldkit.office.office import Office
    from fieldkit.office.people.audit_log import AuditEntry

person_app = typer.Typer(
    help="The people of the office: roles, passwords, tokens for commands.", no_args_is_help=True
)
app.add_typer(person_app, name="person")

Name = Annotated[str, typer.Argument(metavar="NAME", help="The sign-in name.")]


def add_first_person(office: "Office", name: str) -> None:
    """Add the office's first person, and keep her token in the office's folder."""
    from fieldkit.office.office import write_secret
    from fieldkit.office.people.office_people import add_first

    write_secret(office.home / KEPT_TOKEN, add_first(office, name) + "\n")


@person_app.command("add")
def add(
    name: Name,
    role: Annotated[
        list[OfficeRole] | None, typer.Option(help="What she is; may be given again.")
    ] = None,
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Add somebody to the office's people. The first one has every role."""
    from fieldkit.office.people.office_people import add_person, has_people

    lang = options.language()
    with opened_office(folder) as office:
        if not has_people(office):
            add_first_person(office, name)
            kept = office.home / KEPT_TOKEN
            print_done(as_json, "office_people.first", lang, name=name, token_file=kept)
            return
        add_person(office, name, role or (), permitted(office, Task.SERVER))
    print_done(as_json, "office_people.added", lang, name=name)


@person_app.command("list")
def list_all(folder: Folder = None, as_json: Json = False) -> None:
    """List the people of the office and their roles."""
    from fieldkit.office.people.office_people import list_people

    with opened_office(folder) as office:
        found = list_people(office)
    if as_json:
        print_json([one.__dict__ | {"roles": sorted(one.roles)} for one in found])
        return
    lang = options.language()
    for one in found:
        roles = _named(one.roles)
        key = "office_people.listed" if one.active else "office_people.listed_disabled"
        emit(key, lang, name=one.name, roles=roles)
    if not found:
        emit("office_people.none", lang)


@person_app.command("roles")
def roles(
    name: Name,
    role: Annotated[
        list[OfficeRole] | None, typer.Argument(metavar="[ROLE]...", help="All that she is.")
    ] = None,
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Give somebody these roles, instead of those before."""
    from fieldkit.office.people.office_people import set_roles

    with opened_office(folder) as office:
        set_roles(office, name, role or (), permitted(office, Task.SERVER))
    if as_json:
        print_json({"name": name, "roles": role or []})
    else:
        emit("office_people.roles_set", options.language(), name=name, roles=_named(role or ()))


@person_app.command("password")
def password(name: Name, folder: Folder = None, as_json: Json = False) -> None:
    """Set your password, or as an administrator somebody's."""
    from fieldkit.office.people.office_people import set_password

    lang = options.language()
    with opened_office(folder) as office:
        by = _herself_or_administrator(office, name)
        set_password(office, name, ask_secret("office_people.ask_new", lang, twice=True), by)
    print_done(as_json, "office_people.password_set", lang, name=name)


@person_app.command("token")
def token(
    name: Name,
    recover: Annotated[
        bool,
        typer.Option("--recover", help="By the keys in the office's folder, for an administrator."),
    ] = False,
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Print a new token for somebody's commands, this once; the one before ends.

    Without a token of your own you are asked for your password.
    """
    from fieldkit.office.people.office_people import (
        RESERVED,
        NotPermitted,
        check_administrator,
        new_token,
        sign_in,
    )

    lang = options.language()
    with opened_office(folder) as office:
        if recover:
            check_administrator(office, name)
            by = RESERVED
        else:
            try:
                by = _herself_or_administrator(office, name)
            except NotPermitted as error:
                if error.why != "no_token":
                    raise
                by = sign_in(office, name, ask_secret("office_people.ask", lang)).name
        given = new_token(office, name, by)
    print_done(as_json, "office_people.token", lang, name=name, token=given)


@person_app.command("disable")
def disable(
    name: Name,
    undo: Annotated[bool, typer.Option("--undo", help="Let her work here again.")] = False,
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Let somebody do nothing more at the office. What she did stays under her name."""
    from fieldkit.office.people.office_people import set_active

    with opened_office(folder) as office:
        set_active(office, name, undo, permitted(office, Task.SERVER))
    key = "office_people.enabled" if undo else "office_people.disabled"
    print_done(as_json, key, options.language(), name=name)


@app.command()
def audit(
    verify: Annotated[
        bool,
        typer.Option("--verify", help="Check that no entry was changed, and exit 1 if one was."),
    ] = False,
    last: Annotated[int, typer.Option(min=1, help="How many entries, the newest.")] = 50,
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """List who enrolled, shut out, approved, published or changed a record, the newest first."""
    from fieldkit.office.people.audit_log import first_broken, read_audit

    lang = options.language()
    with opened_office(folder) as office:
        broken = first_broken(office) if verify else None
        with office.db.reading() as conn:
            found = read_audit(conn, 1 if verify else last)
        zone = office.clock().tzinfo
    newest = found[0] if found else None
    if verify:
        key = "audit.whole" if broken is None else "audit.broken"
        entries, mark = (newest.number, newest.mark) if newest else (0, "-")
        print_done(as_json, key, lang, broken=broken, entries=entries, mark=mark)
        if broken is not None:
            raise typer.Exit(1)
    elif as_json:
        print_json([entry.__dict__ for entry in found])
    else:
        for entry in found:
            _print_entry(entry, zone)


def _print_entry(entry: "AuditEntry", zone: tzinfo | None) -> None:
    from fieldkit.office.people.audit_log import ACTS

    lang = options.language()
    moment = datetime.fromtimestamp(entry.at / 1000, zone)
    what = say(f"audit.{entry.act}", lang) if entry.act in ACTS else entry.act
    print_line(
        f"{entry.number}  {say_moment(moment, lang)}  {entry.by}  {what}  {entry.about}".rstrip()
    )


def _herself_or_administrator(office: "Office", name: str) -> str:
    person = calling_person(office)
    return person.name if person.name == name else permitted(office, Task.SERVER)


def _named(roles: Collection[OfficeRole]) -> str:
    lang = options.language()
    names = [say(f"office_role.{role}", lang) for role in sorted(roles)]
    return ("、" if lang == "zh" else ", ").join(names) or "-"
