"""An old laptop with a new office, and the other way round: both go on, or say what to do."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from fieldkit.domain.core.catalogue import Catalogue
from fieldkit.domain.core.event import Act, Role
from fieldkit.i18n import say_error
from fieldkit.office.desk.desk import dispatch
from fieldkit.office.publishing.catalogue import publish_catalogue
from fieldkit.services.home.ids import uuid7
from fieldkit.services.home.installed_catalogue import InstalledCatalogue
from fieldkit.services.home.installed_packs import InstalledPacks
from fieldkit.sync.client.sync_client import sync
from fieldkit.sync.client.transport import Reply, Request
from fieldkit.sync.errors import OfficeRefused
from fieldkit.sync.protocol import keys
from fieldkit.sync.protocol.messages import NONCE_HEADER, SIGNATURE_HEADER, Refusal, answer_bytes
from tests.office.history import read_history
from tests.sync.exchange import World, job, note


def test_a_path_of_another_version_is_answered_with_those_that_the_office_speaks(
    here: World,
) -> None:
    reply = here.wire(Request("POST", "/v2/sync"))
    assert reply.status == 404
    assert json.loads(reply.body) == {
        "error": "other_version", "params": {"oldest": 1, "newest": 1},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("oldest", "newest", "reason"), [(2, 3, "laptop_too_old"), (1, 1, "office_too_old")]
)
def test_the_laptop_says_who_must_be_updated(
    here: World, oldest: int, newest: int, reason: str
) -> None:
    anna = here.laptop("anna")
    anna.act(job())

    def other(asked: Request) -> Reply:
        refusal = Refusal(error="other_version", params={"oldest": oldest, "newest": newest})
        body = refusal.model_dump_json().encode()
        stated = answer_bytes(asked.headers[NONCE_HEADER], 404, body)
        signature = keys.sign(here.office.keys.sign, "answer", stated)
        return Reply(404, {SIGNATURE_HEADER.lower(): signature}, body)

    with pytest.raises(OfficeRefused, match=reason):
        anna.sync(other)
    assert anna.store.lists.unsent() == 1


def test_what_a_newer_office_adds_to_its_answers_is_passed_over(here: World) -> None:
    anna = here.laptop("anna")
    anna.act(job())

    def newer(asked: Request) -> Reply:
        if not asked.path.startswith(("/v1/sync", "/v1/feed")):
            return here.wire(asked)
        return answered(here, asked, lambda said: said | {"later": ["x"]})

    assert anna.sync(newer).clean


# -- a newer laptop, an older one ------------------------------------------------------------------


def newer(record: str) -> list[Act]:
    """What a later version may record: a step, a kind of record and fields of its own."""
    return [
        note(record, "seen").model_copy(update={"data": {"text": "seen", "mood": {"stars": 5}}}),
        Act(record=record, type="job.teleported", data={"to": "north"}),
        Act(record=uuid7(), type="satellite.launched", data={"by": "nobody"}),
        note(record, "again"),
    ]


def test_what_a_newer_laptop_records_counts_and_reaches_the_others_unchanged(here: World) -> None:
    anna, boss = here.laptop("anna"), here.laptop("boss", Role.SUPERVISOR)
    request = job()
    made = anna.act(request, *newer(request.record))
    report = anna.sync(here.wire)
    assert (report.applied, report.clean) == (5, True)
    assert boss.sync(here.wire).received == 5
    for event in made:
        assert boss.store.ledger.event(event.id) == event
    document = boss.documents()[request.record]
    assert [noted["text"] for noted in document["notes"]] == ["seen", "again"]
    assert document == anna.documents()[request.record]
    assert [act.type for act in read_history(here.office, "job", request.record)] == [
        "job.registered", "job.note_added", "job.teleported", "job.note_added",
    ]  # fmt: skip


def test_an_older_laptop_goes_on_working_on_a_job_that_a_newer_one_has_changed(
    here: World,
) -> None:
    anna, bert = here.laptop("anna"), here.laptop("bert")
    request = job()
    anna.act(request, *newer(request.record))
    anna.sync(here.wire)
    dispatch(here.office, request.record, "bert")
    assert bert.sync(here.wire).clean
    bert.act(note(request.record, "from an older version"))
    assert bert.sync(here.wire).clean
    assert anna.sync(here.wire).clean
    assert anna.documents()[request.record] == bert.documents()[request.record]
    assert len(bert.documents()[request.record]["notes"]) == 3


def test_an_office_that_knows_neither_packs_nor_catalogue_is_asked_for_neither(
    here: World,
) -> None:
    """An older office of the same version leaves out what it does not know."""
    anna = here.laptop("anna")
    anna.act(job())
    publish_catalogue(here.office, Catalogue(revision=7), "mei")
    later = ("packs", "catalogue", "attachments", "token_due", "cursor_fits", "seals",
             "phone_codes")  # fmt: skip

    def older(asked: Request) -> Reply:
        assert asked.path.partition("?")[0] in ("/v1/sync", "/v1/events", "/v1/feed")
        return answered(here, asked, lambda said: {k: v for k, v in said.items() if k not in later})

    held = InstalledCatalogue(anna.store)
    report = sync(anna.store.exchange, older, catalogue=held, packs=InstalledPacks(anna.store),
                  phone_codes=anna.store.exchange.phone_codes, sleep=lambda _: None,
                  clock=anna.clock)  # fmt: skip
    assert (report.applied, report.clean, held.held) == (1, True, "")
    assert anna.store.exchange.phone_codes.codes() is None  # its telephone codes are the old ones


def test_a_laptop_of_an_older_program_gets_telephone_codes_by_its_next_sync(here: World) -> None:
    anna = here.laptop("anna")
    anna.sync(here.wire)  # as the older one did
    assert anna.store.exchange.phone_codes.codes() is None
    sync(anna.store.exchange, here.wire, phone_codes=anna.store.exchange.phone_codes,
         sleep=lambda _: None, clock=anna.clock)  # fmt: skip
    codes = anna.store.exchange.phone_codes.codes()
    assert codes is not None
    assert (codes.next_number, len(codes.hashes)) == (1, 5)


def test_a_word_that_only_a_newer_office_knows_stops_the_sync_with_what_to_do(
    here: World,
) -> None:
    anna = here.laptop("anna")
    anna.act(job())

    def strange(asked: Request) -> Reply:
        def changed(said: dict[str, Any]) -> dict[str, Any]:
            for head in said.get("heads", {}).values():
                head["state"] = "entangled"
            return said

        return answered(here, asked, changed)

    with pytest.raises(OfficeRefused, match="other_version") as told:
        anna.sync(strange)
    assert "Update fieldkit" in say_error(told.value, "en")
    assert anna.store.lists.unsent() == 1
    assert anna.sync(here.wire).clean


def answered(
    here: World, asked: Request, change: Callable[[dict[str, Any]], dict[str, Any]]
) -> Reply:
    """The office's answer with something changed, signed by the office."""
    reply = here.wire(asked)
    body = json.dumps(change(json.loads(reply.body))).encode()
    stated = answer_bytes(asked.headers[NONCE_HEADER], reply.status, body)
    signature = keys.sign(here.office.keys.sign, "answer", stated)
    headers = {**reply.headers, SIGNATURE_HEADER.lower(): signature}
    return replace(reply, body=body, headers=headers)
