"""How the console looks: dark, light, high contrast. One accent; what a colour says, a letter says too."""

from __future__ import annotations

from textual.theme import Theme

DARK = Theme(
    name="motiv-dark",
    primary="#7aa2c8",
    secondary="#8a93a6",
    accent="#e0af68",
    foreground="#d5d9e0",
    background="#14171c",
    surface="#191d23",
    panel="#222831",
    success="#8fbf7f",
    warning="#e0af68",
    error="#e0707a",
    dark=True,
    variables={"footer-key-foreground": "#e0af68", "input-selection-background": "#7aa2c8 35%"},
)
LIGHT = Theme(
    name="motiv-light",
    primary="#2f5f8f",
    secondary="#5c6675",
    accent="#9a5b00",
    foreground="#1d2430",
    background="#f7f7f4",
    surface="#efefea",
    panel="#e3e4df",
    success="#2f6b2f",
    warning="#9a5b00",
    error="#a8233a",
    dark=False,
    variables={"footer-key-foreground": "#9a5b00", "input-selection-background": "#2f5f8f 25%"},
)
CONTRAST = Theme(
    name="motiv-contrast",
    primary="#6fd3ff",
    secondary="#ffffff",
    accent="#ffff00",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#1c1c1c",
    success="#00ff66",
    warning="#ffff00",
    error="#ff6b6b",
    dark=True,
    variables={"footer-key-foreground": "#ffff00", "border": "#ffffff"},
)
THEMES = (DARK, LIGHT, CONTRAST)
