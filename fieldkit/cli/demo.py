"""`fieldkit demo`: a throw-away home with a demo day, and an office on loopback."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from fieldkit.cli.context import options
from fieldkit.cli.show import decision_lines
from fieldkit.domain.errors import Fault
from fieldkit.domain.event import RecordKind, Role
from fieldkit.i18n import Lang, default_lang, say
from fieldkit.services.ids import uuid7
from fieldkit.services.session import Session, init_home, open_session
from fieldkit.store.home import Home

TECHNICIAN = "wang.lei"


def demo(
    no_tui: Annotated[
        bool, typer.Option("--no-tui", help="Play the whole day without a screen.")
    ] = False,
    on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day, with --no-tui.")
    ] = None,
) -> None:
    """Open the app on a demo day, or play the day and print what happens."""
    lang = options.lang or default_lang(os.environ)
    with tempfile.TemporaryDirectory(prefix="fieldkit-demo-") as folder:
        if no_tui:
            raise typer.Exit(_play(Path(folder), lang, on))
        raise typer.Exit(_open(Path(folder), lang))


@contextmanager
def _demo_home(folder: Path, lang: Lang) -> Iterator[tuple[Home, Any]]:
    """A home that is enrolled at an office on loopback, both gone at the end."""
    from fieldkit.office.enrol import create_enrolment
    from fieldkit.office.office import init_office, open_office
    from fieldkit.office.serve import serving
    from fieldkit.services.exchange import enrol_device

    home = Home(folder / "home")
    init_home(home, TECHNICIAN, Role.TECHNICIAN, lang, method="file")
    init_office(folder / "office")
    with open_office(folder / "office", uuid7) as office, serving(office) as url:
        code = create_enrolment(office, TECHNICIAN, Role.TECHNICIAN)
        with open_session(home, os.environ) as session:
            enrol_device(session, url, code)
        yield home, office


def _open(folder: Path, lang: Lang) -> int:
    from fieldkit.cli.app import require_terminal
    from fieldkit.services.demo import seed_day
    from fieldkit.tui.app import run_app

    require_terminal()
    with _demo_home(folder, lang) as (home, _office):
        with open_session(home, os.environ) as session:
            seed_day(session, lang)
        return run_app(lambda: open_session(home, os.environ))


def _play(folder: Path, lang: Lang, on: datetime | None) -> int:
    from fieldkit.services.demo import play_day

    with _demo_home(folder, lang) as (home, office), open_session(home, os.environ) as session:
        number = ""
        for step in play_day(session, lang, on.date() if on else None):
            if step.number != number:
                number = step.number
                print(f"\n{number}  {step.title}")
            print(f"  {say(f'step.{step.step}', lang)}  {step.note}".rstrip())
            if step.decision:
                print("\n".join(f"  {line}" for line in decision_lines(step.decision, lang)))
        return _exchange(session, office, lang)


def _exchange(session: Session, office: Any, lang: Lang) -> int:
    """Sync, then compare every record of the laptop with what the office reads back."""
    from fieldkit.office.desk import read_record
    from fieldkit.services.exchange import sync_now

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
