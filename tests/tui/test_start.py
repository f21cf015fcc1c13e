"""What the first screen loads, and what it leaves for later."""

import subprocess
import sys
from pathlib import Path

from fieldkit.domain.core.event import Role
from fieldkit.services.home.session import init_home
from fieldkit.store.home.home import Home

LOADED = """
import sys
import fieldkit.cli.start, fieldkit.services.home.session, fieldkit.tui.app
from fieldkit.i18n import messages
messages()
from pathlib import Path
from fieldkit.services.exchange.link_state import status_bar_state
from fieldkit.services.home.session import open_session
from fieldkit.store.home.home import Home
with open_session(Home(Path(sys.argv[1])), {}) as session:
    status_bar_state(session)
print(*sys.modules)
"""


def test_the_first_screen_needs_neither_models_nor_commands(tmp_path: Path) -> None:
    """Nor does what its status bar says of a home."""
    init_home(Home(tmp_path / "home"), "wang.lei", Role.TECHNICIAN, "en", method="file")
    told = subprocess.run(
        [sys.executable, "-c", LOADED, str(tmp_path / "home")],
        capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    assert "fieldkit.tui.screens.day.today" in told
    heavy = {
        "pydantic",
        "typer",
        "durable",
        "phonenumbers",
        "fieldkit.store.records.exchange",
        "fieldkit.store.records.ledger",
        "fieldkit.domain.job.model",
    }
    assert not heavy & set(told)
