"""NO_COLOR: the app is drawn in shades of grey."""

from pathlib import Path

import pytest

from fieldkit.domain.core.event import Role
from fieldkit.services.home.session import init_home, open_session
from fieldkit.store.home.home import Home
from fieldkit.tui.app import FieldkitApp


@pytest.mark.parametrize("wanted", [True, False])
async def test_nothing_is_coloured(
    wanted: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    if wanted:
        monkeypatch.setenv("NO_COLOR", "1")
    home = Home(tmp_path / "home")
    init_home(home, "anna", Role.TECHNICIAN, "en", method="file")
    with open_session(home, {}) as session:
        app = FieldkitApp(session, lambda: session)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            strips = [
                strip.apply_filter(each, app.screen.background_colors[1])
                for strip in app.screen._compositor.render_strips()
                for each in app._filters[-1:]
            ]
    colours = {
        colour.get_truecolor()
        for strip in strips
        for segment in strip
        if segment.style
        for colour in (segment.style.color, segment.style.bgcolor)
        if colour is not None
    }
    assert colours
    grey = all(colour.red == colour.green == colour.blue for colour in colours)
    assert grey is wanted
