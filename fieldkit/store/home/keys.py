"""The data key of a home folder and what protects it.

The store is encrypted with 32 random bytes. ``key.json`` in the home folder holds them wrapped
by one of three things: a secret in the platform's keyring, a passphrase, or a key file that lies
beside it. Format, version 1 (all byte strings in base64):

```json
{"format": "fieldkit-key", "version": 1, "method": "passphrase",
 "kdf": "scrypt", "params": {"n": 65536, "r": 8, "p": 1}, "salt": "...",
 "cipher": "chacha20-poly1305", "nonce": "...", "wrapped": "..."}
```

``method`` is ``keyring``, ``passphrase`` or ``file``. With a keyring, ``entry`` names the secret,
which is 32 random bytes in base64; with a file, the secret is in ``key.secret`` (mode 0600), and
``kdf``, ``params`` and ``salt`` are absent from both. Everything but ``nonce`` and ``wrapped`` is
authenticated with the wrapped key. scrypt's cost follows RFC 7914 and OWASP's minimum (n = 2^16,
r = 8, p = 1: 64 MiB).
"""

from __future__ import annotations

import base64
import json
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Literal, get_args

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from fieldkit.domain.core.errors import Fault, FieldkitError
from fieldkit.store.home.atomic_files import private_folder, written
from fieldkit.systems import others_may_read

Method = Literal["keyring", "passphrase", "file"]

KEY_NAME = "key.json"
SECRET_NAME = "key.secret"
SERVICE = "fieldkit"

PASSPHRASE_LEAST, LETTERS_LEAST = 8, 4
"""Characters of a passphrase, and how many of them differ. Who has the files tries as fast as
scrypt lets him, some thousand times a second on good hardware: seven small letters are found in
weeks, eight in a year, and 8 is also the least that NIST SP 800-63B allows."""

_FORMAT = "fieldkit-key"
_VERSION = 1
_SCRYPT = {"n": 2**16, "r": 8, "p": 1}
# A file that asks for more than this is damaged or hostile: 128 * n * r bytes are allocated.
_SCRYPT_MOST = {"n": 2**20, "r": 16, "p": 8}


