"""The event: the immutable unit of everything that is recorded, stored and exchanged."""

import hashlib
import json
import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from pydantic import AwareDatetime, ConfigDict, Field, field_validator
from pydantic_core import to_json

from fieldkit.domain.core.base_model import Model, OpenModel
from fieldkit.domain.core.kinds import RecordKind as RecordKind
from fieldkit.domain.core.kinds import Role as Role

EVENT_SCHEMA = 1
"""The schema version that new events carry. Older ones are brought up to date on reading."""


class Act(Model):
    """What a command answers: an event that has not been stamped yet.

    `record` is the id of the record; `type` is one of the closed set of event types and names
    its kind first (`job.arrived`); `data` is JSON-ready; `replaces` is the id of a rejected or
    wrong event that this one stands in for.
    """

    record: str
    type: str
    data: dict[str, Any] = Field(default_factory=dict)
    replaces: str | None = None

    @property
    def kind(self) -> RecordKind:
        """The kind of record that the event is about."""
        return RecordKind(self.type.partition(".")[0])


class Event(OpenModel):
    """One event as it is stored, sent and folded.

    `id` UUIDv7; `at` UTC, `offset` the local offset in minutes east; `device`, `epoch` and
    `seq` say which device made it and in which order (`seq` counts from 1 in each epoch and
    has no holes); `prev` is the SHA-256 (hex) of the device's previous event, "" for the
    first; `base` is the last office position of this record that the device had seen, 0 for
    none. Events of the office carry device `office`, `seq` 0 and no `prev`.
    Fields that a newer version added are kept.
    """

    model_config = ConfigDict(ser_json_inf_nan="constants")

    id: str
    record: str
    type: str
    schema_version: int = EVENT_SCHEMA
    at: AwareDatetime
    offset: int = 0
    by: str
    role: Role
    device: str
    epoch: str = ""
    seq: int = 0
    prev: str = ""
    base: int = 0
    data: dict[str, Any] = Field(default_factory=dict)
    replaces: str | None = None

    @field_validator("data")
    @classmethod
    def _finite(cls, data: dict[str, Any]) -> dict[str, Any]:
        """NaN and infinity are not JSON: what cannot be written again is not read either."""
        if _may_not_be_finite(data) and not _is_finite(data):
            raise ValueError("NaN and infinity are not JSON")
        return data

    @property
    def kind(self) -> str:
        """The kind of record that the event is about; may be one that this version lacks."""
        return self.type.partition(".")[0]

    @property
    def local_at(self) -> datetime:
        """The moment on the clock of whoever acted; as given where the offset makes no sense."""
        try:
            return self.at.astimezone(_zone(self.offset))
        except (ValueError, OverflowError):
            return self.at

    def to_bytes(self) -> bytes:
        """Compact JSON in UTF-8: what is stored, hashed, sent, and never rewritten.

        Raises `ValueError` for NaN and infinity, which are not JSON.
        """
        raw = to_json(self, exclude_none=True, inf_nan_mode="constants")
        if b"NaN" in raw or b"Infinity" in raw:
            canonical(self.data)
        return raw

    @classmethod
    def from_bytes(cls, raw: bytes | str) -> "Event":
        """Read stored bytes. Raises `pydantic.ValidationError` if they are no event."""
        return cls.model_validate_json(raw)


class Author(Model):
    """Who acts, in which role, and when: what a service stamps on the acts of a command.

    `at` must be aware; its offset is kept as the local offset.
    """

    by: str
    role: Role
    at: AwareDatetime

    @property
    def offset(self) -> int:
        """Minutes east of UTC."""
        delta = self.at.utcoffset()
        return int(delta.total_seconds() // 60) if delta else 0

    @property
    def utc(self) -> datetime:
        """The moment in UTC."""
        return self.at.astimezone(UTC)


@cache
def _zone(minutes: int) -> timezone:
    """The zone that is so far east of UTC. Raises what `timezone` raises."""
    return timezone(timedelta(minutes=minutes))


def _may_not_be_finite(data: dict[str, Any]) -> bool:
    """A first look, which takes a tenth of the time: a decision record has hundreds of values."""
    try:
        text = to_json(data, inf_nan_mode="constants")
    except ValueError:  # it is no JSON, of which somebody else will tell
        return True
    return b"NaN" in text or b"Infinity" in text


def _is_finite(value: Any) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, dict):
        value = value.values()
    elif not isinstance(value, list | tuple):
        return True
    # Most of it is text, for which a call would take longer than the answer.
    return all(type(item) is str or _is_finite(item) for item in value)


def canonical(document: Mapping[str, Any]) -> bytes:
    """JSON with sorted keys, no spaces, UTF-8: equal documents have equal bytes.

    Raises `ValueError` for NaN and infinity, which are not JSON.
    """
    text = json.dumps(
        document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    return text.encode()


def digest(raw: bytes) -> str:
    """SHA-256 of stored bytes, in hex: the link between a device's events."""
    return hashlib.sha256(raw).hexdigest()


def stable_id(record_id: str, purpose: str) -> str:
    """The same id on every device for the same purpose of a record, so that doubles meet."""
    return str(uuid5(NAMESPACE_OID, f"{record_id}/{purpose}"))
