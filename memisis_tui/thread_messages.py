"""What threads tell the application: they post messages and never touch a widget."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from memisis_core.agent.replies import Reply
    from memisis_core.data.profile import Profile
    from memisis_core.data.schema import Schema
    from memisis_core.runs.events import Event
    from memisis_core.runs.record import RunRecord
    from memisis_core.runs.session_state import SessionState
    from memisis_core.runs.sessions import SessionRecord
    from memisis_screens.run_comparison import RunComparison
    from memisis_screens.session import Exported, OpenTable
    from memisis_tui.services import Services


class ThreadMessage(Message):
    """Base of what threads say; nobody listens any more once the application is being left."""


class ServicesOpened(ThreadMessage):
    """The store is open and the supervisor ready.

    Attributes
    ----------
    services : Services
    interrupted : list of RunRecord
        Runs that can begin again.
    detached : list of RunRecord
        Runs at work that go on without this program.
    """

    def __init__(
        self, services: Services, interrupted: list[RunRecord], detached: list[RunRecord]
    ) -> None:
        super().__init__()
        self.services = services
        self.interrupted = interrupted
        self.detached = detached


class SessionFound(ThreadMessage):
    """A session of an earlier time was read; its table is read next."""

    def __init__(
        self, record: SessionRecord, state: SessionState | None, runs: list[RunRecord]
    ) -> None:
        super().__init__()
        self.record = record
        self.state = state
        self.runs = runs


class Told(ThreadMessage):
    """Something was done; one line for the person."""

    def __init__(self, line: str) -> None:
        super().__init__()
        self.line = line


class SessionsListed(ThreadMessage):
    """The sessions of this machine, each with the number of its runs."""

    def __init__(self, sessions: list[tuple[SessionRecord, int]]) -> None:
        super().__init__()
        self.sessions = sessions


class KeysRead(ThreadMessage):
    """The person's own keys, by identifier of the action."""

    def __init__(self, keys: dict[str, str]) -> None:
        super().__init__()
        self.keys = keys


class WorkerFailed(ThreadMessage):
    """Something in a thread failed; one line for the person."""

    def __init__(self, doing: str, line: str) -> None:
        super().__init__()
        self.doing = doing
        self.line = line


class TableRead(ThreadMessage):
    """The table was read."""

    def __init__(self, table: OpenTable) -> None:
        super().__init__()
        self.table = table


class TableDescribed(ThreadMessage):
    """The table was described anew, for other roles."""

    def __init__(self, schema: Schema, profile: Profile) -> None:
        super().__init__()
        self.schema = schema
        self.profile = profile


class TableUnreadable(ThreadMessage):
    """The table could not be read."""

    def __init__(self, line: str) -> None:
        super().__init__()
        self.line = line


class RunReported(ThreadMessage):
    """A worker said something; progress is superseded by later progress of the same run."""

    def __init__(self, run_id: str, event: Event) -> None:
        super().__init__()
        self.run_id = run_id
        self.event = event

    def can_replace(self, message: Message) -> bool:
        """Return whether this message makes a waiting one superfluous."""
        return (
            isinstance(message, RunReported)
            and message.run_id == self.run_id
            and message.event.event == "progress" == self.event.event
        )


class RunEnded(ThreadMessage):
    """A run came to its end; the record is the store's."""

    def __init__(self, record: RunRecord) -> None:
        super().__init__()
        self.record = record


class LogRead(ThreadMessage):
    """The log of a run was read."""

    def __init__(self, run_id: str, lines: list[str]) -> None:
        super().__init__()
        self.run_id = run_id
        self.lines = lines


class RecentTablesFound(ThreadMessage):
    """Paths of the tables that were last worked on, the latest first."""

    def __init__(self, paths: list[str]) -> None:
        super().__init__()
        self.paths = paths


class ReplyArrived(ThreadMessage):
    """The agent said something."""

    def __init__(self, turn: int, reply: Reply) -> None:
        super().__init__()
        self.turn = turn
        self.reply = reply


class AnswerEnded(ThreadMessage):
    """The agent has no more to say on this turn."""

    def __init__(self, turn: int) -> None:
        super().__init__()
        self.turn = turn


class RunsSubmitted(ThreadMessage):
    """Runs were queued and wait to be followed."""

    def __init__(self, records: list[RunRecord], *, detached: bool = False) -> None:
        super().__init__()
        self.records = records
        self.detached = detached


class PlanRefused(ThreadMessage):
    """The confirmed plan cannot be carried out on this table; one line says why."""

    def __init__(self, line: str) -> None:
        super().__init__()
        self.line = line


class Noticed(ThreadMessage):
    """What a person should know, one line each."""

    def __init__(self, lines: tuple[str, ...]) -> None:
        super().__init__()
        self.lines = lines


class FileExported(ThreadMessage):
    """A file was written outside the program's own folder."""

    def __init__(self, exported: Exported) -> None:
        super().__init__()
        self.exported = exported


class RunsCompared(ThreadMessage):
    """The measured runs were compared."""

    def __init__(self, compared: RunComparison, contrasted: RunComparison) -> None:
        super().__init__()
        self.compared = compared
        self.contrasted = contrasted