class Locked(FieldkitError):
    """The key cannot be unwrapped now: `error.store_locked.<why>`. Nothing was touched.

    ``why``: `passphrase_needed`, `passphrase_wrong`, `keyring_unavailable`, `secret_missing`.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, why: str) -> None:
        super().__init__(f"store_locked.{why}")


class KeyFileDamaged(Fault):
    """``key.json`` or ``key.secret`` is not what this version wrote: `error.key_file.<why>`.

    ``why``: `damaged`, `newer`, `exists`, `missing`, `unreadable` (with `file` and `reason`).
    """

    def __init__(self, why: str, **params: object) -> None:
        super().__init__(f"key_file.{why}", **params)


class PassphraseRefused(FieldkitError):
    """A passphrase that does not protect: `error.passphrase.<why>`. Nothing was changed.

    ``why``: `short` and `alike` (with `least`), `letters`.
    """

    def __init__(self, why: str, **params: object) -> None:
        super().__init__(f"passphrase.{why}", **params)


@dataclass(frozen=True)
class Protection:
    """What protects the store.

    ``keyring`` names the platform's keyring. ``warning``: `key_file` when whoever can read the
    folder can read the store, `open_permissions` when others than the owner can read the secret.
    """

    method: Method
    keyring: str | None = None
    warning: Literal["key_file", "open_permissions"] | None = None


def create_key(
    home: Path,
    method: Literal["auto", "keyring", "passphrase", "file"] = "auto",
    passphrase: str | None = None,
) -> bytes:
    """Make the data key of ``home``, wrap it and write ``key.json``; returns the key.

    ``auto`` takes the passphrase if there is one, else a usable keyring, else a key file.
    Raises KeyFileDamaged (`exists`) when there is a key already, PassphraseRefused, Locked, and
    Fault where it cannot be written.
    """
    if (home / KEY_NAME).exists():
        raise KeyFileDamaged("exists")
    if method == "auto":
        method = "passphrase" if passphrase else "keyring" if _keyring() else "file"
    if method == "passphrase":
        check_passphrase(passphrase)
    private_folder(home)
    key = secrets.token_bytes(32)
    head, wrapping = _new_wrapping(home, method, passphrase)
    write_whole(home / KEY_NAME, _wrap(head, wrapping, key))
    return key


def check_passphrase(passphrase: str | None) -> None:
    """Refuse a passphrase that is soon guessed, or cannot be typed elsewhere.

    Raises Locked (`passphrase_needed`) or PassphraseRefused.
    """
    if not passphrase:
        raise Locked("passphrase_needed")
    if len(passphrase) < PASSPHRASE_LEAST:
        raise PassphraseRefused("short", least=PASSPHRASE_LEAST)
    if len(set(passphrase)) < LETTERS_LEAST:
        raise PassphraseRefused("alike", least=LETTERS_LEAST)
    if not _is_text(passphrase):
        raise PassphraseRefused("letters")


def _is_text(passphrase: str) -> bool:
    """Not bytes of another encoding, which the environment passes on as lone surrogates."""
    return all(not 0xD800 <= ord(letter) < 0xE000 for letter in passphrase)


def unlock(home: Path, passphrase: str | None = None) -> bytes:
    """The data key of ``home``. Raises Locked or KeyFileDamaged."""
    stored = _read(home)
    wrapping = _wrapping(home, stored, passphrase)
    head = {name: value for name, value in stored.items() if name not in ("nonce", "wrapped")}
    try:
        nonce, wrapped = _bytes(stored["nonce"]), _bytes(stored["wrapped"])
        return ChaCha20Poly1305(wrapping).decrypt(nonce, wrapped, _canonical(head))
    except InvalidTag:
        wrong = stored["method"] == "passphrase"
        raise (Locked("passphrase_wrong") if wrong else KeyFileDamaged("damaged")) from None
    except ValueError:  # a nonce of another length
        raise KeyFileDamaged("damaged") from None


def change_passphrase(home: Path, old: str | None, new: str) -> None:
    """Wrap the same data key by ``new``; the store itself is not touched.

    ``old`` is None when the key was wrapped by the keyring or a key file until now; that
    secret is removed after the new ``key.json`` is in place.
    """
    check_passphrase(new)
    before = _read(home)
    key = unlock(home, old)
    head, wrapping = _new_wrapping(home, "passphrase", new)
    write_whole(home / KEY_NAME, _wrap(head, wrapping, key))
    _forget_secret(home, before)


def describe(home: Path) -> Protection:
    """What protects the key of ``home``, without unwrapping it."""
    method: Method = _read(home)["method"]
    if method == "keyring":
        backend = _keyring()
        return Protection(method, keyring=type(backend).__module__ if backend else None)
    if method == "file":
        exposed = False
        with suppress(OSError):  # which is said when the store is opened
            exposed = others_may_read(home / SECRET_NAME)
        return Protection(method, warning="open_permissions" if exposed else "key_file")
    return Protection(method)


# --- the three ways ------------------------------------------------------------------------


def _new_wrapping(
    home: Path, method: Method, passphrase: str | None
) -> tuple[dict[str, Any], bytes]:
    head: dict[str, Any] = {"format": _FORMAT, "version": _VERSION, "method": method}
    head["cipher"] = "chacha20-poly1305"
    if method == "passphrase":
        assert passphrase is not None
        salt = secrets.token_bytes(16)
        head |= {"kdf": "scrypt", "params": _SCRYPT, "salt": _text(salt)}
        return head, _derive(passphrase, salt, _SCRYPT)
    if method == "file":
        return head, _own_secret(home)
    secret = secrets.token_bytes(32)
    backend = _keyring()
    if backend is None:
        raise Locked("keyring_unavailable")
    head["entry"] = f"store-{secrets.token_hex(8)}"
    _ask_keyring(backend.set_password, SERVICE, head["entry"], _text(secret))
    return head, secret


def _wrapping(home: Path, stored: dict[str, Any], passphrase: str | None) -> bytes:
    match stored["method"]:
        case "passphrase":
            if not passphrase:
                raise Locked("passphrase_needed")
            return _derive(passphrase, _bytes(stored["salt"]), stored["params"])
        case "file":
            try:
                return _secret(_content(home / SECRET_NAME))
            except FileNotFoundError:
                raise Locked("secret_missing") from None
        case _:
            backend = _keyring()
            if backend is None:
                raise Locked("keyring_unavailable")
            found = _ask_keyring(backend.get_password, SERVICE, stored["entry"])
            if found is None:
                raise Locked("secret_missing")
            return _secret(found)


def _own_secret(home: Path) -> bytes:
    """The secret that lies there already, without a key: a making that was broken off left it,
    or it is to open a backup. Else a new one."""
    try:
        return _secret(_content(home / SECRET_NAME))
    except FileNotFoundError:
        secret = secrets.token_bytes(32)
        write_whole(home / SECRET_NAME, _text(secret).encode())
        return secret


def _derive(passphrase: str, salt: bytes, params: dict[str, int]) -> bytes:
    if not _is_text(passphrase):
        raise Locked("passphrase_wrong")
    try:
        if any(params[name] > most for name, most in _SCRYPT_MOST.items()):
            raise ValueError("cost out of range")
        return Scrypt(salt, 32, params["n"], params["r"], params["p"]).derive(passphrase.encode())
    except (KeyError, TypeError, ValueError):
        raise KeyFileDamaged("damaged") from None


def _forget_secret(home: Path, before: dict[str, Any]) -> None:
    if before["method"] == "file":
        (home / SECRET_NAME).unlink(missing_ok=True)
    elif before["method"] == "keyring" and (backend := _keyring()):
        _ask_keyring(backend.delete_password, SERVICE, before["entry"])


def _keyring() -> Any:
    """The platform's keyring, or None where there is none that keeps anything."""
    import keyring  # late: it looks through every installed package for backends
    from keyring.backends import fail, null

    backend = keyring.get_keyring()
    return None if isinstance(backend, fail.Keyring | null.Keyring) else backend


