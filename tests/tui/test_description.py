"""Patients from a description alone, asked for in the conversation."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.widgets import TextArea

from memisis_core.agent.facts import Facts
from memisis_core.agent.replies import DescribeRequested, Reply
from memisis_core.runs.states import RunState
from memisis_screens.description.description_card import DescriptionCard
from memisis_screens.description.specification_screen import SpecificationScreen
from tests.tui.bench import Bench

DRAWN = 60.0
"""Seconds for a process of its own that imports scipy."""
WORDS = "make 40 Alzheimer patients with MMSE, age, sex and APOE4"


def describes(words: str, facts: Facts) -> Iterator[Reply]:
    yield DescribeRequested(words, "No specification fits. Write one.")


@pytest.fixture
def describing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    monkeypatch.setenv("MEMISIS_HOME", str(tmp_path / "home"))
    bench = Bench(tmp_path)
    bench.talk.replies = describes
    return bench


async def card_of(bench: Bench, pilot: object) -> DescriptionCard:
    await bench.say(WORDS, pilot)  # type: ignore[arg-type]
    await bench.until(lambda: bool(bench.app.bench.chat.query(DescriptionCard)), pilot)  # type: ignore[arg-type]
    await pilot.press("enter")  # type: ignore[attr-defined]
    await bench.until(lambda: isinstance(bench.app.focused, DescriptionCard), pilot)  # type: ignore[arg-type]
    return bench.app.bench.chat.query(DescriptionCard).last()


async def test_words_become_a_card_and_the_card_a_run(describing: Bench) -> None:
    async with describing.opened(data=False) as pilot:
        card = await card_of(describing, pilot)
        text = " ".join(describing.text().split())
        assert "Alzheimer" in text
        assert "40, none of them real" in text
        assert "MMSE" in text
        assert "numbers name a publication" in text
        assert card.draft.specification.names == ["AGE", "PTGENDER", "APOE4", "MMSE"]
        await pilot.press("enter")
        await describing.until(lambda: bool(describing.app.session.runs), pilot, DRAWN)
        (run,) = describing.app.session.runs
        assert run.state is RunState.DONE
        assert not card.waits
        services = describing.app.services
        assert services is not None
        record = services.store.run(run.id)
        assert record.job.plan.sample_rows == 40
        assert record.plan.request == WORDS
        assert services.store.run_count(describing.app.session_id) == 1
        synthetic = record.artefacts["synthetic"].path
        table = services.store.run_folder(run.id) / synthetic
        assert len(table.read_text().splitlines()) == 41


async def test_the_specification_is_edited_as_text_and_nonsense_is_not_left(
    describing: Bench,
) -> None:
    async with describing.opened(data=False) as pilot:
        card = await card_of(describing, pilot)
        await pilot.press("e")
        await describing.until(
            lambda: isinstance(describing.app.screen, SpecificationScreen), pilot
        )
        area = describing.app.screen.query_one(TextArea)
        before = area.text
        area.text = before.replace("[[variables]]", "[[variables", 1)
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(describing.app.screen, SpecificationScreen)
        assert "not valid TOML" in describing.text()
        await pilot.press("ctrl+r")
        assert area.text == before
        area.text = before.replace('name = "MMSE"', 'name = "MMSE [points]"')
        await pilot.press("escape")
        await describing.until(lambda: "MMSE [points]" in describing.text(), pilot)
        assert card.draft.specification.names[-1] == "MMSE [points]"


async def test_what_cannot_be_drawn_comes_back_with_its_reason(describing: Bench) -> None:
    async with describing.opened(data=False) as pilot:
        card = await card_of(describing, pilot)
        specification = card.draft.specification
        age = specification.variable("AGE")
        assert age.mean is not None
        wrong = age.mean.model_copy(update={"value": 20.0})
        describing.app.descriptions.take(specification.replacing("AGE", mean=wrong))
        await pilot.press("enter")
        await describing.until(lambda: bool(card.draft.problem), pilot, DRAWN)
        assert "AGE" in card.draft.problem
        assert card.waits
        assert not describing.app.session.runs


async def test_words_that_no_specification_fits_get_the_way_to_write_one(
    describing: Bench,
) -> None:
    async with describing.opened(data=False) as pilot:
        await describing.say("make 10 dragons", pilot)
        await describing.until(lambda: "Write one." in describing.text(), pilot)
        assert not describing.app.bench.chat.query(DescriptionCard)


async def test_a_dropped_description_can_be_taken_up_again(describing: Bench) -> None:
    async with describing.opened(data=False) as pilot:
        card = await card_of(describing, pilot)
        await pilot.press("escape")
        await describing.until(lambda: not card.waits, pilot)
        assert "dropped" in describing.text()
        card.focus()
        await pilot.press("enter")
        await describing.until(
            lambda: len(describing.app.bench.chat.query(DescriptionCard)) == 2, pilot
        )
        assert describing.app.bench.chat.query(DescriptionCard).last().waits
