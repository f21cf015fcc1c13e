"""`fieldkit job paper`: a file for the customer, or the reason why there is none yet."""

import subprocess
import sys
from pathlib import Path

import pytest

from fieldkit.cli.app import run
from fieldkit.services.demo.walkthrough import seed_day
from fieldkit.services.jobs import job_commands
from tests.services.homes import home_at


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A home, and the number of a job whose product was taken in."""
    folder = tmp_path_factory.mktemp("day")
    with home_at(folder, "2026-11-05 08:00") as session:
        seed_day(session, "en")
        row = next(row for row in job_commands.list_jobs(session) if row.status == "taken_in")
    return folder / "home", row.number


@pytest.fixture
def number(day: tuple[Path, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The job's number; its home is the one that the command uses, in an empty folder."""
    home, number = day
    monkeypatch.setenv("FIELDKIT_HOME", str(home))
    monkeypatch.setenv("FIELDKIT_LANG", "en")
    monkeypatch.chdir(tmp_path)
    return number


def test_a_file_named_after_the_job(number: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["job", "paper", number, "--kind", "receipt", "--format", "pdf"]) == 0
    assert capfd.readouterr().out == f"Written: receipt-{number}-en.pdf\n"
    assert Path(f"receipt-{number}-en.pdf").read_bytes().startswith(b"%PDF-")


def test_a_page_in_another_language_on_stdout(
    number: str, capfd: pytest.CaptureFixture[str]
) -> None:
    asked = ["job", "paper", number, "--kind", "receipt", "--format", "html"]
    assert run([*asked, "--lang", "en", "--out", "-"]) == 0
    page = capfd.readouterr().out
    assert page.startswith("<!DOCTYPE html>")
    assert "Custody receipt" in page
    assert not list(Path().glob("receipt*"))


def test_no_invoice_before_the_payment(number: str, capfd: pytest.CaptureFixture[str]) -> None:
    asked = ["job", "paper", number, "--kind", "invoice", "--format", "pdf"]
    assert run(asked) == 1
    assert capfd.readouterr().err.strip() in (
        "“Take the payment” comes first.",
        "There is nothing to pay.",
    )
    assert not list(Path().glob("invoice*"))


def test_only_a_paper_that_is_set_loads_what_sets_it() -> None:
    code = "import sys, fieldkit.cli.app; print({'reportlab', 'segno'} & sys.modules.keys())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
