"""The three attacks of Anonymeter on tables in a folder; runs in Anonymeter's own environment.

Imports nothing of this project. Started by ``anonymeter_agreement.py``, which writes
``train.csv``, ``control.csv``, ``synthetic.csv`` and ``attacks.json`` and reads what is printed.

Usage: python anonymeter_reference.py FOLDER
"""

from __future__ import annotations

import json
import sys
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from anonymeter.evaluators import InferenceEvaluator, LinkabilityEvaluator, SinglingOutEvaluator


def main() -> None:
    folder = Path(sys.argv[1])
    attacks = json.loads((folder / "attacks.json").read_text())
    np.random.seed(attacks["seed"])  # noqa: NPY002 (pandas' sample, which Anonymeter uses, reads it)
    tables = {}
    for name in ("ori", "syn", "control"):
        tables[name] = pd.read_csv(
            folder / f"{name}.csv", dtype=dict.fromkeys(attacks["words"], str)
        )
    warnings.simplefilter("ignore")  # "as good as the baseline" is what independent draws must be
    print(json.dumps({**inference(tables, attacks), **linkability(tables, attacks),
                      **singling_out(tables, attacks)}))  # fmt: skip


def inference(tables: dict, attacks: dict) -> dict:
    """Attack every record's value of every column, from all others."""
    found = {}
    for secret in tables["ori"].columns:
        others = [name for name in tables["ori"].columns if name != secret]
        evaluator = InferenceEvaluator(
            **tables,
            aux_cols=others,
            secret=secret,
            regression=secret not in attacks["words"],
            n_attacks=len(tables["ori"]),
        )
        found[f"attribute inference, {secret}"] = risk(evaluator.evaluate(n_jobs=1))
    return found


def linkability(tables: dict, attacks: dict) -> dict:
    """Link every record's two parts."""
    evaluator = LinkabilityEvaluator(
        **tables,
        aux_cols=tuple(attacks["parts"]),
        n_attacks=len(tables["ori"]),
        n_neighbors=attacks["neighbours"],
    )
    return {"linkability": risk(evaluator.evaluate(n_jobs=1))}


def singling_out(tables: dict, attacks: dict) -> dict:
    """Single out by conditions on several columns, and on one."""
    found = {}
    for mode in ("multivariate", "univariate"):
        evaluator = SinglingOutEvaluator(
            **tables,
            n_attacks=attacks["conditions"][mode],
            n_cols=attacks["columns"],
            max_attempts=200_000,
            seed=attacks["seed"],
        )
        evaluator.evaluate(mode=mode)
        found[f"singling out, {mode}"] = risk(evaluator)
    return found


def risk(evaluator: object) -> dict:
    results = evaluator.results()
    found = evaluator.risk()
    return {
        "value": found.value,
        "ci": [float(bound) for bound in found.ci],
        "n": int(results.n_attacks_ori),
        "attack": float(results.n_success),
        "control": float(results.n_control),
    }


if __name__ == "__main__":
    main()
