"""The terminal app. `fieldkit.tui.app.run_app` opens it on a session."""
