"""What stands above the answer to an approval: what to read out, or what to do without a code."""

from pathlib import Path

from fieldkit.i18n import LANGS
from fieldkit.services.jobs import job_commands
from fieldkit.tui.forms.job_step_forms import step_form
from tests.services.homes import home_at
from tests.sync.exchange import job


def test_the_form_shows_what_to_read_out_or_that_the_codes_are_used_up(tmp_path: Path) -> None:
    asked = {"approver": "supervisor", "reason": "so", "amount_fen": 12_000}
    notes = []
    with home_at(tmp_path, "2026-11-05 08:00") as session:
        codes = session.store.exchange.phone_codes
        codes.take(session.store.exchange.device.read()["epoch"], "office", {5: {"approved": ""}})
        for request in (job(), job()):
            session.store.ledger.commit([request], session.author())
            found = job_commands.do_step(session, request.record, "request_goodwill", asked)
            form = step_form(session, found, "answer_approval")
            notes += [
                " ".join(str(text) for line in form.note(lang, 200) for text, _ in line)
                for lang in LANGS
            ]
    for note in notes[:2]:
        assert "/0/12000/5/" in note
    assert "answered through sync" in " ".join(notes[2].split())
    assert "同步" in notes[3]
