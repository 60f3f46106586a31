"""Commands behind a slash, and answers that leave the screen."""

from __future__ import annotations

from pathlib import Path

import pytest

from memisis_core.agent.replies import ChatAnswer
from memisis_core.errors import InputError
from memisis_screens.actions import ACTIONS
from memisis_screens.chat.commands import COMMANDS, completions, split_command
from memisis_tui.answer_file import save_answer
from tests.tui.bench import Bench


def test_commands_are_actions_of_the_registry_in_order_of_the_alphabet() -> None:
    assert {known.action_id for known in COMMANDS} <= {known.id for known in ACTIONS}
    names = [known.name for known in COMMANDS]
    assert names == sorted(set(names))


@pytest.mark.parametrize(
    ("text", "split"),
    [
        ("/save a b.md", ("save", "a b.md")),
        ("/data", ("data", "")),
        ("//data", None),
        ("data /1", None),
        ("/a\nb", None),
    ],
)
def test_what_is_a_command(text: str, split: tuple[str, str] | None) -> None:
    assert split_command(text) == split
    assert [known.name for known in completions("/me")] == ["metrics"]
    assert completions("/save x") == []


async def test_tab_completes_a_command_and_enter_carries_it_out(bench: Bench) -> None:
    async with bench.opened() as pilot:
        await pilot.press(*"/me")
        await bench.until(lambda: "Go to Metrics" in bench.text(), pilot)
        await pilot.press("tab")
        prompt = bench.app.bench.chat.prompt
        assert prompt.text == "/metrics"
        assert bench.app.focused is prompt
        await pilot.press("enter")
        await bench.until(lambda: bench.app.bench.work_tab == "metrics", pilot)
        assert prompt.text == ""
        assert bench.talk.asked == []
        assert prompt.sent[-1] == "/metrics"
        await pilot.press("escape", "tab")
        assert bench.app.focused is not prompt


async def test_an_unknown_command_gives_the_words_back(bench: Bench) -> None:
    async with bench.opened() as pilot:
        await bench.say("/[nonsense]", pilot)
        await bench.until(lambda: "no command /[nonsense]" in bench.text(), pilot)
        assert bench.app.bench.chat.prompt.text == "/[nonsense]"
        bench.app.bench.chat.prompt.clear()
        await bench.say("/data x", pilot)
        await bench.until(lambda: "/data takes nothing more" in bench.text(), pilot)


async def test_the_last_answer_is_copied_and_saved(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    text = "An **epoch** [/] is one pass."
    bench.talk.replies = lambda *_: iter([ChatAnswer(text, "x")])
    async with bench.opened() as pilot:
        await pilot.press("tab", "y")
        await bench.until(lambda: "no answer to copy yet" in bench.text(), pilot)
        await pilot.press("escape")
        await bench.say("what is an epoch", pilot)
        await bench.until(lambda: not bench.app.conversation.answering, pilot)
        await pilot.press("tab", "y")
        await bench.until(lambda: bench.app.clipboard == text, pilot)
        await pilot.press("Y")
        await bench.until((tmp_path / "answer.md").is_file, pilot)
        assert (tmp_path / "answer.md").read_text() == f"{text}\n"
        await bench.say("/save mine.md", pilot)
        await bench.until((tmp_path / "mine.md").is_file, pilot)
        await bench.say("/save mine.md", pilot)
        await bench.until(lambda: "there is such a file" in " ".join(bench.words()), pilot)


def test_an_answer_never_replaces_a_file(tmp_path: Path) -> None:
    assert save_answer("a", None, tmp_path).name == "answer.md"
    second = save_answer("b", None, tmp_path)
    assert second.name == "answer-2.md"
    assert second.stat().st_mode & 0o077 == 0
    with pytest.raises(InputError, match="no such folder"):
        save_answer("c", Path("no/where.md"), tmp_path)
