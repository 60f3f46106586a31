"""What a run of row mode depends on. Imports nothing heavy."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, fields, replace
from typing import Final, Literal

from memisis_core.description.specification import Specification

Form = Literal["skeleton", "json"]
"""``skeleton``: the program writes names and separators, the model only values. ``json``: the
model writes whole rows as JSON objects, which takes a larger model."""


@dataclass(frozen=True)
class Ablation:
    """Which parts of the prompt are on.

    Attributes
    ----------
    prior_knowledge : bool
        Database, study and population.
    descriptions : bool
        What each variable is, its codes and shares, range and usual values. Without it the model
        sees names only.
    relations : bool
        Relations, differences between groups, and rules.
    example : bool
        One fictitious patient, drawn by the program from the specification.
    shuffling : bool
        Another order of the variables in each call.
    """

    prior_knowledge: bool = True
    descriptions: bool = True
    relations: bool = True
    example: bool = True
    shuffling: bool = True

    @classmethod
    def each_off(cls) -> dict[str, Ablation]:
        """Return the prompts of the ablation by name: all parts, then each part left out."""
        whole = cls()
        return {
            "all parts": whole,
            **{
                f"without {field.name.replace('_', ' ')}": replace(whole, **{field.name: False})
                for field in fields(cls)
            },
        }


@dataclass(frozen=True)
class RowSettings:
    """How rows are asked for.

    Attributes
    ----------
    rows : int
        Accepted rows wanted, at least 1.
    seed : int
        Decides order, example patient and so every prompt. GPT4All draws with a seed of its own:
        the same prompts give other values.
    form : {"skeleton", "json"}
    batch : int
        Rows asked for with one prompt; 10 as in the paper.
    temperature : float
    tries : int
        Times that the model may try one value (skeleton) before the row is rejected.
    draw_missing : bool
        Draw a value that the model cannot give from the specification instead of rejecting the
        row. Such values are counted and marked: no model wrote them.
    attempts_a_row : int
        Bound of attempts in all, as a multiple of `rows`.
    fruitless : int
        Attempts in a row without one accepted row, after which the run gives up.
    ablation : Ablation
    """

    rows: int
    seed: int = 0
    form: Form = "skeleton"
    batch: int = 10
    temperature: float = 1.0
    tries: int = 4
    draw_missing: bool = False
    attempts_a_row: int = 10
    fruitless: int = 40
    ablation: Ablation = Ablation()

    def fingerprint(self, specification: Specification, model: str) -> str:
        """Return what a journal must agree on to be gone on with; the number of rows need not."""
        told = {
            **asdict(replace(self, rows=1)),
            "specification": specification.model_dump(mode="json"),
            "model": model,
        }
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


HOTTEST: Final = 1.4
STEP: Final = 0.15
"""By how much the temperature rises when the patients become too alike."""
