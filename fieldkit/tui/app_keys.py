"""The keys that work on every screen."""

from textual.binding import Binding, BindingType

APP_KEYS: list[BindingType] = [
    Binding("f1", "app.help", "key.help", priority=True, id="app.help"),
    Binding("f9", "app.sync", "key.sync", priority=True, id="app.sync"),
    Binding("f8", "app.language", "key.language", priority=True, id="app.language"),
    Binding("ctrl+p", "app.palette", "key.palette", priority=True, id="app.palette"),
    Binding("f12", "app.lock", "key.lock", show=False, priority=True, id="app.lock"),
    Binding("f7", "app.next_theme", "key.theme", show=False, id="app.theme"),
    Binding("ctrl+q", "app.quit", "key.quit", show=False, priority=True, id="app.quit"),
]
