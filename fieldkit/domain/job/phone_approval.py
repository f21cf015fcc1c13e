"""Approval by telephone: a short challenge is read out, a short code comes back, no network.

The challenge says what is asked for and carries twelve characters that make it one of a kind:
which laptop asks, when by its clock, and a part of the request's own id. It names the number of a
code that the office keeps for this laptop; the laptop has only hashes of it (`phone_codes`). A code
is good for one request, one day long, and for nothing else.

    260302-7KQ2M/0/12000/17/K7Q2-M4TP-3X9D  ->  9RWC4T0H
    job number, line (0: the job), fen given up, number of the code, the rest

An office of an older program keeps no codes. With it, and in what was recorded then, the challenge
has no number, and the code is an HMAC over it by a key that device and office share (`PhoneKey`).
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
    also decide what becomes of lines that the rules left open; `number` is that of the code, 0
    where the laptop had none."""

    job_number: str
    line: int
    amount_fen: int
    mark: int
    minute: int
    nonce: int
    left_open: bool
    number: int = 0

    @property
    def asked_at(self) -> datetime:
        """When the request was made, by the laptop's clock, to the minute."""
        return _SINCE + timedelta(minutes=self.minute)

    @property
    def _about(self) -> str:
        numbered = f"/{self.number}" if self.number else ""
        return f"{self.job_number}/{self.line}/{self.amount_fen}{numbered}"

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
        if len(parts) not in (4, 5) or not all(_is_count(part) for part in parts[1:-1]):
            raise misheard
        tail = parts[-1].replace("-", "").translate(_MISHEARD)
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
            number=int(parts[3]) if len(parts) == 5 else 0,
        )  # fmt: skip
        if _check(found._about, bits) != check:
            raise misheard
        return found


def mark_of(device: str) -> int:
    """What stands for a device in its challenges; rarely the same for two."""
    return _hashed(device, _MARK)


def challenge_for(device: str, job_number: str, request: ApprovalRequested) -> Challenge:
    """The challenge of a request that this device recorded on a job."""
    assert request.stamp is not None
    minutes = (request.stamp.at - _SINCE) // timedelta(minutes=1)
    return Challenge(
        job_number=job_number.upper(),
        line=request.line,
        amount_fen=request.amount_fen,
        mark=mark_of(device),
        minute=minutes % (1 << _MINUTE),
        nonce=_hashed(request.stamp.event, _NONCE),
        left_open=request.left_open,
        number=request.code_number,
    )


@dataclass(frozen=True, slots=True)
class PhoneKey:
    """The key that a device and an office of an older program share for approvals by telephone."""

    device: str
    key: bytes

    def code(self, challenge: Challenge, charge: SettledCharge | None = None) -> str:
        """The 8 characters that approve a challenge; `charge` is for the lines left open."""
        stated = f"{challenge}/{charge.value if charge else ''}"
        mac = hmac.new(self.key, stated.encode(), hashlib.sha256).digest()
        return _spoken(int.from_bytes(mac, "big") >> (len(mac) * 8 - _CODE_BITS), 8)


def spoken_code(random: bytes) -> str:
    """The 8 characters of a code, of at least 5 random bytes."""
    return _spoken(int.from_bytes(random[: _CODE_BITS // 8], "big"), 8)


def normalized(code: str) -> str:
    """A code in the letters in which codes are made, however it was written down."""
    return "".join(code.upper().split()).replace("-", "").translate(_MISHEARD)


def is_code_for(
    key: PhoneKey, code: str, job_number: str, request: ApprovalRequested,
    charge: SettledCharge | None,
) -> bool:  # fmt: skip
    """Whether a code of the key approves a request with this outcome for the lines left open, if
    any."""
    outcome = charge if request.left_open else None
    wanted = key.code(challenge_for(key.device, job_number, request), outcome)
    return hmac.compare_digest(wanted.encode(), normalized(code).encode())


def _spoken(value: int, length: int) -> str:
    """So many letters of five bits each."""
    return "".join(_LETTERS[value >> 5 * place & 31] for place in reversed(range(length)))


def _hashed(text: str, bits: int) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big") >> (32 - bits)


def _check(about: str, bits: int) -> int:
    return _hashed(f"{about}/{bits}", 5)


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 9
