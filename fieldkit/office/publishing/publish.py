"""Publish a rule pack: analyse it, run its scenarios, assign a revision, sign and store it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from fieldkit.domain.core.errors import FieldkitError
from fieldkit.office.office import Office
from fieldkit.office.people.audit_log import note
from fieldkit.office.people.office_people import RESERVED
from fieldkit.office.publishing import packs
from fieldkit.office.publishing.catalogue import current_catalogue
from fieldkit.rules.analysis.findings import analyse
from fieldkit.rules.editing.formatter import write_document
from fieldkit.rules.editing.yaml_document import Element, read_document
from fieldkit.rules.loading.loader import load_files, load_pack
from fieldkit.rules.loading.pack_head import HEAD_FILE
from fieldkit.rules.loading.trade_values import undeclared
from fieldkit.rules.model.pack import Pack
from fieldkit.rules.model.problems import Report
from fieldkit.rules.model.signed_pack import (
    PackHead,
    make_manifest,
    open_pack,
    pack_files,
    sign_pack,
)
from fieldkit.rules.testing.runner import run_suite
from fieldkit.rules.testing.scenarios import load_suite
from fieldkit.shipped import shipped_rules

SHIPPED = 1
"""The revision of the pack that comes with the program, which is never published."""


class NotPublished(FieldkitError):
    """A pack that may not be published; nothing was changed. Sentence: `error.publish.<key>`."""

    exit_code = 1

    def __init__(self, key: str, **params: object) -> None:
        super().__init__(f"publish.{key}", **params)


@dataclass(frozen=True)
class Published:
    """A pack that was published. `text` is its pack.yaml; `raw` its signed bytes."""

    head: PackHead
    text: str
    raw: bytes


def publish(
    office: Office,
    folder: Path,
    effective_from: date | None = None,
    expires: date | None = None,
    signing: bytes | None = None,
    by: str = RESERVED,
) -> Published:
    """Publish the pack of a working folder under the next revision.

    Without `effective_from` it takes effect today, or on the day that its pack.yaml names if
    that is later; without `expires`, what pack.yaml says holds. `signing` is a private key that
    the office trusts, else the office's own. Raises `PackError` for a broken pack,
    `NotPublished` (`findings`, `no_scenarios`, `scenarios_fail`, `still_offered`, `outdated`),
    `PackRefused` (`not_trusted`).
    """
    pack = load_pack(folder)
    _check(pack, folder)
    catalogue = current_catalogue(office)
    if catalogue is not None and (missing := undeclared(catalogue, pack.values)):
        raise NotPublished("still_offered", values="; ".join(missing))
    files = {name: (folder / name).read_bytes() for name in pack.files}
    for path in sorted((folder / "tests").glob("*.yaml")):
        files[f"tests/{path.name}"] = path.read_bytes()
    today = office.clock().astimezone(ZoneInfo(pack.time_zone)).date()
    begins = effective_from or max(pack.effective_from, today)
    last = expires or pack.expires
    return _sign_and_store(office, files, pack.revision, begins, last, signing, by)


def roll_back(
    office: Office,
    revision: int | None = None,
    effective_from: date | None = None,
    signing: bytes | None = None,
    by: str = RESERVED,
) -> Published:
    """Publish the content of an earlier revision again, under the next one.

    Without `revision` it is the one before the newest. It takes the newest one's place from that
    one's first day on, unless another day is given, so that the newest decides nothing more.
    Raises `NotPublished` (`nothing_published`, `no_revision`), `PackRefused`.
    """
    with office.db.reading() as conn:
        heads = [head for head, _ in packs.published(conn)]
        if not heads:
            raise NotPublished("nothing_published")
        known = [SHIPPED, *(head.revision for head in heads)]
        wanted = known[-2] if revision is None else revision
        raw = packs.body_of(conn, wanted)
    if wanted not in known[:-1]:
        raise NotPublished("no_revision", revision=wanted, newest=known[-1])
    files = pack_files(raw) if raw is not None else _shipped_files()
    begins = effective_from or heads[-1].effective_from
    return _sign_and_store(office, files, known[-1], begins, None, signing, by, restores=wanted)


def _check(pack: Pack, folder: Path) -> None:
    wrong = [finding for finding in analyse(pack) if finding.is_error]
    if wrong:
        at = wrong[0].at
        place = f"{at.file}:{at.line}:{at.col}"
        raise NotPublished("findings", count=len(wrong), first=place, folder=folder)
    suite = load_suite(folder / "tests")
    if not suite:
        raise NotPublished("no_scenarios", folder=folder)
    run = run_suite(pack, suite)
    if run.failures:
        raise NotPublished(
            "scenarios_fail",
            failed=len(run.failures),
            total=run.scenarios,
            first=run.failures[0].scenario.id,
            folder=folder,
        )


def _sign_and_store(
    office: Office,
    files: Mapping[str, bytes],
    based_on: int,
    begins: date,
    expires: date | None,
    signing: bytes | None,
    by: str,
    restores: int | None = None,
) -> Published:
    """Assign the next revision to the files, sign them and store the pack.

    `based_on` is the revision that they were made from. `outdated` if it is not the newest:
    publishing would silently undo somebody else's changes.
    """
    with office.db.writing() as writing:
        newest = packs.newest(writing.conn)
        if newest > based_on:
            raise NotPublished("outdated", based_on=based_on, newest=newest)
        text = _with_head(files[HEAD_FILE], based_on + 1, begins, expires)
        final = {**files, HEAD_FILE: text.encode()}
        manifest = make_manifest(load_files(final), final, office.clock(), restores)
        trusted = packs.key_list(office, writing.conn)
        raw = sign_pack(manifest, final, signing or office.keys.pack, trusted)
        packs.put(writing, open_pack(raw, office.keys.root_public), raw)
        note(office, writing, by, "pack_published", str(manifest.revision))
    return Published(manifest.head, text, raw)


def _with_head(data: bytes, revision: int, begins: date, expires: date | None) -> str:
    """A valid pack.yaml with another revision and other days; comments are kept."""
    document = read_document(data, HEAD_FILE, Report())
    assert document is not None
    entries = document.root.entries
    if expires is None:
        entries.pop("expires", None)
    for name, value in (
        ("revision", revision), ("effective_from", begins), ("expires", expires),
    ):  # fmt: skip
        if value is not None:
            element = entries.setdefault(name, Element(None))
            element.raw = str(value)
            element.value = value if isinstance(value, int) else element.raw
    return write_document(document, HEAD_FILE)


def _shipped_files() -> dict[str, bytes]:
    folder = shipped_rules()
    paths = [*folder.glob("*.yaml"), *folder.glob("tests/*.yaml")]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
