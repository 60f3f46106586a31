"""A small clinical table in three parts, and contexts over it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

from memisis_core.data.schema import Column, ColumnKind, Role, Schema
from memisis_core.evaluation.context import EvaluationContext, EvaluationData
from memisis_core.evaluation.metric import Axis, Metric
from memisis_core.evaluation.real_cache import RealCache
from memisis_core.evaluation.registry import families
from memisis_core.evaluation.utility import learners

KINDS = {
    "record": ColumnKind.IDENTIFIER,
    "note": ColumnKind.TEXT,
    "age": ColumnKind.INTEGER,
    "bmi": ColumnKind.NUMBER,
    "admitted": ColumnKind.DATE,
    "race": ColumnKind.CATEGORY,
    "sex": ColumnKind.CATEGORY,
    "stage": ColumnKind.ORDINAL,
    "smoker": ColumnKind.BOOLEAN,
    "clinic": ColumnKind.CATEGORY,
    "outcome": ColumnKind.BOOLEAN,
    "grade": ColumnKind.CATEGORY,
    "stay": ColumnKind.NUMBER,
}
ContextMaker = Callable[..., EvaluationContext]
Evaluator = Callable[..., "Evaluated"]


def patients(n: int, seed: int) -> pd.DataFrame:
    """Return `n` patients whose outcome, grade and stay depend on age, bmi, stage and race."""
    g = np.random.default_rng(seed)
    age = g.integers(20, 90, n)
    bmi = g.normal(27, 5, n)
    race = g.choice(["Asian", "Black", "White"], n, p=[0.2, 0.3, 0.5])
    sex = g.choice(["Female", "Male"], n)
    stage = g.choice(["low", "middle", "high"], n, p=[0.5, 0.3, 0.2])
    risk = (age - 55) / 15 + (bmi - 27) / 6 + 1.2 * (stage == "high") + 0.6 * (race == "Black")
    outcome = g.random(n) < 1 / (1 + np.exp(-1.5 * risk))
    stay = 5 + 2 * risk + g.normal(0, 1 + 1.5 * (race == "Asian"), n)
    frame = pd.DataFrame(
        {
            "record": [f"R{seed}-{i}" for i in range(n)],
            "note": [f"free words {g.integers(1e9)}" for _ in range(n)],
            "age": age.astype(float),
            "bmi": bmi,
            "admitted": pd.Timestamp("2020-01-01") + pd.to_timedelta(g.integers(0, 900, n), "D"),
            "race": race,
            "sex": sex,
            "stage": stage,
            "smoker": g.random(n) < 0.3,
            "clinic": [f"clinic {i}" for i in g.geometric(0.15, n)],
            "outcome": np.where(outcome, "Yes", "No"),
            "grade": np.array(["mild", "moderate", "severe"])[np.digitize(risk, [-0.8, 0.8])],
            "stay": stay,
        }
    )
    for name in ("age", "bmi", "race", "stage", "admitted"):
        missing = g.random(n) < 0.03
        frame[name] = (
            frame[name].astype(object).where(~missing, np.nan)
            if (frame[name].dtype == object)
            else frame[name].mask(missing)
        )
    return frame


def schema_of(names: list[str]) -> Schema:
    return Schema(
        columns=tuple(
            Column(
                name=name,
                kind=KINDS[name],
                role=Role.FEATURE,
                levels=("low", "middle", "high") if name == "stage" else None,
            )
            for name in names
        )
    )


def unchanged(frame: pd.DataFrame) -> pd.DataFrame:
    return frame


@pytest.fixture(scope="session", autouse=True)
def small_forests() -> Iterator[None]:
    """Grow 15 trees instead of 60: nothing tested here depends on their number, all on speed."""
    usual, learners._TREES = learners._TREES, 15
    yield
    learners._TREES = usual


@pytest.fixture(scope="session")
def shared_cache() -> RealCache:
    """Real sides of all tests over the unchanged tables, computed once a session."""
    return RealCache(None, "unchanged tables")


@pytest.fixture(scope="session")
def context_for(shared_cache: RealCache) -> ContextMaker:
    """Return a maker of contexts: train 500, holdout 400, synthetic independent patients."""

    def make(
        target: str | None = "outcome",
        protected: tuple[str, ...] = ("race", "sex"),
        *,
        synthetic: pd.DataFrame | None = None,
        rows: tuple[int, int] = (500, 400),
        change: Callable[[pd.DataFrame], pd.DataFrame] = unchanged,
        **settings: Any,
    ) -> EvaluationContext:
        outcomes = {"outcome", "grade", "stay"}
        names = [name for name in KINDS if name not in outcomes or name == target]
        train, holdout = (change(patients(n, seed)) for n, seed in zip(rows, (1, 2), strict=True))
        drawn = change(patients(rows[0], 3)) if synthetic is None else synthetic
        usual = change is unchanged and rows == (500, 400)
        settings.setdefault("cache", shared_cache if usual else RealCache(None, "other"))
        return EvaluationContext(
            EvaluationData(
                train[names].reset_index(drop=True),
                holdout[names].reset_index(drop=True),
                drawn[names].reset_index(drop=True),
                schema_of(names),
                target,
                protected,
            ),
            **settings,
        )

    return make


@dataclass(frozen=True)
class Evaluated:
    """A context over which every family of utility and fairness has run."""

    context: EvaluationContext
    by_family: dict[str, list[Metric]]

    @property
    def metrics(self) -> list[Metric]:
        return [metric for found in self.by_family.values() for metric in found]

    def __getitem__(self, key: tuple[str, str]) -> Metric:
        return next(metric for metric in self.metrics if metric.key == key)

    def subjects(self, identifier: str) -> set[str]:
        return {metric.subject for metric in self.metrics if metric.id == identifier}


def shuffled_target(n: int = 500) -> pd.DataFrame:
    """Return patients whose outcome, grade and stay have nothing to do with them."""
    frame = patients(n, 9)
    generator = np.random.default_rng(0)
    for name in ("outcome", "grade", "stay"):
        frame[name] = generator.permutation(frame[name].to_numpy())
    return frame


@pytest.fixture(scope="session")
def evaluated(context_for: ContextMaker) -> Evaluator:
    """Return a function that evaluates a target once a session, faithful or ``shuffled`` rows."""

    @cache
    def evaluate(target: str | None = "outcome", rows: str = "faithful") -> Evaluated:
        synthetic = shuffled_target() if rows == "shuffled" else None
        context = context_for(target, synthetic=synthetic)
        return Evaluated(
            context,
            {
                family.name: family.measure(context)
                for family in families()
                if family.axis in (Axis.UTILITY, Axis.FAIRNESS)
            },
        )

    return evaluate
