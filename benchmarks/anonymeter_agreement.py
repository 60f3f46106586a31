"""Our singling-out, linkability and attribute-inference risks beside Anonymeter's, same tables.

Anonymeter pins an old numpy, so it lives in an environment of its own, which ``--install`` (or
``make anonymeter``) makes under ``.setup/anonymeter``. Two synthetic tables are attacked: fresh
draws from the population, and one of which half are training rows with small noise. Where both
attack the same records by the same rule (attribute inference, linkability), each risk must lie
within the other's interval; where both draw conditions at random (singling out), the two must
differ by no more than their intervals together.

Usage: python benchmarks/anonymeter_agreement.py [--install] [--rows 1000] [--seed 0]
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
import tempfile
import venv
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
import pandas as pd

from benchmarks.evaluation_population import SCHEMA, leaky, patients
from memisis_core.data.schema import ColumnKind, Schema
from memisis_core.evaluation.context import EvaluationContext, EvaluationData
from memisis_core.evaluation.encoding import encoded
from memisis_core.evaluation.metric import Metric, Status
from memisis_core.evaluation.privacy import attribute_inference, singling_out
from memisis_core.evaluation.privacy.linkability import links
from memisis_core.evaluation.privacy.risk import Rates
from memisis_core.evaluation.real_cache import RealCache

HERE = Path(__file__).resolve().parent
ENVIRONMENT = HERE.parent / ".setup" / "anonymeter"
PINS = ("anonymeter==1.1.0", "numpy==1.26.4", "pandas==2.2.3", "scikit-learn==1.9.1")
_NEIGHBOURS = 5
_COLUMNS = 3
_LEAK = 0.5
_LEFT_OUT = ("admitted", "cholesterol", "glucose", "creatinine", "drug")
"""Dates, which Anonymeter takes for words, and columns with gaps, which it takes to differ from
each other: there the definitions are not the same, by choice."""


@dataclass(frozen=True)
class Risk:
    """A risk with its interval and the number of attacks."""

    value: float
    ci: tuple[float, float]
    n: int

    @property
    def half_width(self) -> float:
        """Half of the interval's width."""
        return (self.ci[1] - self.ci[0]) / 2


@dataclass(frozen=True)
class Agreement:
    """One risk by both."""

    scenario: str
    attack: str
    ours: Risk
    theirs: Risk

    @property
    def same_targets(self) -> bool:
        """Whether both attack the same records by the same rule."""
        return not self.attack.startswith("singling out")

    @property
    def agrees(self) -> bool:
        """Whether the two lie within their intervals."""
        if self.same_targets:
            return _within(self.ours.value, self.theirs) and _within(self.theirs.value, self.ours)
        allowed = math.hypot(self.ours.half_width, self.theirs.half_width)
        return abs(self.ours.value - self.theirs.value) <= allowed


def _within(value: float, other: Risk) -> bool:
    return other.ci[0] - 1e-9 <= value <= other.ci[1] + 1e-9


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--install", action="store_true", help="make Anonymeter's environment")
    parser.add_argument("--rows", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    if options.install:
        install()
    if not interpreter().is_file():
        print("error: Anonymeter is not installed; run: make anonymeter", file=sys.stderr)
        return 2
    found = agreements(options.rows, options.seed)
    show(found)
    return 0 if all(one.agrees for one in found) else 1


def interpreter() -> Path:
    """Return where the Python of Anonymeter's environment is, if it was made."""
    return ENVIRONMENT / "bin" / "python"


def install() -> None:
    """Make Anonymeter's environment, unless it is there with these pins."""
    mark = ENVIRONMENT / "pins"
    if mark.is_file() and mark.read_text() == "\n".join(PINS):
        return
    venv.create(ENVIRONMENT, with_pip=True, clear=True)
    command = [str(interpreter()), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*command, *PINS], check=True)
    mark.write_text("\n".join(PINS))


def agreements(rows: int, seed: int) -> list[Agreement]:
    """Attack two synthetic tables of as many rows as training and holdout, by both."""
    train, holdout, fresh = (table(patients(rows, 10 * seed + part)) for part in range(3))
    leaking = table(leaky(patients(rows, 10 * seed), patients(rows, 10 * seed + 2), seed, _LEAK))
    found = []
    for scenario, synthetic in (("independent draws", fresh), ("half leaked", leaking)):
        ours = our_risks(train, holdout, synthetic, seed)
        theirs = their_risks(train, holdout, synthetic, ours, seed)
        found += [Agreement(scenario, name, risk, theirs[name]) for name, risk in ours.items()]
    return found


def table(drawn: pd.DataFrame) -> pd.DataFrame:
    """Return the columns that both define alike."""
    return drawn.drop(columns=list(_LEFT_OUT)).reset_index(drop=True)