def _ask_keyring(call: Any, *arguments: str) -> Any:
    from keyring.errors import KeyringError

    try:
        return call(*arguments)
    except (KeyringError, OSError):
        raise Locked("keyring_unavailable") from None


# --- the file ------------------------------------------------------------------------------


def _wrap(head: dict[str, Any], wrapping: bytes, key: bytes) -> bytes:
    nonce = secrets.token_bytes(12)
    wrapped = ChaCha20Poly1305(wrapping).encrypt(nonce, key, _canonical(head))
    return json.dumps(head | {"nonce": _text(nonce), "wrapped": _text(wrapped)}, indent=2).encode()


def _canonical(head: dict[str, Any]) -> bytes:
    return json.dumps(head, sort_keys=True, separators=(",", ":")).encode()


def _read(home: Path) -> dict[str, Any]:
    try:
        stored = json.loads(_content(home / KEY_NAME))
    except FileNotFoundError:
        raise KeyFileDamaged("missing") from None
    except (ValueError, RecursionError):
        raise KeyFileDamaged("damaged") from None
    if not isinstance(stored, dict) or stored.get("format") != _FORMAT:
        raise KeyFileDamaged("damaged")
    version = stored.get("version")
    if isinstance(version, int) and version > _VERSION:
        raise KeyFileDamaged("newer")
    needed = {"method", "nonce", "wrapped"} | _needed(stored.get("method"))
    if stored.get("method") not in get_args(Method) or not needed <= stored.keys():
        raise KeyFileDamaged("damaged")
    return stored


def _needed(method: object) -> set[str]:
    return {"passphrase": {"salt", "params"}, "keyring": {"entry"}}.get(str(method), set())


def _content(path: Path) -> bytes:
    """What is in a file. Raises FileNotFoundError, or KeyFileDamaged (`unreadable`)."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise
    except OSError as error:
        raise KeyFileDamaged("unreadable", file=path.name, reason=error.strerror) from None


def write_whole(path: Path, data: bytes) -> None:
    """Write a small file, whole or not at all. Raises `Fault`."""
    with written(path) as file:
        file.write(data)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _bytes(text: object) -> bytes:
    try:
        return base64.b64decode(text if isinstance(text, bytes) else str(text), validate=True)
    except ValueError:
        raise KeyFileDamaged("damaged") from None


def _secret(text: str | bytes) -> bytes:
    secret = _bytes(text.strip())
    if len(secret) != 32:
        raise KeyFileDamaged("damaged")
    return secret
