"""The conversation: streaming, stopping, history, several lines, following the end."""

from __future__ import annotations

import asyncio
import threading

from textual.events import Key

from memisis_core.agent.replies import (
    ChatAnswer,
    ChatText,
    DescribeRequested,
    Explanation,
    ExportRequested,
    PlanChanged,
    PlanProposed,
    Question,
    StopRequested,
    Trouble,
)
from memisis_screens.chat.answer_block import AnswerBlock
from memisis_screens.chat.blocks import Block, PersonBlock
from memisis_screens.chat.chat_pane import MOST_BLOCKS
from memisis_screens.plan.plan_card import PlanCard
from tests.tui.bench import GOAL, Bench, plan_for


async def test_an_answer_streams_and_ends_as_the_whole_answer_says(bench: Bench) -> None:
    bench.talk.replies = lambda *_: iter(
        [
            ChatText("An **epoch** is "),
            ChatText("one pass."),
            ChatAnswer("An *epoch*: one pass.", "x"),
        ]
    )
    async with bench.opened() as pilot:
        await bench.say("what is an epoch", pilot)
        await bench.until(lambda: not bench.app.conversation.answering, pilot)
        answer = bench.app.bench.chat.query(AnswerBlock).first()
        assert answer.written == "An *epoch*: one pass."
        await bench.until(lambda: "An epoch: one pass." in bench.text(), pilot)


async def test_escape_stops_the_answer_takes_it_away_and_gives_the_words_back(
    bench: Bench,
) -> None:
    bench.talk.gate = threading.Event()
    async with bench.opened() as pilot:
        await bench.say(GOAL, pilot)
        await bench.until(lambda: bool(bench.talk.asked), pilot)
        assert "reading your words" in bench.text()
        assert "Esc stop" in bench.lines()[-1]
        await pilot.press("escape")
        await bench.until(bench.talk.cancelled.is_set, pilot)
        prompt = bench.app.bench.chat.prompt
        await bench.until(lambda: prompt.text == GOAL, pilot)
        assert len(bench.app.bench.chat.query(PersonBlock)) == 0
        assert not bench.app.conversation.answering
        assert len(bench.app.bench.chat.query(PlanCard)) == 0


async def test_stopping_does_not_overwrite_words_begun_meanwhile(bench: Bench) -> None:
    bench.talk.gate = threading.Event()
    async with bench.opened() as pilot:
        await bench.say(GOAL, pilot)
        await bench.until(lambda: bool(bench.talk.asked), pilot)
        await pilot.press(*"more")
        await pilot.press("escape")
        await bench.until(lambda: not bench.app.conversation.answering, pilot)
        assert bench.app.bench.chat.prompt.text == "more"


async def test_one_answer_at_a_time(bench: Bench) -> None:
    bench.talk.gate = threading.Event()
    async with bench.opened() as pilot:
        await bench.say(GOAL, pilot)
        await bench.until(lambda: bool(bench.talk.asked), pilot)
        await bench.say("and another", pilot)
        assert len(bench.talk.asked) == 1
        assert bench.app.bench.chat.prompt.text == "and another"
        bench.talk.gate.set()
        await bench.until(lambda: not bench.app.conversation.answering, pilot)


async def test_up_and_down_go_through_what_was_sent_and_back_to_what_was_begun(
    bench: Bench,
) -> None:
    bench.talk.replies = lambda *_: iter([ChatAnswer("Good.", "memisis")])
    async with bench.opened() as pilot:
        for words in ("first", "second"):
            await bench.say(words, pilot)
            await bench.until(lambda: not bench.app.conversation.answering, pilot)
        prompt = bench.app.bench.chat.prompt
        await pilot.press(*"begun")
        seen = []
        for key in ("up", "up", "up", "down", "down"):
            await pilot.press(key)
            seen.append(prompt.text)
        assert seen == ["second", "first", "first", "second", "begun"]


async def test_ctrl_j_begins_a_line_and_enter_sends_both(bench: Bench) -> None:
    async with bench.opened() as pilot:
        await pilot.press(*"one", "ctrl+j", *"two")
        assert bench.app.bench.chat.prompt.text == "one\ntwo"
        await pilot.press("enter")
        await bench.until(lambda: bool(bench.talk.asked), pilot)
        assert bench.talk.asked[0][0] == "one\ntwo"


async def test_ctrl_d_in_an_empty_prompt_quits_and_deletes_otherwise(bench: Bench) -> None:
    async with bench.opened() as pilot:
        await pilot.press(*"ab", "home", "ctrl+d")
        assert bench.app.bench.chat.prompt.text == "b"
        await pilot.press("delete", "ctrl+d")
        await bench.until(lambda: not bench.app.is_running, pilot)