def schema() -> Schema:
    """Return the schema of `table`; grades in words are categories, as Anonymeter takes them."""
    kept = [column for column in SCHEMA.columns if column.name not in _LEFT_OUT]
    kinds = {"stage": ColumnKind.CATEGORY, "pain": ColumnKind.INTEGER, "died": ColumnKind.BOOLEAN}
    return Schema(
        columns=tuple(
            column.model_copy(update={"kind": kinds[column.name], "levels": None})
            if column.name in kinds
            else column
            for column in kept
        )
    )


def parts() -> tuple[list[str], list[str]]:
    """Return the two halves of the columns that linkability joins."""
    names = schema().names
    return names[::2], names[1::2]


def our_risks(
    train: pd.DataFrame, holdout: pd.DataFrame, synthetic: pd.DataFrame, seed: int
) -> dict[str, Risk]:
    """Return our risks: the shipped measures, and linkability of `parts`."""
    data = EvaluationData(train, holdout, synthetic, schema())
    context = EvaluationContext(data, RealCache(None, ""), seed=seed)
    metrics = attribute_inference.measure(context)
    found = {f"attribute inference, {m.subject}": _risk(m) for m in metrics if _usable(m)}
    found.pop("attribute inference, overall")
    found["linkability"] = our_linkability(context)
    modes = {"overall": "multivariate", singling_out.ONE_COLUMN: "univariate"}
    for metric in singling_out.measure(context):
        if _usable(metric):
            found[f"singling out, {modes[metric.subject]}"] = _risk(metric)
    return found


def our_linkability(context: EvaluationContext) -> Risk:
    """Return the linkability risk of every record by one halving, as Anonymeter takes it."""
    tables = encoded(context)
    first, second = (
        np.array([tables.encoding.position(name) for name in part]) for part in parts()
    )
    linked = [
        int(links(tables.synthetic, records, first, second).sum())
        for records in (tables.train, tables.holdout)
    ]
    rates = Rates.of_counts(linked[0], linked[1], len(tables.train), len(tables.holdout))
    risk = rates.risk
    if risk is None:
        raise SystemExit("every held-out record could be linked; there is nothing to compare")
    return Risk(max(risk.value, 0.0), risk.interval(0.0, 1.0), rates.n)


def their_risks(
    train: pd.DataFrame,
    holdout: pd.DataFrame,
    synthetic: pd.DataFrame,
    ours: dict[str, Risk],
    seed: int,
) -> dict[str, Risk]:
    """Return Anonymeter's risks, computed in its own environment."""
    words = [column.name for column in schema().columns if column.kind not in _NUMBERS]
    modes = ("multivariate", "univariate")
    conditions = {mode: getattr(ours.get(f"singling out, {mode}"), "n", 20) for mode in modes}
    attacks = {"words": words, "parts": parts(), "neighbours": _NEIGHBOURS, "columns": _COLUMNS}
    attacks |= {"conditions": conditions, "seed": seed}
    with tempfile.TemporaryDirectory() as folder:
        for name, one in (("ori", train), ("control", holdout), ("syn", synthetic)):
            one.to_csv(Path(folder) / f"{name}.csv", index=False)
        (Path(folder) / "attacks.json").write_text(json.dumps(attacks))
        command = [str(interpreter()), str(HERE / "anonymeter_reference.py"), folder]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    found = json.loads(done.stdout.splitlines()[-1])
    return {name: Risk(one["value"], tuple(one["ci"]), one["n"]) for name, one in found.items()}


_NUMBERS = (ColumnKind.NUMBER, ColumnKind.INTEGER)


def _usable(metric: Metric) -> bool:
    return metric.status is Status.OK and metric.ci is not None


def _risk(metric: Metric) -> Risk:
    return Risk(metric.value or 0.0, metric.ci or (0.0, 1.0), metric.n or 0)


def show(found: list[Agreement]) -> None:
    print("| synthetic data | attack | Memisis | Anonymeter | agree |\n|---|---|---|---|---|")
    for one in found:
        cells = [f"{r.value:.3f} [{r.ci[0]:.3f}, {r.ci[1]:.3f}]" for r in (one.ours, one.theirs)]
        agree = "yes" if one.agrees else "NO"
        print(f"| {one.scenario} | {one.attack} | {cells[0]} | {cells[1]} | {agree} |")
    same = [abs(one.ours.value - one.theirs.value) for one in found if one.same_targets]
    agreeing = sum(one.agrees for one in found)
    print(
        f"\n{agreeing} of {len(found)} agree; largest difference by the same rule {max(same):.4f}"
    )


if __name__ == "__main__":
    sys.exit(main())
