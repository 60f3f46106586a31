import polars as pl
import pytest

from memisis_core.data.identifiers import identifier_evidence
from memisis_core.data.inference import infer_schema
from memisis_core.data.reading import read_table
from memisis_core.data.schema import ColumnKind, Role

FIRST = ["Anna", "Ben", "Chloé", "David", "Ebru", "Frank", "Gül", "Hana", "Ivo", "Jean-Luc"]
LAST = ["Smith", "O'Brien", "Müller", "García", "Novák", "Okafor", "Rossi", "Sato", "Weber", "Zhou"]
PEOPLE = [f"{first} {last}" for first in FIRST for last in LAST]


def evidence(name, values, dates=False):
    return identifier_evidence(pl.Series(name, values), holds_dates=dates)


@pytest.mark.parametrize(
    ("name", "values", "what"),
    [
        ("patient_name", PEOPLE, "names of people"),
        ("LastName", LAST * 10, "names of people"),
        ("Nachname", LAST * 10, "names of people"),
        ("MRN", list(range(5000, 5600, 6)), "record numbers"),
        ("PatientID", [f"P{i}" for i in range(100)] * 4, "record numbers"),
        ("subject_no", list(range(100)), "record numbers"),
        ("id", [i * 37 % 9973 for i in range(100)], "record numbers"),
        ("SSN", [f"{i:03d}-12-3456" for i in range(100)], "record numbers"),
        ("Date of Birth", ["1950-01-01", "1960-02-02", "1970-03-03"], "dates of birth"),
        ("DOB", ["1950-01-01", "1960-02-02", "1970-03-03"], "dates of birth"),
        ("E-Mail", ["x", "y", "z"], "e-mail addresses"),
        ("Phone No.", ["1", "2", "3"], "telephone numbers"),
        ("home_address", ["x", "y", "z"], "addresses"),
        ("ZIP", [10115, 10117, 10119], "addresses"),
        ("postcode", ["SW1A 1AA", "M1 1AE", "B33 8TH"], "addresses"),
        ("latitude", [52.5, 48.1, 50.9], "addresses"),
        ("surgeon", PEOPLE[:4] * 25, "names of people"),
    ],
)
def test_a_name_gives_an_identifier_away(name, values, what):
    found = evidence(name, values)

    assert found is not None
    assert found.what == what


@pytest.mark.parametrize(
    ("values", "what"),
    [
        (PEOPLE, "names of people"),
        ([f"{name.split()[1]}, {name.split()[0]}" for name in PEOPLE], "names of people"),
        ([f"a{i}@clinic.example" for i in range(30)] + [None] * 70, "e-mail addresses"),
        ([f"+44 20 7946 {i:04d}" for i in range(100)], "telephone numbers"),
        ([f"(555) 010-{i:04d}" for i in range(100)], "telephone numbers"),
        ([f"{i:03d}-12-3456" for i in range(100)], "social security numbers"),
        ([f"{i + 1} Station Road" for i in range(100)], "street addresses"),
        ([f"Goethestraße {i}" for i in range(100)], "street addresses"),
        ([f"{i:08x}-1111-4222-8333-123456789abc" for i in range(100)], "UUIDs"),
        ([f"10.0.{i}.7" for i in range(100)], "IP addresses"),
        ([f"P-{i * 31:05d}" for i in range(100)], "record numbers"),
        (list(range(1, 101)), "running numbers"),
        ([i * 37 % 100 + 500 for i in range(100)], "running numbers"),
    ],
)
def test_values_give_an_identifier_away_whatever_the_column_is_called(values, what):
    found = evidence("x", values)

    assert found is not None
    assert found.what == what


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("cd40", list(range(200, 900, 7))),
        ("covid_status", ["pos", "neg"] * 50),
        ("platelets", [150_000 + i * 991 for i in range(100)]),
        ("birth_weight", [2.5 + i * 0.01 for i in range(100)]),
        ("hospital_name", ["North General", "Saint Mary", "City Clinic"] * 30),
        ("hospital_id", [1, 2, 3, 4] * 25),
        ("drug_name", ["aspirin", "metformin", "insulin"] * 30),
        ("visit_number", [1, 2, 3] * 30),
        ("diagnosis", ["Atrial Fibrillation", "Heart Failure"] * 50),
        ("age", [18 + i % 70 for i in range(100)]),
        ("icd_code", ["I10", "E11.9", "J45"] * 30),
        ("blood_pressure", [f"{110 + i}/{70 + i % 20}" for i in range(100)]),
        ("dose", [f"{i} mg" for i in range(100)]),
        ("telomere_length", [1.5, 2.5, 3.5] * 30),
        ("interval", [f"{i}-{i + 10}" for i in range(100)]),
    ],
)
def test_clinical_columns_are_not_mistaken_for_identifiers(name, values):
    assert evidence(name, values) is None


def test_dates_other_than_of_birth_are_kept():
    assert (
        evidence("admission_date", ["2020-01-01", "2020-01-02", "2020-02-01"], dates=True) is None
    )


def schema_of(tmp_path, **columns):
    path = tmp_path / "a.csv"
    pl.DataFrame({name: [str(v) for v in values] for name, values in columns.items()}).write_csv(
        path
    )
    return infer_schema(read_table(path))


def test_identifiers_are_left_out_of_the_synthesis_with_their_reason(tmp_path):
    found = schema_of(
        tmp_path,
        name=PEOPLE,
        dob=[f"19{i % 80 + 10}-01-{i % 28 + 1:02d}" for i in range(100)],
        age=[18 + i % 70 for i in range(100)],
        sex=["F", "M"] * 50,
    )

    assert [column.name for column in found.schema.synthesised] == ["age", "sex"]
    assert found.schema.column("dob").kind is ColumnKind.DATE
    assert found.schema.column("name").kind is ColumnKind.IDENTIFIER
    assert [(w.code, w.column) for w in found.warnings] == [
        ("identifier", "name"),
        ("identifier", "dob"),
    ]
    insisted = found.schema.replacing("dob", role=Role.FEATURE)
    assert "dob" in [column.name for column in insisted.synthesised]


@pytest.mark.parametrize(
    ("columns", "target"),
    [
        (["age", "stroke_history", "death_event", "sex"], "death_event"),
        (["Diagnosis", "Sex", "flag"], "Diagnosis"),
        (["sex", "family_history", "x1", "x2"], "x2"),
        (["readmitted_30d", "died", "sex"], "readmitted_30d"),
        (["sex", "gender"], None),
    ],
)
def test_the_target_is_the_column_whose_name_says_an_outcome_or_the_last(tmp_path, columns, target):
    values = {name: [i // (k + 1) % 2 for i in range(80)] for k, name in enumerate(columns)}

    schema = schema_of(tmp_path, **values).schema

    assert schema.target == target
    if target:
        assert "target:" in schema.column(target).reason


def test_protected_attributes_are_suggested_by_name_and_only_if_they_make_groups(tmp_path):
    schema = schema_of(
        tmp_path,
        Gender=["F", "M"] * 40,
        PTETHCAT=[i % 3 for i in range(80)],
        is_female=[i % 2 for i in range(80)],
        age=[20 + i % 60 for i in range(80)],
        age_group=["<40", "40-64", "65+", "65+"] * 20,
        skin_thickness=[i % 30 for i in range(80)],
        race=["A"] * 80,
        y=[i % 2 for i in range(80)],
    ).schema

    assert schema.protected == ["Gender", "PTETHCAT", "is_female", "age_group"]
    assert schema.target == "y"
    assert "protected: its name says sex" in schema.column("Gender").reason
