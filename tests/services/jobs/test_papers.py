"""Papers of the demo day's jobs, as the services make them from a real record."""

from pathlib import Path

import pytest

from fieldkit.documents.make_paper import PaperFormat
from fieldkit.documents.model import PaperKind
from fieldkit.domain.core.errors import Fault, NotFound, Refused
from fieldkit.i18n import say_money
from fieldkit.services.demo.walkthrough import play_day, seed_day
from fieldkit.services.jobs import job_commands, papers
from tests.documents.build import html_text
from tests.services.homes import home_at, telephone


def test_every_job_of_the_demo_day_has_papers_that_fit_it(tmp_path: Path) -> None:
    made = dict.fromkeys(PaperKind, 0)
    with home_at(tmp_path, "2026-11-05 08:00", "zh") as session:
        seed_day(session, "zh")
        for _ in play_day(session, "zh", telephone(session)):
            pass
        for row in job_commands.list_jobs(session):
            job = job_commands.job(session, row.id)
            for kind in PaperKind:
                try:
                    paper = papers.job_paper(session, job.number, kind)
                except Refused:
                    continue
                made[kind] += 1
                text = html_text(paper)
                assert paper.lang == "zh"
                assert row.customer in text
                assert "[" not in text, "a message is missing"
                for line in job.decision.lines if job.decision and kind != "receipt" else ():
                    assert line.because.zh in text
                    assert line.rule in text
                if kind is PaperKind.INVOICE:
                    assert say_money(job.payable_fen, "zh") in text
    # Two products were taken in; four customers paid; the trainings and deliveries report too.
    assert made[PaperKind.RECEIPT] == 2
    assert made[PaperKind.INVOICE] == 4
    assert made[PaperKind.REPORT] == 19


def test_a_paper_is_written_whole_and_replaces_an_older_one(tmp_path: Path) -> None:
    with home_at(tmp_path, "2026-11-05 08:00") as session:
        seed_day(session, "en")
        row = next(row for row in job_commands.list_jobs(session) if row.status == "taken_in")
        paper = papers.job_paper(session, row.number, PaperKind.RECEIPT, "en")
        name = papers.file_name(paper, PaperFormat.PDF)
        assert name == f"receipt-{row.number}-en.pdf"
        target = tmp_path / name
        target.write_text("older")
        papers.write_paper(paper, PaperFormat.PDF, target)
        assert target.read_bytes().startswith(b"%PDF-")
        assert [file.name for file in tmp_path.glob("receipt*")] == [name]
        with pytest.raises(Fault):
            papers.write_paper(paper, PaperFormat.PDF, tmp_path / "none" / name)
        with pytest.raises(NotFound):
            papers.job_paper(session, "261105-NOBODY", PaperKind.RECEIPT)
