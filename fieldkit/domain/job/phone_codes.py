"""Codes of approvals by telephone that a laptop can check and cannot make.

The office keeps numbers, each with a random code for each outcome. The laptop has only the scrypt
of each code, so it knows the right one when it hears it.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass

from fieldkit.domain.core.job_codes import SettledCharge
from fieldkit.domain.job.phone_approval import normalized
from fieldkit.domain.job.side_events import ApprovalRequested

APPROVED = "approved"
OUTCOMES = (APPROVED, *(charge.value for charge in SettledCharge))
"""What a code says: yes, or what becomes of the lines that the rules left open."""
Hashes = Mapping[str, str]
"""By outcome, the hash of a number's code."""

_N, _R, _P, _BYTES = 1 << 12, 8, 1, 16
"""scrypt: 4 MB and about 10 ms a check, well under 0.1 s on a slow laptop. A code has 40 random
bits: whoever tries them all needs some 350 years of one core for a single code, and the office
flags what it has not told in any case."""


def outcome_of(request: ApprovalRequested, charge: SettledCharge | None) -> str:
    """Which of a number's codes answers a request so."""
    return charge.value if request.left_open and charge else APPROVED


def hash_code(device: str, number: int, outcome: str, code: str) -> str:
    """The hash of a code (hex), for one device, number and outcome alone."""
    salt = f"fieldkit phone code 1/{device}/{number}/{outcome}".encode()
    plain = normalized(code).encode()
    return hashlib.scrypt(plain, salt=salt, n=_N, r=_R, p=_P, dklen=_BYTES).hex()


@dataclass(frozen=True)
class PhoneCodes:
    """What a device has of its codes: their hashes by number, and the next number that no request
    has taken yet; 0 where none is left."""

    device: str
    next_number: int
    hashes: Mapping[int, Hashes]

    def can_check(self, number: int) -> bool:
        """Whether a request of this device has taken this number, and its hashes are still here."""
        return number in self.hashes and not 0 < self.next_number <= number

    def fits(self, number: int, outcome: str, code: str) -> bool:
        """Whether this is the number's code for this outcome."""
        wanted = self.hashes.get(number, {}).get(outcome, "")
        return hmac.compare_digest(wanted, hash_code(self.device, number, outcome, code))
