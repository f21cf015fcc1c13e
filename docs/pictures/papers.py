"""Take the pictures of the papers: play the demo day, set its papers, draw their first pages.

    python -m docs.pictures.papers

Needs `pdftoppm` with the Chinese character maps (on Debian: poppler-utils, poppler-data).
"""

import subprocess
import tempfile
from pathlib import Path

from fieldkit.documents.make_paper import PaperFormat
from fieldkit.documents.model import PaperKind
from fieldkit.i18n import Lang
from fieldkit.services.demo.walkthrough import play_day, seed_day
from fieldkit.services.jobs import job_commands, papers
from tests.services.homes import home_at, telephone

HERE = Path(__file__).parent
WANTED: tuple[tuple[PaperKind, Lang], ...] = (
    (PaperKind.REPORT, "en"),
    (PaperKind.INVOICE, "zh"),
    (PaperKind.RECEIPT, "zh"),
)


def take(kind: PaperKind, lang: Lang, folder: Path) -> None:
    """The paper of the first job that has it; a report of one with a payment."""
    with home_at(folder / f"{kind}-{lang}", "2026-11-05 08:00", lang) as session:
        seed_day(session, lang)
        for _ in play_day(session, lang, telephone(session)):
            pass
        done = [job_commands.job(session, row.id) for row in job_commands.list_jobs(session)]
        part = "custody" if kind is PaperKind.RECEIPT else "invoice"
        job = next(job for job in done if getattr(job, part))
        pdf = folder / "paper.pdf"
        papers.write_paper(papers.job_paper(session, job.id, kind, lang), PaperFormat.PDF, pdf)
    picture = HERE / f"paper-{kind}-{lang}"
    subprocess.run(
        ["pdftoppm", "-r", "75", "-f", "1", "-l", "1", "-singlefile", "-png", pdf, picture],
        check=True,
    )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        for kind, lang in WANTED:
            take(kind, lang, Path(folder))
