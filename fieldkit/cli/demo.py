"""`fieldkit demo`: a throw-away home with a demo day, and an office on loopback."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, time
from itertools import chain, groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fieldkit.cli.context import day_option, options, progress_line
from fieldkit.cli.print_job import decision_lines
from fieldkit.clock import Clock
from fieldkit.documents.model import Paper
from fieldkit.domain.core.catalogue import Catalogue
from fieldkit.domain.core.errors import Fault
from fieldkit.domain.core.event import RecordKind, Role
from fieldkit.domain.core.job_codes import SettledCharge
from fieldkit.domain.job.model import Job
from fieldkit.i18n import Lang, default_lang, fit, say, say_money, say_value
from fieldkit.services.home.company_zone import company_clock
from fieldkit.services.home.ids import uuid7
from fieldkit.services.home.session import Session, init_home, open_session
from fieldkit.services.home.trade import Trade
from fieldkit.services.jobs.job_commands import job
from fieldkit.services.jobs.job_rows import list_jobs
from fieldkit.services.jobs.papers import papers_of
from fieldkit.store.home.home import Home

if TYPE_CHECKING:
    from fieldkit.services.demo.walkthrough import PlayStep

TECHNICIAN = "lu.zhixing"


def demo(
    no_tui: Annotated[
        bool, typer.Option("--no-tui", help="Play the whole day without a screen.")
    ] = False,
    on: Annotated[date | None, day_option("The day, with --no-tui.")] = None,
    jobs: Annotated[
        int | None, typer.Option(min=1, max=200_000, help="Make a home with so many jobs instead.")
    ] = None,
    seed: Annotated[int, typer.Option(help="The same seed makes the same jobs.")] = 1,
) -> None:
    """Open the app on a demo day, or play the day and print what happens.

    With --jobs: make a home folder of its own with generated jobs of the last months.
    """
    lang = options.lang or default_lang(os.environ)
    if jobs is not None:
        _fill(jobs, seed, lang)
        return
    with tempfile.TemporaryDirectory(prefix="fieldkit-demo-") as folder:
        if no_tui:
            raise typer.Exit(_play(Path(folder), lang, on))
        raise typer.Exit(_open(Path(folder), lang))


def _fill(count: int, seed: int, lang: Lang) -> None:
    """Make the home that --home names, which must not be there yet, or a new one, and fill it."""
    from fieldkit.services.demo.generated_home import fill_home

    home = Home(options.home or Path(tempfile.mkdtemp(prefix="fieldkit-demo-")) / "home")
    init_home(home, TECHNICIAN, Role.TECHNICIAN, lang, method="file")

    with open_session(home, os.environ) as session:
        fill_home(session, count, seed, progress_line("demo.filling", lang, count=count))
    print(say("demo.filled", lang, count=count, home=home.folder))


@contextmanager
def _demo_home(folder: Path, lang: Lang, clock: Clock | None = None) -> Iterator[tuple[Home, Any]]:
    """A home that is enrolled at an office on loopback, both gone at the end."""
    from fieldkit.office.devices.enrol import create_enrolment
    from fieldkit.office.http.serve import serving
    from fieldkit.office.office import init_office, open_office
    from fieldkit.office.publishing.company_zone import in_company_zone
    from fieldkit.services.exchange.sync_now import enrol_device

    home = Home(folder / "home")
    init_home(home, TECHNICIAN, Role.TECHNICIAN, lang, method="file")
    init_office(folder / "office")
    with open_office(folder / "office", uuid7) as opened:
        office = in_company_zone(opened)
        if clock:
            office = replace(office, clock=clock)
        with serving(office) as url:
            code = create_enrolment(office, TECHNICIAN, Role.TECHNICIAN)
            with open_session(home, os.environ) as session:
                enrol_device(session, url, code)
            yield home, office


def _open(folder: Path, lang: Lang) -> int:
    from fieldkit.cli.start import require_terminal
    from fieldkit.services.demo.walkthrough import seed_day
    from fieldkit.tui.app import run_app

    require_terminal()
    with _demo_home(folder, lang) as (home, _office):
        with open_session(home, os.environ) as session:
            seed_day(session, lang)
        return run_app(lambda: open_session(home, os.environ))


def _play(folder: Path, lang: Lang, on: date | None) -> int:
    """Play the day, print each step and verdict, sync, and compare with the office."""
    from fieldkit.office.desk.phone_codes import approve
    from fieldkit.services.demo.walkthrough import play_day, seed_day
    from fieldkit.services.exchange.sync_now import sync_now

    def telephone(challenge: str, charge: SettledCharge | None) -> str:
        return approve(office, challenge, charge).code

    now = company_clock(Trade())()
    started = datetime.combine(on, time(8), now.tzinfo) if on else now
    with (
        _demo_home(folder, lang, lambda: started) as (home, office),
        open_session(home, os.environ, clock=lambda: started) as session,
    ):
        sync_now(session)  # which brings the codes for approvals by telephone
        seed_day(session, lang)
        steps_of_day = play_day(session, lang, telephone)
        for _number, steps in groupby(steps_of_day, key=lambda done: done.job.number):
            _print_job(session, steps, lang)
        code = _exchange(session, office, lang)
        _print_money(session, lang)
        return code


def _print_job(session: Session, steps: "Iterator[PlayStep]", lang: Lang) -> None:
    """What is done about one job, and the papers that come of it."""
    first = next(steps)
    _print_heading(first.job, first.shows, lang)
    for done in chain([first], steps):
        print("\n".join(_step_lines(done, session.catalogue, lang)))
    for paper in papers_of(session, first.job.id, lang).values():
        if isinstance(paper, Paper):
            fingerprint = paper.fingerprint.replace("\n", " ")
            print(f"  {fit(say('cli.paper', lang), 7)}{paper.running_title}  {fingerprint}")


def _print_heading(job: Job, shows: str, lang: Lang) -> None:
    who = job.customer.name if job.customer else ""
    serial = job.product.serial if job.product else ""
    print(f"\n{job.number}  {say_value(job.kind.value, lang)}  {who}  {serial}\n  {shows}")


def _step_lines(done: "PlayStep", catalogue: Catalogue, lang: Lang) -> list[str]:
    status = say(f"status.{done.job.status.value}", lang)
    step = fit(say(f"step.{done.step}", lang), 28)
    lines = [f"  {done.at:%H:%M}  {step}  {status}"]
    if done.decision:
        lines += [f"         {line}" for line in decision_lines(done.decision, catalogue, lang)]
    return lines


def _print_money(session: Session, lang: Lang) -> None:
    """What each customer pays, at the end of the day."""
    print("\n" + say("cli.demo_day_end", lang))
    for row in list_jobs(session):
        found = job(session, row.id)
        status = fit(say(f"status.{row.status}", lang), 14)
        pays = say_money(found.payable_fen, lang)
        print(f"  {row.number}  {status}  {fit(row.customer, 14)}  {pays:>12}")


def _exchange(session: Session, office: Any, lang: Lang) -> int:
    """Sync, then compare every record of the laptop with what the office reads back."""
    from fieldkit.office.desk.desk import read_record
    from fieldkit.services.exchange.sync_now import sync_now

    report = sync_now(session)
    print("\n" + say("cli.synced", lang, sent=report.sent, received=report.received))
    differing = []
    count = 0
    for kind in RecordKind:
        for row in session.store.ledger.rows(kind):
            count += 1
            ours = session.store.ledger.document(kind, row["id"])
            theirs = read_record(office, kind.value, row["id"])
            if ours != theirs:
                differing.append(f"{kind.value} {row['id']}")
    if differing or report.unsent:
        raise Fault("demo_differs", records=", ".join(differing), unsent=report.unsent)
    print(say("cli.demo_equal", lang, count=count))
    return 0
