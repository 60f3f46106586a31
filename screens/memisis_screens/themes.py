"""Our themes, and the one that leaves every colour to the terminal.

Colour is never the only carrier of anything: each coloured state has a word or a glyph too, so the
plain theme loses nothing. Contrast of text on its ground is at least 4.5:1 in our own themes
(WCAG 2.1, 1.4.3); a test computes it.
"""

from __future__ import annotations

from textual.theme import Theme

DARK = Theme(
    name="memisis-dark",
    primary="#7cb7c9",
    secondary="#a3b1bf",
    accent="#e0b66c",
    success="#93c794",
    warning="#e0b66c",
    error="#e58a86",
    foreground="#d6dce2",
    background="#12161b",
    surface="#161b21",
    panel="#202830",
    boost="#1b2128",
    dark=True,
    variables={
        "quiet": "#8d99a6",
        "line": "#36414c",
        "block-cursor-background": "#7cb7c9",
        "block-cursor-foreground": "#10151a",
        "block-cursor-blurred-background": "#2a343e",
        "block-cursor-blurred-foreground": "#d6dce2",
        "input-selection-background": "#3d5a68",
        "scrollbar": "#36414c",
        "scrollbar-hover": "#55636f",
        "scrollbar-background": "#161b21",
        "scrollbar-background-hover": "#161b21",
        "scrollbar-corner-color": "#161b21",
    },
)

LIGHT = Theme(
    name="memisis-light",
    primary="#1c667d",
    secondary="#4c5964",
    accent="#8a5200",
    success="#2c6a3b",
    warning="#8a5200",
    error="#a3333a",
    foreground="#23292f",
    background="#f7f5f0",
    surface="#fcfbf8",
    panel="#e9e5dc",
    boost="#f1eee7",
    dark=False,
    variables={
        "quiet": "#5f6870",
        "line": "#c9c3b6",
        "block-cursor-background": "#1c667d",
        "block-cursor-foreground": "#ffffff",
        "block-cursor-blurred-background": "#dcd6c9",
        "block-cursor-blurred-foreground": "#23292f",
        "input-selection-background": "#bcd8e0",
        "scrollbar": "#c9c3b6",
        "scrollbar-hover": "#a9a293",
        "scrollbar-background": "#fcfbf8",
        "scrollbar-background-hover": "#fcfbf8",
        "scrollbar-corner-color": "#fcfbf8",
    },
)

PLAIN = Theme(
    name="memisis-terminal",
    ansi=True,
    primary="ansi_cyan",
    secondary="ansi_default",
    accent="ansi_yellow",
    success="ansi_green",
    warning="ansi_yellow",
    error="ansi_red",
    foreground="ansi_default",
    background="ansi_default",
    surface="ansi_default",
    panel="ansi_default",
    boost="ansi_default",
    dark=True,
    variables={
        "quiet": "ansi_default",
        "line": "ansi_default",
        "ansi-background": "ansi_default",
        "ansi-foreground": "ansi_default",
        "screen-selection-background": "ansi_cyan",
        "screen-selection-foreground": "ansi_black",
        "border": "ansi_default",
        "border-blurred": "ansi_default",
        "block-cursor-background": "ansi_default",
        "block-cursor-foreground": "ansi_default",
        "block-cursor-text-style": "bold reverse",
        "block-cursor-blurred-background": "ansi_default",
        "block-cursor-blurred-foreground": "ansi_default",
        "block-cursor-blurred-text-style": "bold",
        "input-cursor-background": "ansi_default",
        "input-cursor-foreground": "ansi_default",
        "input-cursor-text-style": "reverse",
        "input-selection-background": "ansi_cyan",
        "input-selection-foreground": "ansi_black",
        "scrollbar": "ansi_default",
        "scrollbar-background": "ansi_default",
        "scrollbar-corner-color": "ansi_default",
    },
)

CONTRAST = Theme(
    name="memisis-contrast",
    primary="#66e0ff",
    secondary="#ffffff",
    accent="#ffd75f",
    success="#7dff8a",
    warning="#ffd75f",
    error="#ff9d96",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#1c1c1c",
    boost="#1c1c1c",
    dark=True,
    variables={
        "quiet": "#d0d0d0",
        "line": "#a8a8a8",
        "block-cursor-background": "#66e0ff",
        "block-cursor-foreground": "#000000",
        "block-cursor-text-style": "bold",
        "block-cursor-blurred-background": "#3a3a3a",
        "block-cursor-blurred-foreground": "#ffffff",
        "input-selection-background": "#005f87",
        "scrollbar": "#a8a8a8",
        "scrollbar-hover": "#ffffff",
        "scrollbar-background": "#000000",
        "scrollbar-background-hover": "#000000",
        "scrollbar-corner-color": "#000000",
    },
)
"""At least 7:1 everywhere (WCAG 2.1, 1.4.6)."""

COLOUR_BLIND = Theme(
    name="memisis-colour-blind",
    primary="#56b4e9",
    secondary="#a3b1bf",
    accent="#f0e442",
    success="#56b4e9",
    warning="#f0e442",
    error="#f5913e",
    foreground="#dfe3e8",
    background="#12161b",
    surface="#161b21",
    panel="#202830",
    boost="#1b2128",
    dark=True,
    variables={
        **DARK.variables,
        "block-cursor-background": "#56b4e9",
        "block-cursor-foreground": "#10151a",
        "block-cursor-blurred-background": "#2a343e",
        "block-cursor-blurred-foreground": "#dfe3e8",
    },
)
"""Sky blue, yellow and orange of Okabe and Ito (2008), which people with protan, deutan and tritan
vision tell apart; the orange a little lighter than theirs, to stand out from a dark ground."""

THEMES: tuple[Theme, ...] = (DARK, LIGHT, PLAIN, CONTRAST, COLOUR_BLIND)
"""In the order in which ``T`` goes through them."""
TITLES: dict[str, str] = {
    DARK.name: "dark",
    LIGHT.name: "light",
    PLAIN.name: "the terminal's own",
    CONTRAST.name: "high contrast",
    COLOUR_BLIND.name: "safe for colour-blind eyes",
}
"""As people call them."""
