"""Published rule packs with their signatures, and the keys that may sign them."""

import hashlib
import json
from collections.abc import Collection, Sequence
from http import HTTPStatus
from pathlib import Path

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    LargeBinary,
    String,
    Table,
    Text,
    func,
    insert,
    select,
)

from fieldkit.domain.core.errors import FieldkitError
from fieldkit.office.database import Writing
from fieldkit.office.errors import Denied
from fieldkit.office.office import Office
from fieldkit.office.people.audit_log import note
from fieldkit.office.people.office_people import RESERVED
from fieldkit.office.tables import metadata
from fieldkit.rules.deciding.pack_by_day import PackShelf
from fieldkit.rules.loading.loader import load_kept, load_pack
from fieldkit.rules.model.pack import Pack
from fieldkit.rules.model.signed_pack import (
    KeyList,
    OpenedPack,
    PackHead,
    SignedKeys,
    TrustedKey,
    sign_keys,
)
from fieldkit.sync.protocol import keys
from fieldkit.sync.protocol.messages import PackFile, PackIndex, SignedText
from fieldkit.sync.protocol.parcel_format import EnclosedPack, EnclosedPacks

_ENCLOSED = 20
"""How many of the newest packs go into a parcel: as many as a laptop keeps."""

packs = Table(
    "packs",
    metadata,
    Column("revision", BigInteger, primary_key=True, autoincrement=False),
    Column("sha256", String(64), nullable=False, unique=True),
    Column("head", Text, nullable=False),
    Column("signer", String(64), nullable=False),
    Column("body", LargeBinary, nullable=False),
)
"""The published packs: the head as JSON, the signed bytes as they travel."""

pack_keys = Table(
    "pack_keys",
    metadata,
    Column("serial", BigInteger, primary_key=True, autoincrement=False),
    Column("text", Text, nullable=False),
    Column("signature", String(128), nullable=False),
)
"""Every list of keys that may sign packs; the one with the highest serial counts."""


# -- packs -------------------------------------------------------------------------------------


def published(conn: Connection) -> list[tuple[PackHead, str]]:
    """The heads of the published packs and their signers' names, lowest revision first."""
    rows = conn.execute(select(packs.c.head, packs.c.signer).order_by(packs.c.revision)).all()
    return [(PackHead.model_validate_json(row.head), row.signer) for row in rows]


def newest(conn: Connection) -> int:
    """The highest published revision; 0 for none."""
    return conn.scalar(select(func.max(packs.c.revision))) or 0


def body_of(conn: Connection, revision: int) -> bytes | None:
    """The signed bytes of a revision; None if it was never published."""
    return conn.scalar(select(packs.c.body).where(packs.c.revision == revision))


def put(writing: Writing, pack: OpenedPack, raw: bytes) -> None:
    """Store a verified pack."""
    row = {
        "revision": pack.manifest.revision,
        "sha256": pack.manifest.sha256,
        "head": pack.manifest.head.model_dump_json(),
        "signer": pack.signer,
        "body": raw,
    }
    writing.conn.execute(insert(packs).values(row))


def shelf(office: Office, folder: Path) -> PackShelf:
    """The packs that decide at the office: the published ones, and before them that of `folder`."""

    def installed() -> list[PackHead]:
        with office.db.reading() as conn:
            return [head for head, _ in published(conn)]

    def load(sha256: str) -> Pack | None:
        with office.db.reading() as conn:
            raw = conn.scalar(select(packs.c.body).where(packs.c.sha256 == sha256))
        return None if raw is None else load_kept(raw, sha256)

    return PackShelf(lambda: load_pack(folder), installed, load)


# -- keys --------------------------------------------------------------------------------------


def key_list(office: Office, conn: Connection) -> SignedKeys:
    """The signed list of keys that may sign packs now; at first only the office's own key."""
    row = conn.execute(select(pack_keys).order_by(pack_keys.c.serial.desc()).limit(1)).first()
    if row is not None:
        return SignedKeys(text=row.text, signature=row.signature)
    own = TrustedKey(key=keys.b64(keys.signing_public(office.keys.pack)), name="office")
    return sign_keys(KeyList(serial=0, keys=(own,)), office.keys.root)


