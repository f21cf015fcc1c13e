"""Ed25519 signatures, over raw keys; base64url where keys and signatures are text.

Every signature names its purpose, so that none can be passed off as another kind.
"""

import base64

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey


def new_signing_key() -> bytes:
    """A new Ed25519 private key (32 bytes)."""
    return Ed25519PrivateKey.generate().private_bytes_raw()


def signing_public(private: bytes) -> bytes:
    """The public half of an Ed25519 key."""
    return Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def sign(private: bytes, purpose: str, message: bytes) -> str:
    """The signature over purpose and message, as base64url."""
    key = Ed25519PrivateKey.from_private_bytes(private)
    return b64(key.sign(_stated(purpose, message)))


def verify(public: bytes, purpose: str, message: bytes, signature: str) -> bool:
    """Whether the signature was made by this key over this purpose and message."""
    try:
        key = Ed25519PublicKey.from_public_bytes(public)
        key.verify(unb64(signature), _stated(purpose, message))
    except (InvalidSignature, ValueError):
        return False
    return True


def b64(raw: bytes) -> str:
    """base64url."""
    return base64.urlsafe_b64encode(raw).decode()


def unb64(text: str) -> bytes:
    """The bytes of base64url text. Raises `ValueError`."""
    return base64.b64decode(text.encode(), altchars=b"-_", validate=True)


def _stated(purpose: str, message: bytes) -> bytes:
    return f"fieldkit {purpose} 1\n".encode() + message
