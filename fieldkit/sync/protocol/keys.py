"""The keys of an exchange, as raw bytes: those that sign, those that seal, and fingerprints.

X25519 is for sealing; signatures are those of `fieldkit.signatures`.
"""

import base64
import hashlib

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from fieldkit.signatures import b64, new_signing_key, sign, signing_public, unb64, verify

__all__ = [
    "FINGERPRINT_BYTES",
    "b64",
    "fingerprint",
    "grouped",
    "new_sealing_key",
    "new_signing_key",
    "sealing_public",
    "show_fingerprint",
    "sign",
    "signing_public",
    "unb64",
    "verify",
]

FINGERPRINT_BYTES = 10
"""Length of a fingerprint: 80 bits of SHA-256, short enough to be typed."""


def new_sealing_key() -> bytes:
    """A new X25519 private key (32 bytes)."""
    return X25519PrivateKey.generate().private_bytes_raw()


def sealing_public(private: bytes) -> bytes:
    """The public half of an X25519 key."""
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def fingerprint(public: bytes) -> bytes:
    """The first bytes of a public key's SHA-256: what people compare."""
    return hashlib.sha256(public).digest()[:FINGERPRINT_BYTES]


def show_fingerprint(public: bytes) -> str:
    """A fingerprint as people read it: groups of four letters and digits."""
    return grouped(base64.b32encode(fingerprint(public)).decode())


def grouped(text: str) -> str:
    """Text in groups of four, joined by hyphens."""
    return "-".join(text[at : at + 4] for at in range(0, len(text), 4))
