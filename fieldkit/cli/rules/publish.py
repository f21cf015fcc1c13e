"""`fieldkit rules keygen`, `trust`, `distrust`, `publish`, `rollback`, `history`, `save`,
`install`: rule packs on their way from a supervisor to the laptops."""

import os
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from fieldkit.cli.context import day_option, emit, opened, options, print_json
from fieldkit.cli.job import Json
from fieldkit.cli.office.base import opened_office, permitted
from fieldkit.cli.rules.pack_folder import PackArgument, pack_folder, replace_file
from fieldkit.domain.core.errors import Fault, FieldkitError
from fieldkit.i18n import Lang, say, say_date, say_moment
from fieldkit.office.people.person_roles import Task
from fieldkit.rules.loading.pack_head import HEAD_FILE
from fieldkit.systems import portable_name

if TYPE_CHECKING:
    from fieldkit.office.publishing.publish import Published
    from fieldkit.rules.model.signed_pack import PackHead, TrustedKey

Office = Annotated[
    Path | None, typer.Option("--office", help="The office's folder; else FIELDKIT_OFFICE.")
]
KeyFile = Annotated[
    Path | None, typer.Option("--key", help="A private key that the office trusts.")
]
_KEY_MARK = "fieldkit-pack-key-1 "
_PUBLIC = "fkp:"
"""Begins a public key, so that none is taken for an option."""


def keygen(
    file: Annotated[Path, typer.Argument(help="Where the new private key goes.")],
    as_json: Json = False,
) -> None:
    """Make a key that signs rule packs. The office must trust it before it counts."""
    from fieldkit import signatures

    private = signatures.new_signing_key()
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise FieldkitError("pack.key_exists", file=file) from None
    except OSError as error:
        raise Fault("pack.folder_unwritable", file=file, why=error.strerror) from None
    with open(handle, "w", encoding="ascii") as out:
        out.write(_KEY_MARK + signatures.b64(private) + "\n")
    public = _PUBLIC + signatures.b64(signatures.signing_public(private))
    if as_json:
        print_json({"file": file, "public": public})
    else:
        emit("packs.key_made", options.language(), file=file, public=public)


def trust(
    key: Annotated[str, typer.Argument(help="The public key that keygen printed.")],
    name: Annotated[str, typer.Option(help="Whose key it is.")],
    office: Office = None,
    as_json: Json = False,
) -> None:
    """Let a key sign rule packs from now on."""
    from fieldkit.office.publishing import packs

    with opened_office(office) as here:
        packs.trust(here, key.removeprefix(_PUBLIC), name, permitted(here, Task.SERVER))
        _print_trusted(packs.trusted(here), as_json)


def distrust(
    key: Annotated[str, typer.Argument(help="The public key, or the name that it was given.")],
    office: Office = None,
    as_json: Json = False,
) -> None:
    """Let a key sign rule packs no more: it was lost or stolen, or somebody left.

    What it signed stays where it is installed; new laptops refuse it.
    """
    from fieldkit.office.publishing import packs

    with opened_office(office) as here:
        packs.distrust(here, key.removeprefix(_PUBLIC), permitted(here, Task.SERVER))
        _print_trusted(packs.trusted(here), as_json)


def _print_trusted(keys: "Sequence[TrustedKey]", as_json: bool) -> None:
    if as_json:
        print_json([{"name": each.name, "public": _PUBLIC + each.key} for each in keys])
    else:
        names = ", ".join(each.name for each in keys)
        emit("packs.trusted", options.language(), names=names)


def publish(
    pack: PackArgument = None,
    effective_from: Annotated[
        date | None, day_option("The first day it decides; else today.")
    ] = None,
    expires: Annotated[date | None, day_option("The last day it decides.")] = None,
    key: KeyFile = None,
    office: Office = None,
    as_json: Json = False,
) -> None:
    """Check a pack, run its scenarios, give it the next revision, sign it, and offer it to the
    laptops.

    Nothing is published unless everything passes; then pack.yaml gets the new revision and days.
    """
    from fieldkit.office.publishing.publish import publish as publish_pack

    folder = pack_folder(pack)
    with opened_office(office) as here:
        by = permitted(here, Task.PUBLISH)
        done = publish_pack(here, folder, effective_from, expires, _private(key), by)
    replace_file(folder / HEAD_FILE, done.text)
    _print_published(done, as_json)


def rollback(
    revision: Annotated[
        int | None, typer.Argument(help="Whose content comes back; else the one before the newest.")
    ] = None,
    effective_from: Annotated[
        date | None, day_option("The first day it decides; else that of the newest.")
    ] = None,
    key: KeyFile = None,
    office: Office = None,
    as_json: Json = False,
) -> None:
    """Publish the content of an earlier revision again, under a new one.

    Unless another day is given, it decides from the first day of the pack that it replaces.
    """
    from fieldkit.office.publishing.publish import roll_back

    with opened_office(office) as here:
        by = permitted(here, Task.PUBLISH)
        done = roll_back(here, revision, effective_from, _private(key), by)
    _print_published(done, as_json)


def history(office: Office = None, as_json: Json = False) -> None:
    """List the revisions: this laptop's, or with --office those that the office published."""
    lang = options.language()
    rows = (
        _office_history(office) if office or os.environ.get("FIELDKIT_OFFICE") else _own_history()
    )
    if as_json:
        print_json(rows)
        return
    for row in rows:
        print(_history_line(row, lang))
    if not rows:
        emit("packs.none_published", lang)


