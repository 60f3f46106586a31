"""The preset of Tornqvist et al.: its own measures against references, and the table of a run."""

import numpy as np
import pytest
from scipy.spatial.distance import jensenshannon

from memisis_core.errors import InputError
from memisis_core.evaluation.presets.paper_measures import (
    f1_scores,
    jensen_shannon,
    logistic_detection,
    mean_jensen_shannon,
)
from memisis_core.evaluation.presets.text_to_tabular import MEASURES, text_to_tabular
from tests.unit.evaluation.tables import context_of, draws, patients


def test_the_divergence_is_that_of_scipy():
    draw = np.random.default_rng(1)
    for _ in range(20):
        p, q = draw.random(6), draw.random(6) * draw.integers(0, 2, 6) + 1e-9
        assert jensen_shannon(p, q) == pytest.approx(jensenshannon(p, q, base=2) ** 2)
    assert jensen_shannon(np.array([1.0, 0.0]), np.array([0.0, 3.0])) == 1.0


def test_the_order_of_the_rows_does_not_count():
    table, others = patients(300, 1), patients(300, 2)
    shuffled = others.sample(frac=1.0, random_state=3).reset_index(drop=True)
    values = [mean_jensen_shannon(context_of(table, table, made)) for made in (others, shuffled)]
    assert values[0] == pytest.approx(values[1])
    assert 0 < values[0] < 0.05
    assert mean_jensen_shannon(context_of(table, table, table)) == 0.0


def test_fresh_draws_cannot_be_told_and_shifted_ones_can():
    assert logistic_detection(draws(600, 100, 600, seed=5)) > 0.85
    shifted = patients(600, 9).assign(pressure=lambda t: t.pressure + 60)
    assert logistic_detection(context_of(patients(600, 1), patients(100, 2), shifted)) < 0.3


def test_the_target_is_no_feature():
    """Labels that only the features could give away: F1 must not come from the label itself."""
    train, test = patients(500, 1), patients(300, 2)
    draw = np.random.default_rng(4)
    for table in (train, test):
        table["died"] = draw.integers(0, 2, len(table))
    scores = f1_scores(context_of(train, test, train.copy()))
    assert scores["tstr_f1"] < 0.65
    assert scores["tstr_f1_train"] > 0.8  # it has seen these rows


def test_a_table_without_one_class_has_no_f1():
    synthetic = patients(200, 3).assign(died=0)
    scores = f1_scores(context_of(patients(300, 1), patients(200, 2), synthetic))
    assert "tstr_f1" not in scores
    assert {"trtr_f1", "tatr_f1"} <= set(scores)


def test_the_table_has_every_measure_over_all_splits_and_generations():
    told = []
    seen = []

    def generate(seed, train):
        seen.append((seed, len(train)))
        return patients(len(train), 7000 + seed)

    data = context_of(patients(500, 1), patients(1, 2), patients(1, 3)).data
    rows = text_to_tabular(data, [generate, generate], splits=2, listen=lambda *n: told.append(n))
    by_key = {row.measure.key: row for row in rows}
    assert list(by_key) == [measure.key for measure in MEASURES]
    assert all(row.n == 4 for row in rows)
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert {n for _, n in seen} == {400}
    assert len({seed for seed, _ in seen}) == 4
    assert by_key["column_shapes"].mean > 0.9
    assert by_key["column_shapes"].real == pytest.approx(by_key["column_shapes"].mean, abs=0.05)
    assert by_key["tstr_f1"].mean == pytest.approx(by_key["trtr_f1"].mean, abs=0.15)
    assert all(row.sd > 0 for row in rows if row.measure.key in ("ks", "jsd", "tstr_f1"))


def test_too_few_rows_say_so():
    data = context_of(patients(5, 1), patients(1, 2), patients(1, 3)).data
    with pytest.raises(InputError, match="5 real rows"):
        text_to_tabular(data, [lambda _seed, train: train])
