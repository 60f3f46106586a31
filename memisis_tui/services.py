"""What the workbench works with: the library behind it, given as one value, so that tests give fakes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from memisis_core.agent.facts import Facts
    from memisis_core.agent.replies import Reply
    from memisis_core.runs.store import Store
    from memisis_core.runs.supervisor import Supervisor
    from memisis_screens.session import OpenTable


class Talk(Protocol):
    """A conversation: words in, typed replies out."""

    def reply(self, words: str, facts: Facts) -> Iterable[Reply]:
        """Answer; blocks between replies, and is called in a thread."""
        ...

    def cancel(self) -> None:
        """End the answer being written (safe from any thread)."""
        ...

    def close(self) -> None:
        """Give back the model."""
        ...


TableReader = Callable[[Path], "OpenTable"]


@dataclass(frozen=True)
class Services:
    """The library, as the workbench uses it.

    Attributes
    ----------
    store : Store
    supervisor : Supervisor
    read_table : callable
        Takes a path, returns what the table holds; blocks, and is called in a thread.
    new_conversation : callable
        Returns a conversation; blocks (it may look for a model), and is called in a thread.
    model_name : str
        Name of the language model that will be used, empty if there is none.
    """

    store: Store
    supervisor: Supervisor
    read_table: TableReader
    new_conversation: Callable[[], Talk]
    model_name: str = ""

    def close(self) -> None:
        """End every job within two seconds and close the store."""
        self.supervisor.close()
        self.store.close()


def open_services(home: Path | None = None) -> Services:
    """Open the store and prepare the rest (imports the library: call it in a thread).

    Parameters
    ----------
    home : Path, optional
        The program's folder; ``MEMISIS_HOME`` or the platform's own unless given.
    """
    from memisis_core.runs.child_process import ChildProcessExecutor
    from memisis_core.runs.store import Store
    from memisis_core.runs.supervisor import Supervisor
    from memisis_tui.table_reading import read_open_table

    store = Store.open(home)
    return Services(
        store=store,
        supervisor=Supervisor(store, ChildProcessExecutor()),
        read_table=read_open_table,
        new_conversation=_no_conversation,
    )


def _no_conversation() -> Talk:
    from memisis_core.errors import ModelUnavailable

    raise ModelUnavailable("x")
