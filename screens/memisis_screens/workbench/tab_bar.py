"""The line of tabs; the active one stands in brackets, so that it shows without colour too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.reactive import reactive
from textual.style import Style
from textual.widget import Widget

from memisis_screens.messages import TabRequested
from memisis_screens.tabs import CHAT, Tab

if TYPE_CHECKING:
    from textual.app import RenderResult
    from textual.events import Click


class TabBar(Widget):
    """One line; a click goes to a tab, keys do so through the registry."""

    active: reactive[str] = reactive("data")

    def __init__(self, tabs: tuple[Tab, ...], *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.tabs = tabs

    def render(self) -> RenderResult:
        """Return the tabs; numbers are left out where there is no room for them."""
        line = Content.assemble(*self._labels())
        return line.truncate(self.size.width, ellipsis=True)

    @property
    def places(self) -> list[tuple[str, int, int]]:
        """Name of each tab, and where it stands on the screen."""
        region, x = self.content_region, 0
        found = []
        for tab, label in zip(self.tabs, self._labels(), strict=True):
            found.append((tab.name, region.x + x, region.y))
            x += label.cell_length
        return found

    def _labels(self) -> list[Content]:
        """Return the tabs, closer together or without numbers where there is less room."""
        for numbered, gap in ((True, " "), (True, ""), (False, " ")):
            labels = [self._label(tab, numbered, gap) for tab in self.tabs]
            if sum(label.cell_length for label in labels) <= self.size.width:
                break
        return labels

    def _label(self, tab: Tab, numbered: bool, gap: str) -> Content:
        number = "0" if tab.name == CHAT else str(self._position(tab))
        click = Style.from_meta({"tab": tab.name})
        prefix = f"{number} " if numbered else ""
        if tab.name == self.active:
            text = f"[{prefix}{tab.title}]"
            return Content.styled(text, "bold $primary").stylize(click)
        return Content.assemble(" ", (prefix, "$primary 70%"), (tab.title, "$quiet"), gap).stylize(
            click
        )

    def _position(self, tab: Tab) -> int:
        return [t.name for t in self.tabs if t.name != CHAT].index(tab.name) + 1

    def on_click(self, event: Click) -> None:
        """Go to the tab that was clicked on."""
        name = event.style.meta.get("tab")
        if name:
            self.post_message(TabRequested(name))
