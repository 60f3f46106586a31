import polars as pl
import pytest

from memisis_core.data.card import card_of, card_path
from memisis_core.data.dataset import open_dataset
from memisis_core.data.schema import ColumnKind, Role
from memisis_core.errors import InputError


@pytest.fixture
def table_with_card(tmp_path):
    def write(card, **columns):
        path = tmp_path / "clinic.csv"
        pl.DataFrame(columns).write_csv(path)
        (tmp_path / "clinic.card.toml").write_text(card, encoding="utf-8")
        return path

    return write


COLUMNS = {
    "ef": [30 + i % 40 for i in range(80)],
    "activity": ["lots", "some", "little", "lots"] * 20,
    "sex": ["F", "M"] * 40,
    "group": ["x", "y", "z", "x"] * 20,
    "y": [0, 1] * 40,
    "outcome": [0, 0, 1, 1] * 20,
}


def test_a_card_describes_columns_and_has_the_last_word(table_with_card):
    card = """
    title = "Clinic"
    [columns.ef]
    description = "Ejection fraction"
    unit = "%"
    kind = "number"
    [columns.activity]
    kind = "ordinal"
    levels = ["little", "some", "lots"]
    [columns.group]
    role = "protected"
    [columns.y]
    role = "target"
    """

    data = open_dataset(table_with_card(card, **COLUMNS))

    ef = data.schema.column("ef")
    assert (ef.description, ef.unit, ef.kind) == ("Ejection fraction", "%", ColumnKind.NUMBER)
    assert data.schema.column("activity").levels == ("little", "some", "lots")
    assert data.schema.target == "y"
    assert data.schema.protected == ["group"]  # a card that names one names all
    assert data.schema.column("y").reason == "the data card says so"
    assert data.warnings == ()


def test_what_a_card_gets_wrong_is_said_and_not_believed(table_with_card):
    card = """
    [columns.sex]
    kind = "number"
    [columns.activity]
    kind = "ordinal"
    levels = ["little", "some"]
    [columns.ef]
    kind = "boolean"
    [columns.age]
    description = "Age"
    """

    data = open_dataset(table_with_card(card, **COLUMNS))

    assert data.schema.column("sex").kind is ColumnKind.CATEGORY
    assert data.schema.column("activity").kind is ColumnKind.CATEGORY
    assert data.schema.column("ef").kind is ColumnKind.INTEGER
    assert {(w.code, w.column) for w in data.warnings} == {
        ("card", "sex"),
        ("card", "activity"),
        ("card", "ef"),
        ("card", None),
    }


def test_an_identifier_stays_one_unless_the_card_says_otherwise(table_with_card):
    columns = {**COLUMNS, "patient_id": range(80), "case_no": range(80)}
    card = '[columns.patient_id]\ndescription = "Number"\n[columns.case_no]\nrole = "feature"\n'

    schema = open_dataset(table_with_card(card, **columns)).schema

    assert schema.column("patient_id").role is Role.IDENTIFIER
    assert schema.column("case_no").role is Role.FEATURE


@pytest.mark.parametrize(
    ("card", "what"),
    [
        ("title = ", "not valid TOML"),
        ("tittle = 'x'", "key 'tittle'"),
        ("[columns.x]\nkind = 'float'", "key 'columns.x.kind'"),
        ("[columns.x]\nrole = 'boss'", "key 'columns.x.role'"),
    ],
)
def test_a_card_that_cannot_be_understood_is_refused_in_one_line(table_with_card, card, what):
    with pytest.raises(InputError, match=r"clinic\.card\.toml") as caught:
        open_dataset(table_with_card(card, **COLUMNS))

    assert what in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_table_without_a_card_needs_none(tmp_path):
    assert card_of(tmp_path / "a.csv") is None
    assert card_path(tmp_path / "a.b.CSV.gz").name == "a.b.card.toml"
