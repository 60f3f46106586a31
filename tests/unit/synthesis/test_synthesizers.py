"""The synthesizers on real SDV: kinds, seeds, progress, stopping, constraints, no rows kept."""

from collections.abc import Iterator
from pathlib import Path

import cloudpickle
import numpy as np
import pandas as pd
import pytest

from memisis_core.data.schema import Schema
from memisis_core.errors import InputError, WorkFailed
from memisis_core.evaluation.real_cache import RealCache
from memisis_core.plan.model import Constraint
from memisis_core.synthesis.protocol import FitProgress, FitSettings, Synthesizer
from memisis_core.synthesis.registry import ENTRIES, create

pytestmark = pytest.mark.slow
NAMES = [entry.name for entry in ENTRIES]
SETTINGS = FitSettings(epochs=3, batch_size=100, seed=7)


def fitted(
    name: str, patients: pd.DataFrame, schema: Schema, settings: FitSettings = SETTINGS
) -> Synthesizer:
    synthesizer = create(name)
    synthesizer.fit(patients, schema, settings, lambda _: None, lambda: False)
    return synthesizer


@pytest.mark.parametrize("name", NAMES)
def test_what_is_drawn_has_the_columns_kinds_and_spellings_of_the_table(
    name: str, patients: pd.DataFrame, schema: Schema
) -> None:
    drawn = fitted(name, patients, schema).sample(150, seed=3)
    assert list(drawn.columns) == list(patients.columns)
    assert len(drawn) == 150
    assert set(drawn["Race#fillna"].dropna()) <= set(patients["Race#fillna"].dropna())
    assert set(drawn["grade"]) <= {"low", "medium", "high"}
    assert set(drawn["smoker"]) <= {"yes", "no"}
    assert set(drawn["death"]) <= {0, 1}
    assert set(drawn["nyha"]) <= {1, 2, 3, 4}
    assert drawn["age"].dtype == np.int64
    assert drawn["age"].between(patients["age"].min(), patients["age"].max()).all()
    hba1c = drawn["HbA1c [mmol/mol]"].dropna()
    assert np.allclose(hba1c, hba1c.round(1))
    assert drawn["HbA1c [mmol/mol]"].isna().any()
    assert (drawn["admitted"] == drawn["admitted"].dt.normalize()).all()
    assert (drawn["site"] == "north").all()
    assert drawn["patient_id"].is_unique
    assert not set(drawn["patient_id"]) & set(patients["patient_id"])


@pytest.mark.parametrize("name", NAMES)
def test_the_same_seed_gives_the_same_table_and_another_seed_another(
    name: str, patients: pd.DataFrame, schema: Schema
) -> None:
    first = fitted(name, patients, schema).sample(60, seed=5)
    again = fitted(name, patients, schema).sample(60, seed=5)
    other = fitted(name, patients, schema).sample(60, seed=6)
    pd.testing.assert_frame_equal(first, again)
    assert not first.drop(columns="patient_id").equals(other.drop(columns="patient_id"))


@pytest.mark.parametrize("name", ["ctgan", "tvae"])
def test_every_epoch_is_reported_with_its_losses(
    name: str, patients: pd.DataFrame, schema: Schema
) -> None:
    seen: list[FitProgress] = []
    epochs = create(name).fit(patients, schema, SETTINGS, seen.append, lambda: False)
    assert epochs == 3
    assert seen[0].phase == "preparing"
    trained = [progress for progress in seen if progress.phase == "training" and progress.step]
    assert [progress.step for progress in trained] == [1, 2, 3]
    assert all(np.isfinite(list(progress.losses.values())).all() for progress in trained)
    assert all(progress.losses for progress in trained)


@pytest.mark.parametrize("name", ["ctgan", "tvae"])
def test_stopping_keeps_a_model_that_samples(
    name: str, patients: pd.DataFrame, schema: Schema
) -> None:
    answers: Iterator[bool] = iter([False, True])
    synthesizer = create(name)
    settings = FitSettings(epochs=1000, batch_size=100, seed=1)
    epochs = synthesizer.fit(patients, schema, settings, lambda _: None, lambda: next(answers))
    assert epochs == 2
    assert len(synthesizer.sample(30, seed=1)) == 30


@pytest.mark.parametrize("name", NAMES)
def test_a_saved_model_holds_no_training_row_and_still_samples(
    name: str, patients: pd.DataFrame, schema: Schema, tmp_path: Path
) -> None:
    synthesizer = fitted(name, patients, schema)
    before = synthesizer.sample(40, seed=2)
    path = tmp_path / "model.pkl"
    synthesizer.save(path)
    assert path.stat().st_mode & 0o777 == 0o600
    stored = cloudpickle.loads(path.read_bytes())
    pd.testing.assert_frame_equal(synthesizer.sample(40, seed=2), before)
    assert longest_array_like(stored, len(patients)) == []
    assert b"MRN00017" not in path.read_bytes()


