"""The catalogue that the office published and this home has: whole in the store, or not at all."""

import hashlib
import logging
from typing import Any

from pydantic import ValidationError

from fieldkit.domain.core.catalogue import Catalogue
from fieldkit.domain.core.errors import FieldkitError
from fieldkit.store.store import Store

_HELD, _TAG = "catalogue", "catalogue_tag"
_LOG = logging.getLogger(__name__)


class InstalledCatalogue:
    """What came from the office, kept as the text that it was published as."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def tag(self) -> str:
        """The tag of the catalogue that was taken, or refused for good, last."""
        return str(self._store.setting(_TAG, ""))

    @property
    def held(self) -> str:
        """The SHA-256 of the catalogue that is here; "" while it is that of the program."""
        return str(self._row().get("sha256", ""))

    def load(self) -> Catalogue | None:
        """The catalogue that is here; None if there is none that this version can read."""
        text = self._row().get("text")
        if text is None:
            return None
        try:
            return _read(text)
        except ValidationError:
            _LOG.error("the catalogue %s cannot be used", self.held[:12])
            return None

    def take(self, text: str, sha256: str) -> int:
        """Put a catalogue in the place of the one that is here; answers its revision.

        Raises `FieldkitError` (`catalogue.altered`, `catalogue.not_usable`); the one that is
        here then stays.
        """
        if hashlib.sha256(text.encode()).hexdigest() != sha256:
            raise FieldkitError("catalogue.altered")
        try:
            revision = _read(text).revision
        except ValidationError:
            raise FieldkitError("catalogue.not_usable") from None
        self._store.set(_HELD, {"sha256": sha256, "text": text})
        return revision

    def finished(self, tag: str) -> None:
        """Note that the one of this tag was taken, or refused for good."""
        self._store.set(_TAG, tag)

    def _row(self) -> dict[str, Any]:
        return dict(self._store.setting(_HELD, {}))


def _read(text: str) -> Catalogue:
    """A catalogue as an office publishes it, which may know more fields than this version."""
    return Catalogue.model_validate_json(text, extra="ignore")