async def test_the_view_follows_the_end_only_while_the_reader_is_there(bench: Bench) -> None:
    async with bench.opened() as pilot:
        chat = bench.app.bench.chat
        for number in range(40):
            await chat.add(Block("", f"line {number}"))
        await pilot.pause()
        await bench.until(lambda: chat.log_view.scroll_y == chat.log_view.max_scroll_y, pilot)
        await pilot.press("pageup")
        await bench.until(lambda: chat.log_view.scroll_y < chat.log_view.max_scroll_y, pilot)
        place = chat.log_view.scroll_y
        await chat.add(Block("", "something new"))
        await pilot.pause()
        assert chat.log_view.scroll_y == place
        await bench.say(GOAL, pilot)
        await bench.until(lambda: chat.log_view.scroll_y == chat.log_view.max_scroll_y, pilot)


async def test_old_blocks_leave_the_screen(bench: Bench) -> None:
    async with bench.opened():
        chat = bench.app.bench.chat
        for number in range(MOST_BLOCKS + 30):
            await chat.add(Block("", f"line {number}"))
        assert len(chat.log_view.children) == MOST_BLOCKS


async def test_a_plan_never_takes_the_focus_since_the_next_words_may_change_it(
    bench: Bench,
) -> None:
    async with bench.opened() as pilot:
        await bench.say(GOAL, pilot)
        await bench.until(lambda: len(bench.app.bench.chat.query(PlanCard)) == 1, pilot)
        await pilot.pause()
        assert bench.app.focused is bench.app.bench.chat.prompt
        assert "Enter to the plan, or say a change" in bench.text()
        await pilot.press(*"only 5 quick epochs then")
        assert bench.app.bench.chat.prompt.text == "only 5 quick epochs then"
        bench.app.bench.chat.prompt.clear()
        await pilot.press("enter")
        await bench.until(lambda: isinstance(bench.app.focused, PlanCard), pilot)


async def test_a_changed_plan_replaces_the_one_before_it(bench: Bench) -> None:
    async with bench.opened() as pilot:
        await bench.plan(pilot)
        before = plan_for(GOAL)
        after = before.model_copy(update={"epochs": 50})
        bench.talk.replies = lambda *_: iter([PlanChanged(after, before, ("epochs",))])
        await bench.plan(pilot, "50 epochs instead")
        cards = list(bench.app.bench.chat.query(PlanCard))
        assert [card.condition.value for card in cards] == ["replaced", "open"]
        assert cards[-1].draft.plan.epochs == 50
        assert "changed: epochs" in " ".join(bench.words())


async def test_every_other_reply_is_shown_in_words(bench: Bench) -> None:
    replies = [
        Question("Which column do you mean?", ("Age", "HbA1c [mmol]")),
        Explanation("B is better on fairness.", ("B fairness.x overall",)),
        DescribeRequested("make patients up", "20 patients [b]alone[/b] from memisis describe"),
        StopRequested(("Z",)),
        PlanChanged(plan_for(GOAL), plan_for(GOAL), ()),
        Trouble("no model is installed. Run: memisis models install"),
    ]
    bench.talk.replies = lambda *_: iter(replies)
    async with bench.opened() as pilot:
        await bench.say("everything", pilot)
        await bench.until(lambda: "memisis models install" in " ".join(bench.words()), pilot)
        text = " ".join(bench.words())
        for part in (
            "HbA1c [mmol]",
            "B is better on fairness.",
            "from B fairness.x overall",
            "20 patients [b]alone[/b] from memisis describe",
            "No such run is at work.",
            "changes nothing",
        ):
            assert part in text


async def test_a_wish_to_export_leads_to_the_report(bench: Bench) -> None:
    bench.talk.replies = lambda *_: iter([ExportRequested(("data",))])
    async with bench.opened() as pilot:
        await bench.say("export the data", pilot)
        await bench.until(lambda: bench.app.bench.work_tab == "report", pilot)


async def test_an_agent_that_breaks_is_shown_and_the_prompt_works_on(bench: Bench) -> None:
    def breaks(*_: object) -> object:
        raise RuntimeError("the model process said [nonsense]")

    bench.talk.replies = breaks  # type: ignore[assignment]
    async with bench.opened() as pilot:
        await bench.say(GOAL, pilot)
        await bench.until(lambda: "said [nonsense]" in " ".join(bench.words()), pilot)
        await bench.until(lambda: not bench.app.conversation.answering, pilot)
        bench.talk.replies = lambda words, _: iter([PlanProposed(plan_for(words))])
        await bench.plan(pilot)


async def test_what_was_said_is_kept_in_the_session(bench: Bench) -> None:
    async with bench.opened() as pilot:
        await bench.plan(pilot)
        assert bench.app.services is not None
        store = bench.app.services.store
        (session,) = await asyncio.to_thread(store.sessions.all)
        assert session.title == "patients.csv"
        assert store.sessions.messages(session.id)[0].text == GOAL


async def test_a_paste_of_several_lines_is_not_sent_line_by_line(bench: Bench) -> None:
    from textual.events import Paste

    async with bench.opened() as pilot:
        bench.app.post_message(Paste("one\ntwo\nthree"))
        await pilot.pause()
        assert bench.app.bench.chat.prompt.text == "one\ntwo\nthree"
        assert bench.talk.asked == []
        bench.app.post_message(Key("enter", None))
        await bench.until(lambda: bool(bench.talk.asked), pilot)