def trusted(office: Office) -> Sequence[TrustedKey]:
    """The keys that may sign packs, with their names."""
    with office.db.reading() as conn:
        return key_list(office, conn).read(office.keys.root_public).keys


def trust(office: Office, key: str, name: str, by: str = RESERVED) -> None:
    """Add a public key to those that may sign packs. Raises `FieldkitError` (`pack.bad_key`)."""
    if not _is_key(key):
        raise FieldkitError("pack.bad_key")
    others = [each for each in trusted(office) if each.key != key]
    _set_keys(office, [*others, TrustedKey(key=key, name=name)], by, "key_trusted", key)


def distrust(office: Office, key: str, by: str = RESERVED) -> None:
    """Remove a key, by its text or name, from those that may sign packs.

    Raises `FieldkitError`: `pack.unknown_key`, `pack.last_key`.
    """
    before = trusted(office)
    after = [each for each in before if key not in (each.key, each.name)]
    if len(after) == len(before):
        raise FieldkitError("pack.unknown_key", name=key)
    if not after:
        raise FieldkitError("pack.last_key")
    _set_keys(office, after, by, "key_distrusted", key)


def _set_keys(office: Office, listed: Sequence[TrustedKey], by: str, act: str, about: str) -> None:
    with office.db.writing() as writing:
        serial = key_list(office, writing.conn).read(office.keys.root_public).serial + 1
        signed = sign_keys(KeyList(serial=serial, keys=tuple(listed)), office.keys.root)
        row = {"serial": serial, "text": signed.text, "signature": signed.signature}
        writing.conn.execute(insert(pack_keys).values(row))
        note(office, writing, by, act, about)


def _is_key(text: str) -> bool:
    try:
        return len(keys.unb64(text)) == 32
    except ValueError:
        return False


# -- what laptops ask for ----------------------------------------------------------------------


def tag(conn: Connection) -> str:
    """The ETag of the packs and the key list; "" while nothing is published."""
    revision = newest(conn)
    serial = conn.scalar(select(func.max(pack_keys.c.serial))) or 0
    return f"{serial}-{revision}" if revision else ""


def index(office: Office) -> tuple[PackIndex, str]:
    """The key list and the heads of all packs, with their ETag."""
    with office.db.reading() as conn:
        signed = key_list(office, conn)
        found = PackIndex(
            keys=SignedText(text=signed.text, signature=signed.signature),
            packs=[json.loads(head.model_dump_json()) for head, _ in published(conn)],
        )
        return found, tag(conn)


def shelf_for(office: Office, tag_there: str | None, held: Collection[str]) -> EnclosedPacks | None:
    """The packs for a laptop without a network; None if it has them all, or takes none.

    `tag_there` is the ETag of what it has. The newest packs that it does not hold are enclosed.
    """
    found, tag_here = index(office)
    if tag_there is None or tag_here in ("", tag_there):
        return None
    named = [str(head["sha256"]) for head in found.packs[-_ENCLOSED:]]
    files = [
        EnclosedPack(raw=file(office, sha256)[0].raw, sha256=sha256)
        for sha256 in named
        if sha256 not in held
    ]
    return EnclosedPacks(tag=tag_here, at=office.clock(), index=found, files=files)


def file(office: Office, sha256: str) -> tuple[PackFile, str]:
    """A pack by its hash, with the ETag of its bytes. Raises `Denied` (`no_pack`)."""
    with office.db.reading() as conn:
        raw = conn.scalar(select(packs.c.body).where(packs.c.sha256 == sha256))
    if raw is None:
        raise Denied(HTTPStatus.NOT_FOUND, "no_pack")
    return PackFile(raw=raw.decode()), hashlib.sha256(raw).hexdigest()
