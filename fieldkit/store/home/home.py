"""The home folder: where a person's copy of fieldkit keeps everything."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs


@dataclass(frozen=True)
class Home:
    """The paths inside one home folder."""

    folder: Path

    @property
    def store(self) -> Path:
        """The encrypted store of jobs, events, drafts and outbox."""
        return self.folder / "store.db"

    @property
    def archive(self) -> Path:
        """The encrypted archive of closed jobs."""
        return self.folder / "archive.db"

    @property
    def attachments(self) -> Path:
        """The encrypted attachments."""
        return self.folder / "attachments"

    @property
    def packs(self) -> Path:
        """The rule packs that were installed, one folder a revision."""
        return self.folder / "packs"

    @property
    def config(self) -> Path:
        """What a person may edit by hand: `config.yaml`."""
        return self.folder / "config.yaml"

    @property
    def catalogue_cache(self) -> Path:
        """The catalogue in the form that loads quickly."""
        return self.folder / "catalogue.json"

    @property
    def found_right(self) -> Path:
        """What the last check found right, so that the next one takes less time."""
        return self.folder / "found-right.sealed"

    @property
    def papers(self) -> Path:
        """Papers that were made to be shown or printed, in the clear, until the app is left."""
        return self.folder / "papers"

    @property
    def logs(self) -> Path:
        """Logs and crash reports; they hold nothing about a customer."""
        return self.folder / "logs"


def find_home(option: Path | None, environ: Mapping[str, str]) -> Home:
    """The home folder: `--home`, else FIELDKIT_HOME, else the platform's data folder."""
    chosen = option or (Path(environ["FIELDKIT_HOME"]) if environ.get("FIELDKIT_HOME") else None)
    return Home((chosen or Path(platformdirs.user_data_dir("fieldkit", False))).expanduser())
