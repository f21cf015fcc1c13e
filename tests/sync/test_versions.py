"""An old laptop with a new office, and the other way round: both go on, or say what to do."""

import json
from dataclasses import replace

import pytest

from fieldkit.sync import keys
from fieldkit.sync.errors import OfficeRefused
from fieldkit.sync.protocol import NONCE_HEADER, SIGNATURE_HEADER, Refusal, answer_bytes
from fieldkit.sync.transport import Reply, Request
from tests.sync.exchange import World, job


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
    assert anna.store.exchange.unsent() == 1


def test_what_a_newer_office_adds_to_its_answers_is_passed_over(here: World) -> None:
    anna = here.laptop("anna")
    anna.act(job())

    def newer(asked: Request) -> Reply:
        reply = here.wire(asked)
        if not asked.path.startswith(("/v1/sync", "/v1/feed")):
            return reply
        body = json.dumps(json.loads(reply.body) | {"later": ["x"]}).encode()
        stated = answer_bytes(asked.headers[NONCE_HEADER], reply.status, body)
        signature = keys.sign(here.office.keys.sign, "answer", stated)
        return replace(
            reply, body=body, headers={**reply.headers, SIGNATURE_HEADER.lower(): signature}
        )

    assert anna.sync(newer).clean
