import time

import numpy as np
import pytest
from sdmetrics.single_table.privacy.dcr_utils import calculate_dcr

from memisis_core.data.schema import Column, ColumnKind, Schema
from memisis_core.errors import Cancelled
from memisis_core.evaluation.encoding import Encoding
from memisis_core.evaluation.neighbours import (
    Neighbours,
    merged,
    nearest,
    nearest_both_ways,
    nearest_leaving_out_each_column,
    nearest_others,
)
from tests.unit.evaluation.tables import PATIENTS, patients

SDTYPES = {
    ColumnKind.NUMBER: {"sdtype": "numerical"},
    ColumnKind.INTEGER: {"sdtype": "numerical"},
    ColumnKind.CATEGORY: {"sdtype": "categorical"},
    ColumnKind.BOOLEAN: {"sdtype": "boolean"},
    ColumnKind.DATE: {"sdtype": "datetime", "datetime_format": "%Y-%m-%d"},
}


def rows(n, d, seed, levels=None):
    draw = np.random.default_rng(seed)
    if levels is None:
        return draw.random((n, d), dtype=np.float32)
    return draw.integers(0, levels, (n, d)).astype(np.float32)


def brute(queries, references):
    return np.minimum(np.abs(queries[:, None] - references[None]), 1).mean(axis=2)


def expected_of(distance, k):
    order = np.argsort(distance, axis=1, kind="stable")[:, :k]
    return np.take_along_axis(distance, order, axis=1), order


@pytest.mark.parametrize(("n", "m", "d"), [(300, 2500, 7), (5, 40, 1), (70, 33, 20)])
def test_neighbours_are_those_of_the_whole_distance_matrix(n, m, d):
    queries, references = rows(n, d, 1), rows(m, d, 2)
    distance, order = expected_of(brute(queries, references), 4)

    found = nearest(queries, references, 4)

    assert np.array_equal(found.index, order)
    assert found.distance == pytest.approx(distance, abs=1e-6)


def test_both_ways_in_one_pass_is_the_same_as_two_passes():
    first, second = rows(400, 6, 3, levels=4), rows(1300, 6, 4, levels=4)

    there, back = nearest_both_ways(first, second, 3)

    assert np.array_equal(there.index, nearest(first, second, 3).index)
    assert np.array_equal(back.index, nearest(second, first, 3).index)
    assert np.array_equal(back.distance, nearest(second, first, 3).distance)


def test_the_number_of_threads_changes_nothing():
    first, second = rows(500, 5, 5, levels=3), rows(600, 5, 6, levels=3)

    for one, three in zip(
        nearest_both_ways(first, second, 5),
        nearest_both_ways(first, second, 5, threads=3),
        strict=True,
    ):
        assert np.array_equal(one.index, three.index)
        assert np.array_equal(one.distance, three.distance)


def test_a_row_is_not_its_own_neighbour_but_its_copy_is():
    table = rows(200, 4, 7)
    table[150] = table[3]

    found = nearest_others(table, 2)

    assert (found.index[:, 0] != np.arange(200)).all()
    assert found.index[3, 0] == 150
    assert found.distance[3, 0] == 0.0


def test_fewer_rows_than_neighbours_asked_for_is_said():
    found = nearest(rows(3, 2, 8), rows(2, 2, 9), 5)

    assert (found.index[:, 2:] == -1).all()
    assert np.isinf(found.distance[:, 2:]).all()
    assert nearest_others(rows(1, 2, 8), 1).index[0, 0] == -1


def test_neighbours_in_parts_of_a_table_merge_to_those_in_the_whole():
    queries, references = rows(50, 5, 10, levels=3), rows(90, 5, 11, levels=3)

    joint = merged(
        (nearest(queries, references[:40], 3), 0), (nearest(queries, references[40:], 3), 40)
    )

    assert np.array_equal(joint.index, nearest(queries, references, 3).index)


def test_leaving_out_a_column_is_a_search_without_it():
    queries, references = rows(40, 6, 12), rows(1500, 6, 13)

    found = nearest_leaving_out_each_column(queries, references)

    for column in range(6):
        kept = np.delete(np.arange(6), column)
        assert np.array_equal(
            found[:, column], nearest(queries[:, kept], references[:, kept], 1).index[:, 0]
        )


def test_a_search_can_be_stopped():
    def stop():
        raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        nearest(rows(10, 2, 1), rows(10, 2, 2), 1, checkpoint=stop)


def test_distances_are_those_of_sdmetrics_on_mixed_columns_with_missing_values():
    schema = Schema(columns=tuple(c for c in PATIENTS.columns if c.kind in SDTYPES))
    real, synthetic = patients(300, 1)[schema.names], patients(250, 2)[schema.names]
    encoding = Encoding.learn(schema, real)
    found: Neighbours = nearest(encoding.encode(synthetic).gower, encoding.encode(real).gower, 1)
    metadata = {"columns": {column.name: SDTYPES[column.kind] for column in schema.columns}}

    expected = calculate_dcr(synthetic, real, metadata)

    assert found.distance[:, 0] == pytest.approx(expected.to_numpy(), abs=1e-6)


def test_memory_is_that_of_the_result_and_not_of_all_pairs():
    import tracemalloc

    first, second = rows(5000, 8, 1), rows(5000, 8, 2)
    tracemalloc.start()
    nearest_both_ways(first, second, 5)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert peak < 5e6  # all distances would take 1e8 bytes


@pytest.mark.slow
def test_distances_are_two_hundred_times_faster_than_sdmetrics():
    schema = Schema(columns=tuple(Column(name=f"x{i}", kind=ColumnKind.NUMBER) for i in range(20)))
    import pandas as pd

    real = pd.DataFrame(rows(10_000, 20, 1).astype(float), columns=schema.names)
    synthetic = pd.DataFrame(rows(10_000, 20, 2).astype(float), columns=schema.names)
    encoding = Encoding.learn(schema, real)
    queries, references = encoding.encode(synthetic).gower, encoding.encode(real).gower
    nearest(queries[:10], references[:10], 1)
    start = time.process_time()
    nearest(queries, references, 1)
    ours = time.process_time() - start
    metadata = {"columns": {name: {"sdtype": "numerical"} for name in schema.names}}
    start = time.process_time()
    calculate_dcr(synthetic.head(1000), real.head(1000), metadata)
    theirs = (time.process_time() - start) * 100  # it grows with the number of pairs

    assert theirs / ours >= 200
