"""Approval by telephone: a short challenge is read out, a short code comes back, no network.

The challenge says what is asked for and carries twelve characters that make it one of a kind:
which laptop asks, when by its clock, and a part of the request's own id. The device and the
office share a key from enrolment; the code is an HMAC with it over the whole challenge and, where
lines were left open, over what the supervisor decided about them. So a code is good for one
request, one day long, and for nothing else.

    260302-7KQ2M/0/12000/K7Q2-M4TP-3X9D  ->  9RWC4T0H
    job number, line (0: the job), fen given up, the rest
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from fieldkit.domain.core.errors import FieldkitError
from fieldkit.domain.core.job_codes import SettledCharge
from fieldkit.domain.job.side_events import ApprovalRequested

LIFETIME = timedelta(hours=24)
"""How long a request can be answered by telephone: what was not answered in a day is asked anew."""

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Base 32 without letters that are mistaken for digits or for each other."""
_MISHEARD = str.maketrans("OIL", "011")
_SINCE = datetime(2025, 1, 1, tzinfo=UTC)
_MARK, _MINUTE, _NONCE = 20, 24, 10  # bits; with the flag and 5 of check they fill 12 letters
_CODE_BITS = 40  # eight letters of five bits


@dataclass(frozen=True, slots=True)
class Challenge:
    """What a technician reads out. `mark` stands for her laptop; `left_open`: the supervisor must
    also decide what becomes of lines that the rules left open."""

    job_number: str
    line: int
    amount_fen: int
    mark: int
    minute: int
    nonce: int
    left_open: bool

    @property
    def asked_at(self) -> datetime:
        """When the request was made, by the laptop's clock, to the minute."""
        return _SINCE + timedelta(minutes=self.minute)

    @property
    def _about(self) -> str:
        return f"{self.job_number}/{self.line}/{self.amount_fen}"

    def __str__(self) -> str:
        bits = self.mark << _MINUTE | self.minute
        bits = (bits << _NONCE | self.nonce) << 1 | self.left_open
        tail = _spoken(bits << 5 | _check(self._about, bits), 12)
        return f"{self._about}/{tail[:4]}-{tail[4:8]}-{tail[8:]}"

    @classmethod
    def read(cls, text: str) -> "Challenge":
        """The challenge of its text, however it was spaced. Raises `FieldkitError`
        (`approval.misheard`) for what is none, or has a slip in it."""
        parts = "".join(text.upper().split()).split("/")
        misheard = FieldkitError("approval.misheard")
        if len(parts) != 4 or not all(_is_count(part) for part in parts[1:3]):
            raise misheard
        tail = parts[3].replace("-", "").translate(_MISHEARD)
        if len(tail) != 12 or not set(tail) <= set(_LETTERS):
            raise misheard
        value = 0
        for letter in tail:
            value = value << 5 | _LETTERS.index(letter)
        bits, check = value >> 5, value & 31
        found = cls(
            parts[0], int(parts[1]), int(parts[2]),
            mark=bits >> (_MINUTE + _NONCE + 1),
            minute=bits >> (_NONCE + 1) & (1 << _MINUTE) - 1,
            nonce=bits >> 1 & (1 << _NONCE) - 1,
            left_open=bool(bits & 1),
        )  # fmt: skip
        if _check(found._about, bits) != check:
            raise misheard
        return found


@dataclass(frozen=True, slots=True)
class PhoneKey:
    """The key that a device and its office share for approvals by telephone."""

    device: str
    key: bytes

    @property
    def mark(self) -> int:
        """What stands for the device in its challenges; rarely the same for two."""
        return _hashed(self.device, _MARK)

    def challenge(self, job_number: str, request: ApprovalRequested) -> Challenge:
        """The challenge of a request that was recorded on a job."""
        assert request.stamp is not None
        minutes = (request.stamp.at - _SINCE) // timedelta(minutes=1)
        return Challenge(
            job_number=job_number.upper(),
            line=request.line,
            amount_fen=request.amount_fen,
            mark=self.mark,
            minute=minutes % (1 << _MINUTE),
            nonce=_hashed(request.stamp.event, _NONCE),
            left_open=request.left_open,
        )

    def code(self, challenge: Challenge, charge: SettledCharge | None = None) -> str:
        """The 8 characters that approve a challenge; `charge` is for the lines left open."""
        stated = f"{challenge}/{charge.value if charge else ''}"
        mac = hmac.new(self.key, stated.encode(), hashlib.sha256).digest()
        return _spoken(int.from_bytes(mac, "big") >> (len(mac) * 8 - _CODE_BITS), 8)


def normalized(code: str) -> str:
    """A code in the letters in which codes are made, however it was written down."""
    return "".join(code.upper().split()).replace("-", "").translate(_MISHEARD)


def is_code_for(
    key: PhoneKey, code: str, job_number: str, request: ApprovalRequested,
    charge: SettledCharge | None,
) -> bool:  # fmt: skip
    """Whether a code approves a request with this outcome for the lines left open, if any."""
    outcome = charge if request.left_open else None
    wanted = key.code(key.challenge(job_number, request), outcome)
    return hmac.compare_digest(wanted.encode(), normalized(code).encode())


def _spoken(value: int, length: int) -> str:
    return "".join(_LETTERS[value >> 5 * place & 31] for place in reversed(range(length)))


def _hashed(text: str, bits: int) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big") >> (32 - bits)


def _check(about: str, bits: int) -> int:
    return _hashed(f"{about}/{bits}", 5)


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 9
