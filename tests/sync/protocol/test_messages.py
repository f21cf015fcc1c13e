"""What both sides compute alike."""

from contextlib import nullcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from fieldkit.i18n import has
from fieldkit.sync.client.progress import SyncReport
from fieldkit.sync.protocol import keys
from fieldkit.sync.protocol.credentials import make_code, read_code
from fieldkit.sync.protocol.messages import (
    Batch,
    Cursor,
    Head,
    HeadState,
    Rejected,
    compare,
    event_id,
    from_wire,
    to_wire,
)


@given(st.binary() | st.binary().map(lambda raw: b"base64:" + raw))
def test_any_bytes_travel_unchanged(raw: bytes) -> None:
    assert from_wire(to_wire(raw)) == raw


@given(st.binary())
def test_any_bytes_have_an_id(raw: bytes) -> None:
    assert 0 < len(event_id(raw)) <= 64


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("e:1:2:h", Cursor("e", 1, 2, "h")),
        *((text, None) for text in ("e:x:2:h", "e:1:x:h", "e:1:-2:h", "e:1:2", "e:1:2:h:", "")),
    ],
)
def test_a_cursor_counts_places_and_positions(text: str, read: Cursor | None) -> None:
    assert Cursor.read(text) == read


@pytest.mark.parametrize("left", ["unsent", "rejected", "held"])
def test_a_sync_that_left_anything_is_not_clean(left: str) -> None:
    assert SyncReport().clean
    report = SyncReport()
    setattr(report, left, 1)
    assert not report.clean


@given(st.text())
def test_any_text_is_a_cursor_or_none(text: str) -> None:
    found = Cursor.read(text)
    assert found is None or Cursor.read(str(found)) == found


@pytest.mark.parametrize(
    ("laptop", "office", "office_hash", "state"),
    [
        (Head(), Head(), "", HeadState.EQUAL),
        (Head(count=3, hash="c"), Head(count=3, hash="c"), "c", HeadState.EQUAL),
        (Head(count=3, hash="c"), Head(count=2, hash="b"), "", HeadState.BEHIND),
        (Head(count=2, hash="b"), Head(count=3, hash="c"), "b", HeadState.AHEAD),
        (Head(count=2, hash="x"), Head(count=3, hash="c"), "b", HeadState.FORKED),
        (Head(count=3, hash="x"), Head(count=3, hash="c"), "c", HeadState.FORKED),
        (Head(), Head(count=3, hash="c"), "", HeadState.AHEAD),
    ],
)
def test_heads_are_compared(laptop: Head, office: Head, office_hash: str, state: HeadState) -> None:
    assert compare(laptop, office, office_hash) is state


@pytest.mark.parametrize(
    ("first", "fits"), [(0, False), (1, True), (2**63 - 1, True), (2**63, False)]
)
def test_a_sequence_begins_with_one_and_fits_a_database(first: int, fits: bool) -> None:
    batch = {"device": "d", "epoch": "e", "first": first, "nonce": "n", "events": ["x"]}
    with nullcontext() if fits else pytest.raises(ValidationError, match="first"):
        Batch.model_validate(batch)


def test_a_code_carries_the_secret_and_the_offices_fingerprint() -> None:
    root = keys.signing_public(keys.new_signing_key())
    code = make_code(b"0123456789", root)
    assert read_code(code) == (keys.b64(b"0123456789"), keys.fingerprint(root))
    assert all(len(group) == 4 for group in code.split("-"))


def test_a_signature_holds_for_its_purpose_only() -> None:
    private = keys.new_signing_key()
    public = keys.signing_public(private)
    signature = keys.sign(private, "receipt", b"text")
    assert keys.verify(public, "receipt", b"text", signature)
    assert not keys.verify(public, "answer", b"text", signature)
    assert not keys.verify(public, "receipt", b"other", signature)
    assert not keys.verify(public, "receipt", b"text", "no base64")
    assert not keys.verify(b"short", "receipt", b"text", signature)


@pytest.mark.parametrize("reason", Rejected)
def test_every_reason_for_a_rejection_has_its_sentence(reason: Rejected) -> None:
    assert has(f"sync.reason.{reason}")


@pytest.mark.parametrize("problem", ["clock", "office_restored", HeadState.FORKED, HeadState.AHEAD])
def test_every_problem_of_a_report_has_its_sentence(problem: str) -> None:
    assert has(f"sync.problem.{problem}")
