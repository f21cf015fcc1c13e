"""A laptop's process: `python -m tests.kills.worker NAME HOME URL SEED` works until it is killed.

Each event that its person was told to be saved is printed by its id.
"""

import sys
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from fieldkit.services.home.trade import Trade
from fieldkit.sync.client.transport import HttpTransport
from fieldkit.sync.errors import SyncFault
from tests.simulation.laptop import Laptop
from tests.simulation.people import someone_works
from tests.simulation.world import ZONE, World

_TIMEOUT_S = 2.0


def main(name: str, home: str, url: str, seed: str) -> None:
    """Work and sync, for ever."""
    world = World(int(seed), Path(home).parent, datetime.now(ZONE))
    laptop = Laptop(world, name, Path(home), Trade(folder_decides=True, own_data=True))
    told: set[str] = set()
    print("ready", flush=True)
    while True:
        for _ in range(world.random.randint(1, 4)):
            world.now = datetime.now(ZONE)
            someone_works(world, laptop)
            print(*sorted(laptop.acknowledged - told), sep="\n", flush=True)
            told |= laptop.acknowledged
        with suppress(SyncFault), HttpTransport(url, timeout=_TIMEOUT_S) as wire:
            laptop.sync(wire)


if __name__ == "__main__":
    main(*sys.argv[1:])
