"""Progress on standard error, with rich: bars in a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from memisis_core.runs.events import Failed, Finished, Progress, StateChanged, Warned
from memisis_core.runs.states import RunState
from memisis_core.text import visible
from memisis_tui.commands.output import say

if TYPE_CHECKING:
    from memisis_core.evaluation.registry import Family
    from memisis_core.runs.events import Event

_REFRESH_A_SECOND = 4


class RunsProgress:
    """One line a run: state, epoch, loss, time left.

    Parameters
    ----------
    names : dict of str to str
        What each run is called, by identifier.
    """

    def __init__(self, names: dict[str, str]) -> None:
        self._names = names
        self._live = sys.stderr.isatty()
        self._lock = threading.Lock()
        self._states: dict[str, RunState] = {}

    @contextmanager
    def shown(self) -> Iterator[Callable[[str, Event], None]]:
        """Show progress within the block; yields the listener for the supervisor."""
        if not self._live:
            yield self._line
            return
        from rich.console import Console
        from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as Bars

        console = Console(stderr=True)
        with Bars(
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=24),
            TextColumn("{task.fields[note]}", markup=False),
            TimeElapsedColumn(),
            console=console,
            refresh_per_second=_REFRESH_A_SECOND,
        ) as bars:
            tasks = {
                run: bars.add_task(name, total=None, note="queued", start=False)
                for run, name in self._names.items()
            }

            def listen(run: str, event: Event) -> None:
                with self._lock:
                    if isinstance(event, StateChanged):
                        bars.start_task(tasks[run])
                        bars.update(tasks[run], note=event.state.value, total=None, completed=0)
                    elif isinstance(event, Progress):
                        bars.update(
                            tasks[run], total=event.total, completed=event.step, note=_note(event)
                        )
                    elif isinstance(event, Finished | Failed):
                        bars.update(tasks[run], total=1, completed=1, note=_ending(event))
                        bars.stop_task(tasks[run])
                    elif isinstance(event, Warned):
                        console.print(f"{self._names[run]}: {visible(event.text)}", markup=False)

            yield listen

    def _line(self, run: str, event: Event) -> None:
        name = self._names[run]
        if isinstance(event, StateChanged):
            say(f"{name}: {event.state.value}")
        elif isinstance(event, Warned):
            say(f"{name}: {event.text}")
        elif isinstance(event, Finished | Failed):
            say(f"{name}: {_ending(event)}")


def _note(event: Progress) -> str:
    parts = [event.state.value]
    if event.total:
        parts.append(f"{event.step}/{event.total}")
    if event.losses:
        parts.append("loss " + " ".join(f"{value:.2f}" for value in event.losses.values()))
    if event.seconds_left is not None:
        minutes, seconds = divmod(round(event.seconds_left), 60)
        parts.append(f"{minutes}:{seconds:02d} left")
    if event.detail:
        parts.append(visible(event.detail))
    return " · ".join(parts)


def _ending(event: Finished | Failed) -> str:
    if isinstance(event, Failed):
        return f"failed: {visible(event.reason)}"
    return f"{event.state.value}: {visible(event.note)}" if event.note else event.state.value


@contextmanager
def evaluation_progress(quiet: bool) -> Iterator[Callable[[Family, int, int], None]]:
    """Show which family of measures is being computed."""
    if quiet or not sys.stderr.isatty():
        yield lambda family, position, count: None
        return
    from rich.console import Console

    with Console(stderr=True).status("evaluating") as status:

        def on_family(family: Family, position: int, count: int) -> None:
            status.update(f"evaluating {position + 1}/{count}: {family.axis}, {family.title}")

        yield on_family
