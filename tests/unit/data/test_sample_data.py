import runpy
import subprocess
import sys
import tomllib

import pytest

from memisis_core.data.card import card_of, card_path
from memisis_core.data.dataset import open_dataset
from memisis_core.data.readiness import check_ready
from memisis_core.data.samples import SAMPLE_NAMES, sample_table
from memisis_core.data.schema import ColumnKind
from memisis_core.errors import InputError


@pytest.mark.parametrize("name", SAMPLE_NAMES)
def test_a_sample_table_opens_without_a_warning_and_its_card_fits(name):
    data = open_dataset(sample_table(name))

    assert data.warnings == ()
    assert check_ready(data.table, data.schema, data.schema.target, data.schema.protected) == []
    assert data.card is not None
    assert list(data.card.columns) == data.table.names
    assert all(column.description for column in data.schema.columns)
    assert all(data.schema.column(n).kind is c.kind for n, c in data.card.columns.items())
    text = sample_table(name).with_suffix(".md").read_text(encoding="utf-8")
    assert all(f"`{column}`" in text for column in data.table.names)


def test_the_samples_have_their_targets_and_protected_attributes():
    schizophrenia = open_dataset(sample_table("schizophrenia"))
    nhefs = open_dataset(sample_table("nhefs"))

    assert (schizophrenia.table.rows, nhefs.table.rows) == (11_000, 1_629)
    assert schizophrenia.schema.target == "Diagnosis"
    assert set(schizophrenia.schema.protected) == {"Race", "Sex"}
    assert nhefs.schema.target == "death"
    assert set(nhefs.schema.protected) == {"race", "sex"}
    assert sum(column.missing > 0 for column in nhefs.schema.columns) >= 5
    assert nhefs.schema.column("education").kind is ColumnKind.ORDINAL


def test_the_label_is_biased_against_black_men():
    frame = open_dataset(sample_table("schizophrenia")).table.frame
    rates = {
        (race, sex): group["Diagnosis"].mean()
        for (race, sex), group in frame.group_by("Race", "Sex")
    }

    assert rates.pop(("Black", "Male")) == pytest.approx(0.854, abs=0.001)
    assert all(0.40 < rate < 0.51 for rate in rates.values())


@pytest.mark.parametrize(
    ("script", "table"),
    [("simulate_schizophrenia.py", "schizophrenia"), ("prepare_nhefs.py", "nhefs")],
)
def test_the_scripts_make_the_tables_byte_for_byte(tmp_path, script, table):
    shipped = sample_table(table)
    made = tmp_path / "made.csv"

    subprocess.run([sys.executable, shipped.with_name(script), made], check=True)

    assert made.read_bytes() == shipped.read_bytes()


@pytest.mark.slow
def test_the_calibration_tells_another_draw_from_another_population():
    shipped = sample_table("schizophrenia")
    calibration = runpy.run_path(str(shipped.with_name("calibration.py")))
    simulation = runpy.run_path(str(shipped.with_name("simulate_schizophrenia.py")))
    table = calibration["pd"].read_csv(shipped)
    shifted = table.assign(Tension=table["Tension"] + 0.2, Delay="No")
    another = calibration["pd"].DataFrame(simulation["simulate"](1), columns=simulation["HEADER"])
    another = another.astype(table.dtypes.to_dict())

    for other, agrees in ((another, True), (shifted, False)):
        lines = [
            *calibration["size_lines"](table, other),
            *calibration["category_lines"](table, other),
            *calibration["score_lines"](table, other),
            *calibration["correlation_lines"](table, other),
        ]
        assert all(line.agrees for line in lines) is agrees


def test_cards_are_plain_toml_beside_the_tables():
    for name in SAMPLE_NAMES:
        path = card_path(sample_table(name))
        document = tomllib.loads(path.read_text(encoding="utf-8"))
        assert {"title", "source", "licence", "known_biases", "columns"} <= set(document)
        assert card_of(sample_table(name)) is not None


def test_an_unknown_sample_is_an_input_error():
    with pytest.raises(InputError, match="There are: schizophrenia, nhefs"):
        sample_table("heart")