def save(
    folder: Annotated[Path, typer.Argument(help="Where the packs go, such as a memory stick.")],
    office: Office = None,
) -> None:
    """Write the published packs into a folder, for laptops without a network."""
    from fieldkit.office.publishing import packs
    from fieldkit.rules.model.signed_pack import SUFFIX

    with opened_office(office) as here, here.db.reading() as conn:
        heads = [head for head, _ in packs.published(conn)]
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for head in heads:
                raw = packs.body_of(conn, head.revision) or b""
                (folder / portable_name(f"{head.name}-r{head.revision}{SUFFIX}")).write_bytes(raw)
        except OSError as error:
            raise Fault("pack.folder_unwritable", file=folder, why=error.strerror) from None
    emit("packs.saved", options.language(), count=len(heads), folder=folder)


def install(
    path: Annotated[
        Path, typer.Argument(metavar="FILE|FOLDER", help="A signed pack, or a folder of them.")
    ],
    as_json: Json = False,
) -> None:
    """Install signed rule packs on this laptop without a network; a sync does it by itself."""
    from fieldkit.services.home.installed_packs import install_from

    with opened() as session:
        lang = options.language(session)
        done = install_from(session.packs, path, session.clock())
    if as_json:
        print_json([_data(each.head) | {"new": each.new} for each in done])
        return
    if not done:
        emit("packs.nothing_new", lang)
    for each in done:
        day = say_date(each.head.effective_from, lang)
        key = "packs.installed" if each.new else "packs.known"
        emit(key, lang, revision=each.head.revision, day=day)
        if each.clock_behind:
            emit("packs.clock_behind", lang, made=say_moment(each.head.created, lang))


# -- reading -----------------------------------------------------------------------------------


def _private(file: Path | None) -> bytes | None:
    """The private key of a file that `keygen` made."""
    from fieldkit import signatures

    if file is None:
        return None
    try:
        text = file.read_text(encoding="ascii")
        private = signatures.unb64(text.removeprefix(_KEY_MARK).strip())
    except (OSError, ValueError):
        raise FieldkitError("pack.bad_key_file", file=file) from None
    if not text.startswith(_KEY_MARK) or len(private) != 32:
        raise FieldkitError("pack.bad_key_file", file=file)
    return private


def _office_history(folder: Path | None) -> list[dict[str, Any]]:
    from fieldkit.office.publishing import packs

    with opened_office(folder) as office:
        names = {trusted.key: trusted.name for trusted in packs.trusted(office)}
        with office.db.reading() as conn:
            found = packs.published(conn)
    rows = _rows([head for head, _ in found], office.clock())
    for row, (_, signer) in zip(rows, found, strict=True):
        row["signed_by"] = names.get(signer, signer)
    return rows


def _own_history() -> list[dict[str, Any]]:
    with opened() as session:
        rows = _rows(session.packs.heads(), session.clock())
        for row, head in zip(rows, session.packs.heads(), strict=True):
            row["damaged"] = not session.packs.is_whole(head)
        first = session.decider.shelf.first
    shipped = {"name": first.name, "revision": first.revision, "sha256": first.sha256}
    in_force = not any(row["in_force"] and not row["damaged"] for row in rows)
    return [{**shipped, "shipped": True, "in_force": in_force}, *rows]


def _rows(heads: Iterable["PackHead"], now: datetime) -> list[dict[str, Any]]:
    from fieldkit.rules.deciding.pack_by_day import in_force

    listed = list(heads)
    today = next(in_force(listed, now), None)
    return [_data(head) | {"in_force": head is today} for head in listed]


# -- printing -----------------------------------------------------------------------------------


def _data(head: "PackHead") -> dict[str, Any]:
    return head.model_dump(mode="json", exclude_none=True)


def _print_published(done: "Published", as_json: bool) -> None:
    lang = options.language()
    if as_json:
        print_json(_data(done.head))
        return
    key = "packs.rolled_back" if done.head.restores else "packs.published"
    day = say_date(done.head.effective_from, lang)
    emit(key, lang, revision=done.head.revision, day=day, restores=done.head.restores)
    emit("packs.fetched_by_sync", lang)


def _history_line(row: dict[str, Any], lang: Lang) -> str:
    """One revision: its days, when it was made and by whose key, and what is special about it."""
    notes = [say("packs.in_force", lang)] if row["in_force"] else []
    if row.get("shipped"):
        text = say("packs.shipped", lang)
        return "  ".join([str(row["revision"]), text, *notes])
    until = row.get("expires")
    moment = datetime.fromisoformat(row["created"]).astimezone(ZoneInfo(row["time_zone"]))
    parts = [
        say(
            "packs.history",
            lang,
            revision=row["revision"],
            day=_day_text(row["effective_from"], lang),
        ),
        say("packs.until", lang, day=_day_text(until, lang)) if until else "",
        say("packs.made", lang, moment=say_moment(moment, lang)),
        say("packs.signed_by", lang, name=row["signed_by"]) if "signed_by" in row else "",
        say("packs.restores", lang, revision=row["restores"]) if "restores" in row else "",
        say("packs.damaged", lang) if row.get("damaged") else "",
        *notes,
    ]
    return "  ".join(part for part in parts if part)


def _day_text(day: str, lang: Lang) -> str:
    return say_date(date.fromisoformat(day), lang)
