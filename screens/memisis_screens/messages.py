"""What the panes tell the application: one message for each thing a person may want."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from pathlib import Path

    from memisis_core.data.schema import Role
    from memisis_core.plan.model import Plan


class GoalSubmitted(Message):
    """A person sent words from the prompt."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


class NothingSent(Message):
    """A person pressed Enter in an empty prompt: they mean the plan above it, if there is one."""


class CommandSubmitted(Message):
    """A person sent a command.

    Attributes
    ----------
    text : str
        As it was written, the slash included.
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


class AnswerSaveRequested(Message):
    """A person wants an answer as a file.

    Attributes
    ----------
    text : str
        The answer.
    path : Path or None
        The file; None: a new one beside exports.
    """

    def __init__(self, text: str, path: Path | None) -> None:
        super().__init__()
        self.text = text
        self.path = path


class AnswerStopRequested(Message):
    """A person wants no more of the present answer."""


class LeaveRequested(Message):
    """A person wants to quit."""


class PlanConfirmed(Message):
    """A person wants this plan to run."""

    def __init__(self, plan: Plan) -> None:
        super().__init__()
        self.plan = plan


class PlanEdited(Message):
    """A person changed a slot of the plan."""

    def __init__(self, plan: Plan) -> None:
        super().__init__()
        self.plan = plan


class PlanDropped(Message):
    """A person set the plan aside."""

    def __init__(self, plan: Plan) -> None:
        super().__init__()
        self.plan = plan


class SessionsRequested(Message):
    """A person wants to see the sessions of this machine."""


class SessionChosen(Message):
    """A person wants another session in place of this one."""

    def __init__(self, session_id: str) -> None:
        super().__init__()
        self.session_id = session_id


class SessionRenamed(Message):
    """A person gave a session another name."""

    def __init__(self, session_id: str, title: str) -> None:
        super().__init__()
        self.session_id = session_id
        self.title = title


class SessionDeleted(Message):
    """A person wants a session gone."""

    def __init__(self, session_id: str) -> None:
        super().__init__()
        self.session_id = session_id


class SessionExported(Message):
    """A person wants a session as a file."""

    def __init__(self, session_id: str) -> None:
        super().__init__()
        self.session_id = session_id


class ThemeChosen(Message):
    """A person chose other colours."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name


class NewPlanRequested(Message):
    """A person wants a plan to fill in by hand."""


class PlanTakenUp(Message):
    """A person wants an earlier plan back on the table.

    Attributes
    ----------
    plan : Plan
    edit : bool
        Whether they want to change it at once.
    """

    def __init__(self, plan: Plan, *, edit: bool = False) -> None:
        super().__init__()
        self.plan = plan
        self.edit = edit


class StopRequested(Message):
    """A person wants a job to stop and keep its model."""

    def __init__(self, run_id: str) -> None:
        super().__init__()
        self.run_id = run_id


class ResumeRequested(Message):
    """A person wants a run to begin again that did not come to its end."""

    def __init__(self, run_id: str) -> None:
        super().__init__()
        self.run_id = run_id


class OpenRequested(Message):
    """A person wants to open another table.

    Attributes
    ----------
    path : Path or None
        Which one; None: they want to be asked.
    """

    def __init__(self, path: Path | None = None) -> None:
        super().__init__()
        self.path = path


class PauseRequested(Message):
    """A person wants a job to rest, or to go on."""

    def __init__(self, run_id: str) -> None:
        super().__init__()
        self.run_id = run_id


class LogRequested(Message):
    """A person wants to read what a job's process wrote."""

    def __init__(self, run_id: str) -> None:
        super().__init__()
        self.run_id = run_id


class RoleChosen(Message):
    """A person gave a column a role."""

    def __init__(self, column: str, role: Role) -> None:
        super().__init__()
        self.column = column
        self.role = role


class MarkToggled(Message):
    """A person marked a run for comparison, or took the mark away."""

    def __init__(self, run_id: str) -> None:
        super().__init__()
        self.run_id = run_id


class PinToggled(Message):
    """A person wants the others held against this run, or no longer."""

    def __init__(self, run_id: str) -> None:
        super().__init__()
        self.run_id = run_id


class TabRequested(Message):
    """A pane leads to another one."""

    def __init__(self, tab: str) -> None:
        super().__init__()
        self.tab = tab


class ExportRequested(Message):
    """A person wants a file to leave the program's own folder.

    Attributes
    ----------
    kind : str
        ``data``, ``report`` or ``plan``.
    what : str
        What it is, for people (``data of A``).
    run_ids : tuple of str
        The runs that it is about; one for data and plan.
    path : Path
        The file to write.
    """

    def __init__(self, kind: str, what: str, run_ids: tuple[str, ...], path: Path) -> None:
        super().__init__()
        self.kind = kind
        self.what = what
        self.run_ids = run_ids
        self.path = path


class DestinationChosen(Message):
    """A person named the folder that exports go to."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder
