"""Messages that only their recipient can read, and that say who wrote them.

A sealed message is an X25519 public key made for it alone, then the ChaCha20-Poly1305
ciphertext of the gzipped text. The key is HKDF-SHA256 of what X25519 makes of that key and the
recipient's, with both public keys as salt. Inside, the writer's Ed25519 signature covers the
text and the recipient's key, so that nobody can pass a message on as meant for another.
"""

import gzip
import zlib

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from fieldkit.domain.core.base_model import Model
from fieldkit.sync.protocol import keys

_KEY_BYTES = 32  # of X25519, and of ChaCha20
_NONCE = bytes(12)  # each key seals one message only
MAX_SEALED = 256 * 1024 * 1024
"""The most bytes of a sealed message, before and after it is unpacked: memory has to hold both."""


class SignedContent(Model):
    """A text, and its writer's signature over the recipient's key and the text."""

    text: str
    signature: str

    def is_by(self, public: bytes, purpose: str, recipient: bytes) -> bool:
        """Whether the holder of this key wrote the text for this recipient."""
        stated = recipient + self.text.encode()
        return keys.verify(public, purpose, stated, self.signature)


def seal(text: str, purpose: str, signing: bytes, recipient: bytes) -> bytes:
    """Sign a text and seal it for `recipient`, a public X25519 key."""
    signature = keys.sign(signing, purpose, recipient + text.encode())
    plain = SignedContent(text=text, signature=signature).model_dump_json().encode()
    own = X25519PrivateKey.generate()
    public = own.public_key().public_bytes_raw()
    shared = own.exchange(X25519PublicKey.from_public_bytes(recipient))
    cipher = ChaCha20Poly1305(_key(shared, public, recipient, purpose))
    return public + cipher.encrypt(_NONCE, gzip.compress(plain, mtime=0), None)


def unseal(sealed: bytes, purpose: str, private: bytes) -> SignedContent:
    """The signed text; whose it is must still be checked. Raises `ValueError`."""
    public = sealed[:_KEY_BYTES]
    try:
        shared = X25519PrivateKey.from_private_bytes(private).exchange(
            X25519PublicKey.from_public_bytes(public)
        )
        recipient = keys.sealing_public(private)
        cipher = ChaCha20Poly1305(_key(shared, public, recipient, purpose))
        packed = cipher.decrypt(_NONCE, sealed[_KEY_BYTES:], None)
        plain = zlib.decompressobj(wbits=31).decompress(packed, MAX_SEALED)
    except (InvalidTag, zlib.error) as error:
        raise ValueError("not sealed for this key") from error
    return SignedContent.model_validate_json(plain)


def _key(shared: bytes, public: bytes, recipient: bytes, purpose: str) -> bytes:
    info = f"fieldkit {purpose} 1".encode()
    return HKDF(SHA256(), 32, salt=public + recipient, info=info).derive(shared)
