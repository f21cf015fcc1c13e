"""`fieldkit office`: status, conflicts, resolve, check, escalations, told, code."""

from typing import Annotated

import typer

from fieldkit.cli.context import emit, options, print_json
from fieldkit.cli.job import JobRef, Json
from fieldkit.cli.office.base import (
    By,
    Folder,
    app,
    office_catalogue,
    office_packs,
    opened_office,
    permitted,
)
from fieldkit.cli.output import print_line
from fieldkit.domain.core.kinds import RecordKind
from fieldkit.i18n import say, say_flag, say_moment
from fieldkit.office.people.person_roles import Task


@app.command()
def status(folder: Folder = None, as_json: Json = False) -> None:
    """Show the laptops, the jobs by status, and what waits. Exits with 1 if a person is needed."""
    from fieldkit.office.watch.status import office_status

    with opened_office(folder) as office:
        found = office_status(office)
    lang = options.language()
    if as_json:
        print_json(
            {"devices": [device.__dict__ for device in found.devices], "jobs": found.jobs,
             "figures": found.figures, "conflicts": found.conflicts}
        )  # fmt: skip
    else:
        for device in found.devices:
            seen = say_moment(device.seen, lang) if device.seen else say("value.none", lang)
            emit("cli.device", lang, id=device.id, person=device.person,
                 role=say(f"role.{device.role}", lang), area=device.area or "-", seen=seen,
                 state=say(f"device.{device.state}", lang),
                 rejected=device.rejected, held=device.held)  # fmt: skip
        for name, count in sorted(found.jobs.items()):
            print(f"{say(f'status.{name}', lang)}: {count}")
        for name, count in found.figures.items():
            print(f"{say(f'figure.{name}', lang)}: {count}")
        emit("cli.conflicts", lang, count=found.conflicts)
    if found.needs_attention:
        raise typer.Exit(1)


@app.command()
def blockers(folder: Folder = None, as_json: Json = False) -> None:
    """List what holds jobs up behind the front line: blockers, requests for help, parts on order.

    One is over with: fieldkit office job do JOB resolve_blocker --set how=...
    """
    from fieldkit.office.desk.desk import list_hold_ups
    from fieldkit.services.jobs.blockers import say_order

    with opened_office(folder) as office:
        found = list_hold_ups(office)
        catalogue = office_catalogue(office)
    lang = options.language()
    if as_json:
        print_json(
            [
                {"job": job.id, "number": job.number, "technician": job.technician,
                 "department": one.department, "help": one.help,
                 "part": one.part, "quantity": one.quantity,
                 "expected_on": one.expected_on.isoformat() if one.expected_on else None,
                 "text": one.text, "at": one.logged.at.isoformat(), "by": one.logged.by,
                 "event": one.logged.event}
                for job, one in found
            ]
        )  # fmt: skip
        return
    for job, one in found:
        who = catalogue.name("department", one.department, lang) if one.department else ""
        who = say("duty.help", lang) if one.help else who
        what = say_order(one, catalogue, lang) if one.part else f"{who}: {one.text}"
        moment = say_moment(one.logged.at, lang)
        emit("cli.held_up", lang, number=job.number, technician=job.technician, what=what,
             moment=moment)  # fmt: skip
    if not found:
        emit("cli.nothing_blocked", lang)


@app.command()
def conflicts(folder: Folder = None, as_json: Json = False) -> None:
    """List what the exchange could not resolve. Exits with 1 when there is anything."""
    from fieldkit.office.desk.conflicts import list_conflicts

    with opened_office(folder) as office:
        found = list_conflicts(office)
    lang = options.language()
    if as_json:
        print_json([item.__dict__ for item in found])
    for item in () if as_json else found:
        known = item.kind in (RecordKind.JOB, RecordKind.PRODUCT)
        ref = item.number or item.record if known else f"{item.record} ({item.number})"
        print_line(f"{ref}  {item.flag}")
        print_line("  " + say_flag(item.flag, item.params, lang))
        if item.other:
            emit("cli.two_owners", lang, owner=item.owner, other=item.other, event=item.event)
        if item.jobs:
            emit("cli.same_number", lang, job=item.record, jobs=", ".join(item.jobs))
        if item.aside:
            print("  " + say("cli.kept_aside", lang, count=item.aside))
    if found:
        raise typer.Exit(1)


