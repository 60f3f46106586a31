"""Text from data, models and errors is shown as it is: never read as markup, controls visible."""

from __future__ import annotations

import pytest

from memisis_core.agent.replies import ChatAnswer, ChatText, DatasetAnswer, Trouble
from memisis_core.data.schema import Column, ColumnKind, Role, Schema
from memisis_core.evaluation.metric import Axis, Metric
from memisis_core.runs.events import Failed, Finished, MetricsMeasured, StateChanged, Warned
from memisis_core.runs.job import JobSpecification
from memisis_core.runs.states import RunState
from memisis_core.text import visible
from tests.tui.bench import Bench

NAMES = (
    "HbA1c [mmol]",
    "[/]",
    "[bold]dose[/bold]",
    "a\x1b[31mred",
    "tab\there",
    "[@click=app.bell]x[/]",
    "naïve 血圧",
    "\u202eright to left",
)
LONG = "x" * 10_000


@pytest.fixture
def hostile(bench: Bench) -> Bench:
    """A table whose column names are hostile."""
    columns = [Column(name=name, kind=ColumnKind.NUMBER, description=name) for name in NAMES]
    columns.append(Column(name=LONG, kind=ColumnKind.CATEGORY))
    columns[0] = columns[0].model_copy(update={"role": Role.TARGET})
    columns[1] = columns[1].model_copy(update={"role": Role.PROTECTED})
    bench.schema = Schema(columns=tuple(columns))
    bench.warnings = ("column '[/]': [1] value \x1b[2J",)
    return bench


def shown(name: str) -> str:
    """Return the beginning of what must be on the screen."""
    return visible(name)[:16]


async def test_names_of_columns_are_shown_as_they_are(hostile: Bench) -> None:
    async with hostile.opened((200, 50)) as pilot:
        text = hostile.text()
        for name in (*NAMES, LONG):
            assert shown(name) in text
        assert "\x1b" not in text
        await pilot.press("tab", *["down"] * 3)
        assert visible(NAMES[3]) in hostile.text()


async def test_hostile_names_in_plan_card_form_and_header(hostile: Bench) -> None:
    async with hostile.opened((120, 50)) as pilot:
        await hostile.plan(pilot)
        assert "HbA1c [mmol]" in hostile.lines()[0]
        assert "[/]" in hostile.text()
        await pilot.press("e", *["tab"] * 4)
        await pilot.pause()
        for name in NAMES[:5]:
            assert shown(name) in hostile.text()
        await pilot.press("tab")
        await pilot.pause()
        assert "[x] [/]" in hostile.text()
        assert "[ ] [bold]dose[/bold]" in hostile.text()


async def test_warnings_errors_and_answers_keep_their_brackets(hostile: Bench) -> None:
    replies = (
        ChatText("The unit is [mmol/mol] and [/]\n"),
        ChatAnswer("The unit is [mmol/mol] and [/] \x1b[31m", "x"),
        DatasetAnswer("[bold]6 %[/bold] are missing in [/]"),
        Trouble("[/] \x1b]0;title\x07 is no file"),
    )
    hostile.talk.replies = lambda *_: iter(replies)
    async with hostile.opened((240, 50)) as pilot:
        await hostile.say("what is [b]this[/b]", pilot)
        await hostile.until(lambda: "is no file" in " ".join(hostile.words()), pilot)
        await pilot.pause()
        text = hostile.text()
        for part in (
            "[mmol/mol] and [/] ␛[31m",
            "[bold]6 %[/bold] are missing in [/]",
            "[/] ␛]0;title␇",
            "what is [b]this[/b]",
        ):
            assert part in text
        assert "\x1b" not in text


def hostile_run(job: JobSpecification) -> list[object]:
    """Report measures, warnings and a failure with hostile text."""
    metric = Metric(
        id="fidelity.ks",
        axis=Axis.FIDELITY,
        name="KS complement",
        value=0.9,
        subject="[/] × a\x1b[31mred",
        caveat="[bold]not[/bold]",
        headline=True,
    )
    other = metric.model_copy(update={"subject": "HbA1c [mmol]"})
    events: list[object] = [
        StateChanged(state=RunState.TRAINING),
        Warned(text="[/] \x1b[2J was left out"),
        MetricsMeasured(metrics=[metric, other]),
    ]
    if job.synthesizer == "tvae":
        return [*events, Failed(reason="KeyError: '[/]' \x1b[2J")]
    return [*events, Finished(state=RunState.DONE)]


async def test_measures_jobs_comparison_and_details_keep_their_brackets(hostile: Bench) -> None:
    hostile.with_script(hostile_run)  # type: ignore[arg-type]
    async with hostile.opened((160, 50)) as pilot:
        await hostile.run(pilot)
        await hostile.until(
            lambda: not hostile.app.session.active_runs and bool(hostile.app.session.contrasted),
            pilot,
        )
        assert "KeyError: '[/]' ␛[2J" in " ".join(hostile.words())
        await pilot.press("tab", "3")
        await pilot.pause()
        assert "[/] ␛[2J was left out" in hostile.text()
        await pilot.press("4")
        await hostile.until(lambda: "[/] × a␛[31mred" in hostile.text(), pilot)
        assert "[bold]not[/bold]" in hostile.text()
        await pilot.press("enter")
        await hostile.until(lambda: "fidelity.ks" in hostile.text(), pilot)
        assert "KS complement, [/] × a␛[31mred" in hostile.text()
        await pilot.press("escape", "5", "a", "a")
        await hostile.until(lambda: "[/] × a␛[31mred" in hostile.text(), pilot)
        assert "\x1b" not in hostile.text()