def longest_array_like(root: object, rows: int) -> list[str]:
    """Return the paths of everything in an object graph that could hold a value for each row."""
    found: list[str] = []
    seen: set[int] = set()
    queue: list[tuple[str, object]] = [("model", root)]
    while queue:
        path, thing = queue.pop()
        if id(thing) in seen or isinstance(thing, (str, bytes, int, float, type)):
            continue
        seen.add(id(thing))
        if isinstance(thing, (np.ndarray, pd.Series, pd.DataFrame, pd.Index)):
            if not isinstance(thing, pd.RangeIndex) and rows in np.shape(thing):
                found.append(path)
        elif isinstance(thing, dict):
            queue.extend((f"{path}[{key!r}]", value) for key, value in thing.items())
        elif isinstance(thing, (list, tuple, set)):
            if len(thing) == rows:
                found.append(path)
            total = sum(len(p) for p in thing if isinstance(p, np.ndarray) and p.ndim == 1)
            if total == rows:
                found.append(path)
            queue.extend((f"{path}[{i}]", value) for i, value in enumerate(thing))
        if hasattr(thing, "__dict__"):
            queue.extend((f"{path}.{key}", value) for key, value in vars(thing).items())
    return found


def test_the_search_for_rows_finds_what_a_plain_ctgan_keeps(
    patients: pd.DataFrame, schema: Schema
) -> None:
    unsaved = fitted("ctgan", patients, schema)
    assert any("_rid_by_cat_cols" in path for path in longest_array_like(unsaved, len(patients)))


@pytest.mark.parametrize("name", NAMES)
def test_constraints_hold_in_every_row(name: str, patients: pd.DataFrame, schema: Schema) -> None:
    rule = Constraint(kind="inequality", columns=("admitted", "discharged"))
    settings = FitSettings(epochs=2, batch_size=100, seed=0, constraints=(rule,))
    drawn = fitted(name, patients, schema, settings).sample(200, seed=0)
    assert (drawn["admitted"] <= drawn["discharged"]).all()


def test_fixed_combinations_are_those_of_the_data(patients: pd.DataFrame, schema: Schema) -> None:
    patients = patients[~((patients["smoker"] == "yes") & (patients["grade"] == "high"))]
    rule = Constraint(kind="fixed_combinations", columns=("smoker", "grade"))
    settings = FitSettings(epochs=2, batch_size=100, seed=0, constraints=(rule,))
    drawn = fitted("gaussian_copula", patients, schema, settings).sample(300, seed=0)
    assert not ((drawn["smoker"] == "yes") & (drawn["grade"] == "high")).any()


def test_rules_that_real_patients_break_hold_in_every_drawn_row(
    patients: pd.DataFrame, schema: Schema
) -> None:
    both = (patients["smoker"] == "yes") & (patients["grade"] == "high")
    assert both.any()
    assert (patients["age"] < 50).mean() > 0.2
    rules = (
        Constraint(kind="at_least", columns=("age",), value=50),
        Constraint(kind="forbidden", columns=("smoker", "grade"), values=("yes", "high")),
    )
    settings = FitSettings(epochs=2, batch_size=100, seed=0, constraints=rules)
    drawn = fitted("gaussian_copula", patients, schema, settings).sample(300, seed=0)
    assert len(drawn) == 300
    assert (drawn["age"].dropna() >= 50).all()
    assert not ((drawn["smoker"] == "yes") & (drawn["grade"] == "high")).any()


def test_a_rule_that_nothing_keeps_is_one_clear_line(
    patients: pd.DataFrame, schema: Schema
) -> None:
    rule = Constraint(kind="at_least", columns=("age",), value=1e6)
    settings = FitSettings(epochs=2, batch_size=100, seed=0, constraints=(rule,))
    with pytest.raises(WorkFailed, match="kept the constraints"):
        fitted("gaussian_copula", patients, schema, settings).sample(20, seed=0)


def test_a_constraint_that_the_data_break_is_one_clear_line(
    patients: pd.DataFrame, schema: Schema
) -> None:
    rule = Constraint(kind="inequality", columns=("discharged", "admitted"))
    settings = FitSettings(epochs=1, batch_size=100, seed=0, constraints=(rule,))
    with pytest.raises(InputError, match="break a constraint") as caught:
        fitted("gaussian_copula", patients, schema, settings)
    assert "\n" not in str(caught.value)


def test_mixtures_are_fitted_once_and_change_nothing(
    patients: pd.DataFrame, schema: Schema, tmp_path: Path
) -> None:
    plain = fitted("tvae", patients, schema).sample(50, seed=1)
    settings = FitSettings(3, 100, 7, preparations=RealCache(tmp_path, "table"))
    computing = fitted("tvae", patients, schema, settings).sample(50, seed=1)
    settings = FitSettings(3, 100, 7, preparations=RealCache(tmp_path, "table"))
    remembering = fitted("tvae", patients, schema, settings)
    pd.testing.assert_frame_equal(plain, computing)
    pd.testing.assert_frame_equal(plain, remembering.sample(50, seed=1))
    remembering.save(tmp_path / "model.pkl")


def test_a_table_in_which_nothing_varies_is_refused(patients: pd.DataFrame, schema: Schema) -> None:
    with pytest.raises(InputError, match="nothing to learn"):
        fitted("gaussian_copula", patients[["site", "patient_id"]], schema)
