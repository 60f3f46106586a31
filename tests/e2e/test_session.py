"""A session that leads to an answer: goal with a threshold, follow-up, runs, "which one?"."""

import re
from pathlib import Path

import pytest

from memisis_core.agent.claim_check import numbers_of, unsupported_claim
from memisis_core.agent.facts import Facts
from memisis_core.runs.store import Store
from tests.e2e.conftest import OpenWorkbench
from tests.e2e.terminal import Terminal

pytestmark = pytest.mark.slow

NHEFS = Path(__file__).parents[2] / "sample_data" / "nhefs.csv"
GOAL = "use tvae and gaussian copula, 20 epochs, 1000 rows, predict death, AUROC within 0.2 of real"
DONE = 240


def say(terminal: Terminal, words: str) -> None:
    terminal.type(words)
    terminal.keys("Enter")


def answer_on(screen: str) -> str:
    """Return what of the answer stands in the conversation, without the frames."""
    columns = [line.split("│") for line in screen.splitlines()]
    chat = " ".join(" ".join(parts[1].split()) for parts in columns if len(parts) > 2)
    answer = chat.rpartition("and why?")[2].partition("› What data")[0]
    return re.sub(r"\(95 % ([^)]*)\)", r"\1", answer).replace("arXiv 2505.01524", "")


def test_from_a_goal_with_a_threshold_to_an_answer_whose_numbers_stand_in_the_store(
    workbench: OpenWorkbench, home: Path, tmp_path: Path
) -> None:
    terminal = workbench(NHEFS, width=200, height=50, folder=tmp_path)
    terminal.wait_for("What data do you need", 30)
    terminal.wait_for("death", 30)
    say(terminal, GOAL)
    card = terminal.wait_for(lambda screen: bool(re.search(r"rows +1,000", screen)), 60)
    assert "utility.auroc_gap <= 0.2" in card
    say(terminal, "only 500 rows then")
    card = terminal.wait_for(lambda screen: bool(re.search(r"rows +500", screen)), 60)
    assert re.search(r"target +death", card), "a follow-up changes only what it names"
    terminal.keys("Enter")
    terminal.wait_for("Enter run")
    terminal.keys("Enter")
    terminal.wait_for(
        lambda s: len(re.findall(r"[AB] (?:GaussianCopula|TVAE) +✓ done", s)) == 2, DONE
    )
    terminal.keys("Escape")
    say(terminal, "which one should I share, and why?")
    screen = terminal.wait_for(lambda s: "privacy" in s.rpartition("and why?")[2].lower(), 60)
    terminal.keys("C-q")
    terminal.wait_for("ended with 0", 20)

    store = Store.open(home)
    runs = tuple(store.runs())
    store.close()
    assert {run.synthesizer for run in runs} == {"tvae", "gaussian_copula"}
    assert all(run.job.plan.sample_rows == 500 for run in runs)
    assert all(run.goals for run in runs)
    assert any(run.goals[0].value is not None for run in runs)
    said = answer_on(screen)
    assert re.search(r"\d\.\d", said), said
    assert unsupported_claim(said, "", numbers_of(Facts(runs=runs))) == "", said