@app.command()
def resolve(
    ref: Annotated[
        str,
        typer.Argument(
            metavar="JOB|SERIAL|ID",
            help="The job or product that has the flag, or another record by its id.",
        ),
    ],
    flag: Annotated[str, typer.Argument(help="The flag, as `conflicts` prints it.")],
    note: Annotated[str, typer.Option(help="How it was settled.")],
    take: Annotated[
        str, typer.Option(metavar="EVENT", help="The registration that stands instead.")
    ] = "",
    by: By = "",
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Say that a conflict was settled. Nothing that was recorded is thrown away."""
    from fieldkit.office.desk.conflicts import resolve as resolve_flag
    from fieldkit.office.desk.desk import read_record

    with opened_office(folder) as office:
        who = permitted(office, Task.RESOLVE, by)
        done = resolve_flag(office, ref, flag, note, who, take)
        if as_json:
            print_json(read_record(office, done.kind, done.record).model_dump(mode="json"))


@app.command()
def check(folder: Folder = None, as_json: Json = False) -> None:
    """Judge the verdicts that came in again, and verify telephone codes.

    A serving office does this by itself. Exits with 1 when something was flagged.
    """
    from fieldkit.office.watch.self_checks import check_all

    with opened_office(folder) as office:
        done = check_all(office, office_packs(office))
    if as_json:
        print_json({"events": done.events, "flagged": done.flagged})
    else:
        emit("cli.checked", options.language(), events=done.events, flagged=done.flagged)
    if done.flagged:
        raise typer.Exit(1)


@app.command()
def escalations(
    overdue: Annotated[bool, typer.Option("--overdue", help="Only what is late.")] = False,
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """List what is due: escalations, promises, visits, missing files, approvals,
    complaints, calls.

    Exits with 1 when something is overdue.
    """
    from fieldkit.office.desk.escalations import list_due
    from fieldkit.rules.loading.holidays import load_calendar
    from fieldkit.shipped import shipped_data

    calendar = load_calendar(shipped_data() / "holidays.yaml")
    with opened_office(folder) as office:
        found = [item for item in list_due(office, calendar) if item.overdue or not overdue]
        catalogue = office_catalogue(office)
    if as_json:
        print_json(
            [
                {"kind": item.duty.kind, "record": item.duty.record_id, "number": item.number,
                 "level": item.duty.level, "who": item.duty.who,
                 "due": item.duty.due.isoformat(), "overdue": item.overdue}
                for item in found
            ]
        )  # fmt: skip
    lang = options.language()
    for item in () if as_json else found:
        who = catalogue.name("department", item.duty.who, lang)
        late = say("cli.overdue", lang) if item.overdue else ""
        what = " ".join(filter(None, (item.duty.level, say(f"duty.{item.duty.kind}", lang))))
        of = item.number or item.duty.record_id
        print_line(f"{say_moment(item.duty.due, lang)}  {what}  {of}  {who}  {late}".rstrip())
    if any(item.overdue for item in found):
        raise typer.Exit(1)


@app.command()
def told(
    job_ref: JobRef,
    level: Annotated[str, typer.Argument(help="L1, L2, L3 or E.")],
    department: Annotated[str, typer.Argument(help="The department's code.")],
    note: Annotated[str, typer.Option(help="A word about it.")] = "",
    by: By = "",
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Record that somebody who must know of a job was told."""
    from fieldkit.office.desk.desk import read_job
    from fieldkit.office.desk.escalations import mark_notified

    with opened_office(folder) as office:
        who = permitted(office, Task.TELL, by)
        mark_notified(office, job_ref, level, department, note, who)
        job = read_job(office, job_ref)
    if as_json:
        print_json(job.model_dump(mode="json"))
    else:
        emit("cli.told", options.language(), level=level)
