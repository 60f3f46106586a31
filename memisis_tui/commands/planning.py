"""From words to a plan through the language model, for the commands that need one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from memisis_core.data.dataset import Dataset
    from memisis_core.plan.model import Plan


def plan_from_words(dataset: Dataset, words: str, model_file: Path | None = None) -> Plan:
    """Return the grounded plan that the model makes of `words`.

    Raises
    ------
    ModelUnavailable
        If no usable model is installed.
    """
    from memisis_core.agent.gpt4all_process import GPT4AllModel
    from memisis_core.agent.model_files import planner_model_file
    from memisis_core.agent.planner import Planner
    from memisis_core.plan.grounding import plan_from

    model = GPT4AllModel(model_file or planner_model_file())
    try:
        proposal = Planner(model).propose(words, dataset.schema)
    finally:
        model.close()
    return plan_from(proposal, words, dataset.schema, dataset.reference)
