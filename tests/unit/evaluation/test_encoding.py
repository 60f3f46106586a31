import numpy as np
import pandas as pd
import pytest

from memisis_core.data.schema import Column, ColumnKind, Schema
from memisis_core.evaluation.encoding import MISSING_CODE, Encoding, encoded
from memisis_core.evaluation.neighbours import nearest
from tests.unit.evaluation.tables import draws


def table(kind, values, real=None, **fields):
    schema = Schema(columns=(Column(name="x", kind=kind, **fields),))
    real = pd.DataFrame({"x": pd.Series(values if real is None else real)})
    encoding = Encoding.learn(schema, real)
    return encoding, encoding.encode(pd.DataFrame({"x": pd.Series(values)}))


def distance(encoding, first, second):
    one = encoding.encode(pd.DataFrame({"x": pd.Series([first], dtype=object)}))
    other = encoding.encode(pd.DataFrame({"x": pd.Series([second], dtype=object)}))
    return float(nearest(one.gower, other.gower, 1).distance[0, 0])


def test_numbers_are_scaled_by_the_real_range():
    encoding, held = table(ColumnKind.NUMBER, [10.0, 20.0, 15.0, np.nan])

    assert held.gower[:3, 0].tolist() == [0.0, 1.0, 0.5]
    assert distance(encoding, 10.0, 15.0) == 0.5
    assert distance(encoding, 10.0, np.nan) == 1.0
    assert distance(encoding, np.nan, np.nan) == 0.0


def test_a_value_beyond_the_real_range_is_at_most_as_far_as_any_other():
    encoding, _ = table(ColumnKind.NUMBER, [10.0, 20.0])

    assert distance(encoding, 1e300, 20.0) == 1.0
    assert distance(encoding, 22.0, 20.0) == pytest.approx(0.2)
    assert distance(encoding, -1e300, np.nan) == 1.0


def test_dates_are_days():
    encoding, held = table(
        ColumnKind.DATE, pd.to_datetime(["1970-01-11", None, "1970-01-01T12:00"], format="ISO8601")
    )

    assert held.numbers[[0, 2], 0].tolist() == [10.0, 0.5]
    assert np.isnan(held.numbers[1, 0])
    assert encoding.columns[0].low == 0.5


def test_words_of_an_ordinal_are_ranks_and_levels():
    encoding, held = table(
        ColumnKind.ORDINAL, ["high", "low", "mid", "odd", np.nan],
        real=["low", "mid", "high", "low", np.nan], levels=("low", "mid", "high"),
    )  # fmt: skip

    assert held.gower[:3, 0].tolist() == [1.0, 0.0, 0.5]
    assert held.codes[:, 0].tolist() == [2, 0, 1, 3, MISSING_CODE]
    assert distance(encoding, "odd", "low") == 1.0
    assert distance(encoding, "odd", np.nan) == 1.0


def test_numeric_ordinals_are_both_ordered_and_discrete():
    _, held = table(ColumnKind.ORDINAL, [3, 1, 2, 2])

    assert held.codes[:, 0].tolist() == [2, 0, 1, 1]
    assert held.gower[:, 0].tolist() == [1.0, 0.0, 0.5, 0.5]


def test_categories_match_or_differ_and_missing_is_one_of_them():
    encoding, held = table(ColumnKind.CATEGORY, ["b", "a", np.nan, "new", "newer"], real=["a", "b"])

    assert held.codes[:, 0].tolist() == [1, 0, MISSING_CODE, 2, 3]
    assert distance(encoding, "a", "a") == 0.0
    assert distance(encoding, "a", "b") == 1.0
    assert distance(encoding, "a", np.nan) == 1.0
    assert distance(encoding, np.nan, np.nan) == 0.0


@pytest.mark.parametrize("values", [[True, False, True], [1, 0, 1], ["yes", "no", "yes"]])
def test_booleans_are_two_levels_however_the_file_writes_them(values):
    _, held = table(ColumnKind.BOOLEAN, values)

    assert held.codes[:, 0].tolist() == [1, 0, 1]


def test_a_constant_column_separates_only_what_differs_from_it():
    encoding, _ = table(ColumnKind.NUMBER, [5.0, 5.0])

    assert distance(encoding, 5.0, 5.0) == 0.0
    assert distance(encoding, 5.1, 5.0) == 1.0


def test_a_range_wider_than_a_float_can_say_is_still_a_range():
    encoding, _ = table(ColumnKind.NUMBER, [-1.7e308, 0.0, 1.7e308])

    assert distance(encoding, -1.7e308, 0.0) == pytest.approx(0.5)


def test_a_column_without_any_real_value_is_encoded():
    encoding, held = table(ColumnKind.NUMBER, [np.nan, 1.0], real=[np.nan, np.nan])

    assert np.isfinite(held.gower).all()
    assert distance(encoding, np.nan, np.nan) == 0.0


def test_high_cardinality_is_one_code_a_value():
    values = [f"ward {i}" for i in range(5000)]
    _, held = table(ColumnKind.CATEGORY, values)

    assert len(np.unique(held.codes)) == 5000
    assert held.gower.shape == (5000, 1)


def test_infinities_count_as_missing():
    _, held = table(ColumnKind.NUMBER, [1.0, 2.0, np.inf])

    assert np.isnan(held.numbers[2, 0])


def test_an_evaluation_encodes_its_tables_once():
    context = draws(50, 30, 40)

    assert encoded(context) is encoded(context)
    assert encoded(context).synthetic.gower.shape == (40, 9)
