import numpy as np
import polars as pl
import pytest

from memisis_core.data.schema import ColumnKind
from memisis_core.data.split import split_rows, strata_of
from memisis_core.errors import InputError


def counts(strata, rows):
    return np.bincount(strata[rows], minlength=strata.max() + 1).tolist()


def test_both_parts_have_the_sizes_asked_for_and_share_no_row():
    strata = np.repeat([0, 1, 2], [701, 250, 49])

    split = split_rows(strata, holdout_rows=200, train_rows=800, seed=0)

    assert (len(split.train), len(split.holdout)) == (800, 200)
    assert len(np.union1d(split.train, split.holdout)) == 1000
    assert (np.diff(split.train) > 0).all()
    assert (np.diff(split.holdout) > 0).all()


def test_every_class_has_its_share_in_both_parts_and_in_a_smaller_training_part():
    strata = np.repeat([0, 1, 2], [700, 250, 50])

    split = split_rows(strata, holdout_rows=200, train_rows=400, seed=3)

    assert counts(strata, split.holdout) == [140, 50, 10]
    assert counts(strata, split.train) == [280, 100, 20]


def test_the_same_seed_gives_the_same_split_and_another_one_another():
    strata = np.repeat([0, 1], [60, 40])
    first, again, other = (
        split_rows(strata, holdout_rows=20, train_rows=80, seed=seed) for seed in (1, 1, 2)
    )

    assert (first.holdout == again.holdout).all()
    assert (first.train == again.train).all()
    assert (first.holdout != other.holdout).any()


def test_the_holdout_is_the_same_whatever_the_training_size():
    strata = np.repeat([0, 1], [60, 40])
    large, small = (
        split_rows(strata, holdout_rows=20, train_rows=rows, seed=1) for rows in (80, 10)
    )

    assert (large.holdout == small.holdout).all()
    assert set(small.train) <= set(large.train)


def test_rare_classes_are_in_both_parts_and_single_rows_in_training():
    strata = np.repeat([0, 1, 2], [97, 2, 1])

    split = split_rows(strata, holdout_rows=20, train_rows=80, seed=5)

    assert counts(strata, split.holdout)[1:] == [1, 0]
    assert counts(strata, split.train)[1:] == [1, 1]


def test_sizes_are_kept_even_where_classes_cannot_be_in_both_parts():
    for seed in range(20):
        random = np.random.default_rng(seed)
        strata = np.sort(random.integers(0, random.integers(1, 40), 50))
        strata = np.unique(strata, return_inverse=True)[1]
        holdout, train = (int(n) for n in (random.integers(1, 25), random.integers(1, 25)))

        split = split_rows(strata, holdout_rows=holdout, train_rows=train, seed=seed)

        assert (len(split.train), len(split.holdout)) == (train, holdout)
        assert not set(split.train) & set(split.holdout)


@pytest.mark.parametrize(("holdout", "train"), [(60, 50), (0, 10), (10, 0)])
def test_sizes_that_do_not_fit_are_refused(holdout, train):
    with pytest.raises(InputError, match="100 rows cannot be divided"):
        split_rows(np.zeros(100, dtype=int), holdout_rows=holdout, train_rows=train, seed=0)


def test_numbers_are_stratified_by_tenths_and_missing_targets_apart():
    values = pl.Series([None, *range(1000), None])

    strata = strata_of(values, ColumnKind.INTEGER)

    assert np.bincount(strata).tolist() == [*[100] * 10, 2]
    assert strata[1] == 0
    assert strata[-2] == 9


def test_classes_of_words_and_truth_values_are_strata_in_their_order():
    assert strata_of(pl.Series(["b", "a", None, "b"]), ColumnKind.CATEGORY).tolist() == [1, 0, 2, 1]
    assert strata_of(pl.Series([True, False, True]), ColumnKind.BOOLEAN).tolist() == [1, 0, 1]
