"""What the agent answers with: plain data that screens and the command line render."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from memisis_core.plan.model import Plan

Export = Literal["data", "report", "plan"]


@dataclass(frozen=True)
class Step:
    """Something the agent did, on one line; shown as it happens and kept with the session."""

    text: str


@dataclass(frozen=True)
class PlanProposed:
    """A new plan to show. Nothing runs until a person confirms it."""

    plan: Plan


@dataclass(frozen=True)
class PlanChanged:
    """The plan with the changes that were asked for, and nothing else.

    Attributes
    ----------
    plan : Plan
        After.
    before : Plan
        To go back to.
    changed : tuple of str
        Names of the slots that differ; empty if what was said changes nothing.
    """

    plan: Plan
    before: Plan
    changed: tuple[str, ...]


@dataclass(frozen=True)
class RunRequested:
    """The person asked to start. The screen runs the plan only if it is confirmed or confirms it.

    `plan` is the plan on the table (never one that the model made in the same breath).
    """

    plan: Plan


@dataclass(frozen=True)
class StopRequested:
    """The person asked to stop runs: those with these labels, or all that are at work if empty."""

    labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class ExportRequested:
    """The person asked for files.

    Attributes
    ----------
    what : tuple of {"data", "report", "plan"}
        Empty: they did not say.
    labels : tuple of str
        Of which runs; empty: they did not say.
    """

    what: tuple[Export, ...] = ()
    labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class DescribeRequested:
    """The person described patients instead of a table: data from a description alone.

    Attributes
    ----------
    words : str
    answer : str
        What they were understood as and how to draw it, on several lines.
    """

    words: str
    answer: str = ""


@dataclass(frozen=True)
class Question:
    """The agent needs an answer before it goes on.

    Attributes
    ----------
    text : str
        On one line.
    choices : tuple of str
        Answers to choose from; any of them can be sent back as the next message. May be empty.
    """

    text: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class DatasetAnswer:
    """An answer about the open table, taken from its profile."""

    text: str


@dataclass(frozen=True)
class Explanation:
    """An answer about runs; every number in it stands in the store.

    Attributes
    ----------
    text : str
        Plain text, sentences and lines; no markup.
    sources : tuple of str
        Where each statement comes from, such as ``A privacy.membership_auc overall``.
    """

    text: str
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class ChatText:
    """A piece of an answer as the model writes it. `ChatAnswer` follows when it is whole."""

    text: str


@dataclass(frozen=True)
class ChatAnswer:
    """A whole answer in words.

    Attributes
    ----------
    text : str
        Replaces what was streamed before it (which a check may have refused).
    source : str
        ``glossary: …`` with the reference, the model's name, or ``memisis`` for our own words.
    refused : str
        Why what the model wrote is not shown; empty if nothing was refused.
    """

    text: str
    source: str
    refused: str = ""


@dataclass(frozen=True)
class Trouble:
    """The agent could not answer; one line that says why and what to do."""

    text: str


Reply = (
    Step
    | PlanProposed
    | PlanChanged
    | RunRequested
    | StopRequested
    | ExportRequested
    | DescribeRequested
    | Question
    | DatasetAnswer
    | Explanation
    | ChatText
    | ChatAnswer
    | Trouble
)
