"""The last line: the keys that act now, the most useful first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

from textual.content import Content
from textual.style import Style
from textual.widget import Widget

from memisis_screens.action import Action, written
from memisis_screens.actions import ACTIONS

if TYPE_CHECKING:
    from textual.app import RenderResult
    from textual.binding import Binding
    from textual.events import Click
    from textual.screen import Screen

_BY_ID = {action.id: action for action in ACTIONS}


def keys_in_force(screen: Screen[object]) -> list[tuple[Action, str]]:
    """Return the actions of the key line that act now, each with its key as people write it.

    The key is the one in force, so that a remapped key is shown as remapped.
    """
    found: dict[str, tuple[Action, str]] = {}
    for active in screen.active_bindings.values():
        known = _BY_ID.get(active.binding.id or "")
        if known is None or not known.footer or not active.enabled or known.id in found:
            continue
        found[known.id] = (known, key_name(active.binding, known))
    return sorted(found.values(), key=lambda pair: pair[0].rank)


def key_name(binding: Binding, known: Action) -> str:
    """Return how the key of `binding` is written."""
    if known.shown_key and binding.key in known.keys.split(","):
        return known.shown_key
    return written(binding.key)


@runtime_checkable
class Performer(Protocol):
    """A screen that carries out actions wherever they belong."""

    async def perform(self, known: Action) -> None:
        """Carry out an action as its key would."""
        ...


class KeyLine(Widget):
    """Shows what fits, in order of rank, and keeps help and palette in any case."""

    def on_mount(self) -> None:
        """Follow the focus: other keys are in force then."""
        self.screen.bindings_updated_signal.subscribe(self, self._bindings_changed)

    def _bindings_changed(self, _screen: Screen[object]) -> None:
        self.refresh()

    def render(self) -> RenderResult:
        """Return the line at the present width."""
        width = self.size.width - 1
        pieces = [(known, self._piece(known, key)) for known, key in keys_in_force(self.screen)]
        kept = [(known, piece) for known, piece in pieces if known.rank >= 90]
        used = sum(piece.cell_length + 2 for _, piece in kept)
        for known, piece in pieces:
            if known.rank < 90 and used + piece.cell_length + 2 <= width:
                kept.append((known, piece))
                used += piece.cell_length + 2
        kept.sort(key=lambda pair: pair[0].rank)
        line = Content("  ").join([piece for _, piece in kept])
        return Content.assemble(" ", line).truncate(self.size.width, ellipsis=True)

    def _piece(self, known: Action, key: str) -> Content:
        piece = Content.assemble((key, "bold $primary"), " ", (known.footer, "$quiet"))
        return piece.stylize(Style.from_meta({"action": known.id}))

    async def on_click(self, event: Click) -> None:
        """Do what was clicked on."""
        known = _BY_ID.get(event.style.meta.get("action", ""))
        if known is not None and isinstance(self.screen, Performer):
            await self.screen.perform(known)
