"""What the parts of the application ask of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from textual.message import Message
    from textual.worker import Worker

    from memisis_screens.session import Session
    from memisis_screens.workbench.workbench_screen import WorkbenchScreen
    from memisis_tui.services import Services


class Desk(Protocol):
    """The application, as its parts see it."""

    session: Session

    @property
    def bench(self) -> WorkbenchScreen:
        """The workbench."""
        ...

    @property
    def services(self) -> Services | None:
        """The library; None until the store is open."""
        ...

    @property
    def session_id(self) -> str:
        """Identifier of the store's session, begun with the first thing worth keeping.

        Writes to the store: call it in a thread.
        """
        ...

    def in_thread(self, doing: str, work: Callable[[], None]) -> Worker[Any]:
        """Run `work` in a thread; what it raises is shown, and the application goes on.

        Parameters
        ----------
        doing : str
            What it is doing, for the message if it fails (``reading the table``).
        """
        ...

    def post_message(self, message: Message) -> bool:
        """Post a message; safe from any thread."""
        ...
