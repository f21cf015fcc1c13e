"""By which rules and prices a document is decided and explained."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fieldkit.cli.context import opened, options
from fieldkit.cli.rules.pack_folder import pack_folder
from fieldkit.services.home.config import read_config
from fieldkit.services.home.trade import Trade
from fieldkit.shipped import shipped_data, shipped_rules


@contextmanager
def deciding_trade(pack: Path | None) -> Iterator[Trade]:
    """The rules and the catalogue of this home, with another pack where one is named; where there
    is no home, those that came with fieldkit."""
    home = options.where()
    if pack is None and home.store.exists():
        with opened() as session:
            yield session.trade
        return
    config = read_config(home.config)
    folder = pack_folder(pack) if pack else config.rules or shipped_rules()
    yield Trade(folder, config.data or shipped_data())
