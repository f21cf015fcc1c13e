"""Three themes: dark, light, and high contrast. Colour never says anything alone."""

from textual.theme import Theme

DARK = Theme(
    name="dark",
    primary="#2dd4bf",
    secondary="#7dd3fc",
    accent="#fbbf24",
    warning="#fbbf24",
    error="#f87171",
    success="#4ade80",
    foreground="#e6edf3",
    background="#0d1117",
    surface="#151b23",
    panel="#212a35",
    variables={"muted": "#93a1b0", "bar": "#134e4a", "bar-text": "#ecfdf5", "rule": "#334155"},
)
LIGHT = Theme(
    name="light",
    primary="#0f766e",
    secondary="#0369a1",
    accent="#a16207",
    warning="#a16207",
    error="#b91c1c",
    success="#15803d",
    foreground="#1c1917",
    background="#fbfaf7",
    surface="#f3f1ea",
    panel="#e5e2d8",
    dark=False,
    variables={"muted": "#57534e", "bar": "#0f766e", "bar-text": "#ffffff", "rule": "#a8a29e"},
)
CONTRAST = Theme(
    name="high-contrast",
    primary="#ffff00",
    secondary="#00ffff",
    accent="#ffff00",
    warning="#ffff00",
    error="#ff8080",
    success="#00ff00",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#303030",
    text_alpha=1.0,
    variables={"muted": "#ffffff", "bar": "#ffffff", "bar-text": "#000000", "rule": "#ffffff"},
)
THEMES = (DARK, LIGHT, CONTRAST)
