"""The command palette: every action of the registry under its full name."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, cast

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from memisis_screens.action import SCOPE_TITLES, Action
from memisis_screens.actions import ACTIONS
from memisis_screens.help.help_text import written_keys

if TYPE_CHECKING:
    from memisis_tui.app import MemisisApp


def keys_of(action: Action, keymap: Mapping[str, str]) -> str:
    """Return the keys of an action beside its name, a person's own key map included."""
    return f"   {', '.join(written_keys(action, keymap))}"


def palette_name(action: Action) -> str:
    """Return how the palette names an action: where it acts, and what it does."""
    return f"{SCOPE_TITLES[action.scope]}: {action.title}"


class ActionProvider(Provider):
    """Finds actions by their names; carrying one out is the same as pressing its key."""

    async def discover(self) -> Hits:
        """Yield every action before anything is typed."""
        for action in ACTIONS:
            if action.palette:
                yield DiscoveryHit(
                    self._shown(Content(palette_name(action)), action),
                    self._runner(action),
                    text=palette_name(action),
                    help=action.help or None,
                )

    async def search(self, query: str) -> Hits:
        """Yield the actions whose names fit."""
        matcher = self.matcher(query)
        for action in ACTIONS:
            score = matcher.match(palette_name(action)) if action.palette else 0
            if score > 0:
                yield Hit(
                    score,
                    self._shown(matcher.highlight(palette_name(action)), action),
                    self._runner(action),
                    text=palette_name(action),
                    help=action.help or None,
                )

    def _shown(self, name: Content, action: Action) -> Content:
        return Content.assemble(name, (keys_of(action, self.app._keymap), "bold $primary"))

    def _runner(self, action: Action) -> partial[None]:
        app = cast("MemisisApp", self.app)
        return partial(app.perform_soon, action)
