"""What the workbench works with: the library as one value, so that tests give fakes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from memisis_core.agent.facts import Facts
    from memisis_core.agent.replies import Reply
    from memisis_core.runs.detached_supervisor import DetachedSupervisor
    from memisis_core.runs.hearer import RunListener
    from memisis_core.runs.record import RunRecord
    from memisis_core.runs.store import Store
    from memisis_core.runs.supervisor import Supervisor
    from memisis_screens.session import OpenTable


class Talk(Protocol):
    """A conversation: words in, typed replies out."""

    def reply(self, words: str, facts: Facts) -> Iterable[Reply]:
        """Answer; blocks between replies, and is called in a thread."""
        ...

    def prepare(self, facts: Facts) -> None:
        """Start the model and have it read the columns; blocks."""
        ...

    def cancel(self) -> None:
        """End the answer being written (safe from any thread)."""
        ...

    def close(self) -> None:
        """Give back the model."""
        ...


class RunFollower(Protocol):
    """What carries runs out: in this program, or in a process that outlives it."""

    def supervise(self, run_id: str, on_event: RunListener | None = None) -> RunRecord:
        """Follow a run to its end; blocks, and is called in a thread."""
        ...

    def cancel(self, run_id: str) -> None:
        """Ask a run to stop (safe from any thread)."""
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
    detached : DetachedSupervisor
        For runs that go on when this program ends.
    model_name : str
        Name of the language model that will be used, empty if there is none.
    detach : bool
        Whether new runs are to go on when this program ends.
    """

    store: Store
    supervisor: Supervisor
    read_table: TableReader
    new_conversation: Callable[[], Talk]
    detached: DetachedSupervisor
    model_name: str = ""
    detach: bool = False

    @property
    def starter(self) -> Supervisor | DetachedSupervisor:
        """What starts new runs."""
        return self.detached if self.detach else self.supervisor

    def close(self) -> None:
        """End every job of this program within two seconds and close the store."""
        self.detached.close()
        self.supervisor.close()
        self.store.close()


def open_services(home: Path | None = None, *, detach: bool = False) -> Services:
    """Open the store and prepare the rest (imports the library: call it in a thread).

    Parameters
    ----------
    home : Path, optional
        The program's folder; ``MEMISIS_HOME`` or the platform's own unless given.
    detach : bool
        Whether new runs are to go on when this program ends.
    """
    from memisis_core import locations
    from memisis_core.agent.model_files import PLANNER_FILE
    from memisis_core.runs.child_process import ChildProcessExecutor
    from memisis_core.runs.detached_supervisor import DetachedSupervisor
    from memisis_core.runs.store import Store
    from memisis_core.runs.supervisor import Supervisor
    from memisis_tui.table_reading import read_open_table

    if home is not None:
        os.environ[locations.HOME_VARIABLE] = str(home)
    store = Store.open()
    model = locations.models_folder() / PLANNER_FILE
    return Services(
        store=store,
        supervisor=Supervisor(store, ChildProcessExecutor()),
        read_table=read_open_table,
        new_conversation=_new_conversation,
        detached=DetachedSupervisor(store),
        model_name=model.stem if model.is_file() else "",
        detach=detach,
    )


def _new_conversation() -> Talk:
    """Return a conversation with the embedded planner (its process starts with the first words)."""
    from memisis_core.agent.conversation import Conversation
    from memisis_core.agent.gpt4all_process import GPT4AllModel
    from memisis_core.agent.model_files import chat_model_file, planner_model_file
    from memisis_core.agent.planner import Planner

    planner = Planner(GPT4AllModel(planner_model_file()))
    chat_file = chat_model_file()
    chat_model = GPT4AllModel(chat_file) if chat_file is not None else None
    return Conversation(planner, chat_model)
