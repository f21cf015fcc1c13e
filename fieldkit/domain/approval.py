"""Approval by telephone: a short code for what was read out, with no network.

The device and the office share an approval key from enrolment. The supervisor's own
`fieldkit approve` makes the same code from the same challenge.
"""

import base64
import hashlib
import hmac

CODE_LENGTH = 8


def telephone_code(key: bytes, challenge: str) -> str:
    """The 8-character code (base32, HMAC-SHA256) for a challenge: job number/line/fen."""
    mac = hmac.new(key, challenge.strip().upper().encode(), hashlib.sha256).digest()
    return base64.b32encode(mac).decode()[:CODE_LENGTH]
