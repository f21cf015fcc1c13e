"""`fieldkit approve`, at the supervisor's end of the telephone, and `fieldkit job challenge`, at
the technician's."""

from pathlib import Path
from typing import Annotated

import typer

from fieldkit.cli.context import emit, opened, options, print_json
from fieldkit.cli.job import JobRef, Json
from fieldkit.cli.office.base import opened_office, permitted
from fieldkit.domain.core.job_codes import SettledCharge
from fieldkit.i18n import say_moment, say_money, say_value
from fieldkit.office.people.person_roles import Task


def approve(
    challenge: Annotated[str, typer.Argument(help="What the technician reads out.")],
    charge: Annotated[
        SettledCharge | None,
        typer.Option(help="What becomes of the lines that the rules left open."),
    ] = None,
    device: Annotated[
        str, typer.Option(help="The laptop's id or its person, where two have the same mark.")
    ] = "",
    office: Annotated[
        Path | None, typer.Option("--office", help="The office's folder; else FIELDKIT_OFFICE.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Print what a technician asks for by telephone, and the code that approves it.

    The code is good for this one request, until a day after it was made.
    """
    from fieldkit.office.desk.phone_codes import approve as approve_challenge

    lang = options.language()
    with opened_office(office) as here:
        by = permitted(here, Task.APPROVE)
        given = approve_challenge(here, challenge, charge, device, by)
        zone = here.clock().tzinfo
    asked = given.challenge
    if as_json:
        print_json(
            {
                "code": given.code, "job": asked.job_number, "line": asked.line,
                "amount_fen": asked.amount_fen, "asked_at": asked.asked_at.isoformat(),
                "person": given.person, "device": given.device_id,
                "charge": charge.value if charge else None,
            }
        )  # fmt: skip
        return
    moment = say_moment(asked.asked_at.astimezone(zone), lang)
    amount = say_money(asked.amount_fen, lang)
    asks = "approve.asked" if asked.amount_fen else "approve.asked_no_amount"
    emit(asks, lang, person=given.person, job=asked.job_number, amount=amount, moment=moment)
    if charge:
        emit("approve.charge", lang, charge=say_value(charge.value, lang, "charge"))
    emit("approve.code", lang, code=f"{given.code[:4]}-{given.code[4:]}")


def challenge(job_ref: JobRef, as_json: Json = False) -> None:
    """Print what to read out on the telephone, to have a job approved without a network."""
    from fieldkit.services.jobs import job_commands
    from fieldkit.services.jobs.approval import challenge as challenge_of

    with opened() as session:
        text = challenge_of(session, job_commands.job(session, job_ref))
        lang = options.language(session)
    if as_json:
        print_json({"challenge": text})
    else:
        emit("approve.challenge", lang, challenge=text)
