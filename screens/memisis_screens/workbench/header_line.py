"""The first line: the table, its roles, the runs, and that nothing leaves this machine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from memisis_core.text import visible
from memisis_screens.session import Condition, ModelState, OpenTable, Session

if TYPE_CHECKING:
    from textual.app import RenderResult

GAP = "  "


@dataclass(frozen=True)
class Part:
    """A piece of the line; where space is short the pieces of greatest `rank` go first."""

    text: str
    style: str
    rank: int


def left_parts(session: Session) -> list[Part]:
    """Return what is known of the table."""
    parts = [Part("Memisis", "bold $primary", 0)]
    table = session.table
    if table is None:
        name = visible(session.opening.name) if session.opening else "no table open"
        suffix = " cannot be read" if session.trouble else " …" if session.opening else ""
        return [*parts, Part(name + suffix, "$foreground", 1)]
    reference = table.reference
    parts.append(Part(visible(table.name), "bold $foreground", 1))
    parts.append(Part(f"{reference.rows:,} × {reference.columns:,}", "$foreground", 2))
    target, protected = _roles(session, table)
    parts.append(Part(f"target {visible(target, 24) if target else 'none'}", "$quiet", 5))
    named = ", ".join(visible(name, 16) for name in protected[:3])
    more = f" +{len(protected) - 3}" if len(protected) > 3 else ""
    parts.append(Part(f"protected {named + more if named else 'none'}", "$quiet", 6))
    return parts


def _roles(session: Session, table: OpenTable) -> tuple[str | None, list[str]]:
    """Return target and protected attributes: the plan's if there is one on the table."""
    draft = session.draft
    if draft is None or draft.effective is None or draft.condition is Condition.DROPPED:
        return table.schema.target, table.schema.protected
    return draft.effective.target, list(draft.effective.protected)


def right_parts(session: Session) -> list[Part]:
    """Return runs, model and the promise that nothing leaves the machine."""
    parts: list[Part] = []
    working = len(session.active_runs)
    if session.runs:
        count = len(session.runs)
        parts.append(Part(f"{count} run{'s' if count > 1 else ''}", "$foreground", 4))
    if working:
        parts.append(Part(f"{working} at work", "$accent", 3))
    if session.model_state is ModelState.MISSING:
        parts.append(Part("no language model", "$warning", 7))
    elif session.model:
        parts.append(Part(visible(session.model, 24), "$quiet", 8))
    parts.append(Part("offline: nothing leaves this machine", "$success", 9))
    return parts


def fitted(left: list[Part], right: list[Part], width: int) -> tuple[list[Part], list[Part]]:
    """Drop the least important parts until both sides fit into `width` cells.

    The promise is shortened to ``offline`` before anything else goes.
    """
    left, right = list(left), list(right)

    def needed() -> int:
        sides = [
            Content(GAP.join(part.text for part in side)).cell_length for side in (left, right)
        ]
        return sum(sides) + 3 * len(GAP)

    if needed() > width and right and right[-1].text.startswith("offline"):
        right[-1] = Part("offline", right[-1].style, 4)
    while needed() > width and len(left) + len(right) > 2:
        side = max((left, right), key=lambda parts: max((p.rank for p in parts), default=-1))
        side.remove(max(side, key=lambda part: part.rank))
    return left, right


class HeaderLine(Widget):
    """One line that never wraps."""

    session: reactive[Session] = reactive(Session(), repaint=False)

    def watch_session(self, old: Session, new: Session) -> None:
        """Paint anew only if the line says something else; progress changes the session often."""
        if left_parts(old) != left_parts(new) or right_parts(old) != right_parts(new):
            self.refresh()

    def render(self) -> RenderResult:
        """Return the line at the present width."""
        width = self.size.width
        left, right = fitted(left_parts(self.session), right_parts(self.session), width)
        start = Content(GAP).join([Content.styled(part.text, part.style) for part in left])
        end = Content(GAP).join([Content.styled(part.text, part.style) for part in right])
        start = Content.assemble(" ", start)
        gap = max(width - start.cell_length - end.cell_length - 1, 1)
        return Content.assemble(start, " " * gap, end).truncate(width, ellipsis=True)
