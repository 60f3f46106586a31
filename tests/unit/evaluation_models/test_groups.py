"""Groups of protected attributes."""

import numpy as np
import pandas as pd
import pytest

from memisis_core.evaluation.fairness.groups import bins_of, groupings, refused_groupings
from tests.unit.evaluation_models.conftest import ContextMaker, patients


def test_each_attribute_and_the_intersection_form_groups(context_for: ContextMaker) -> None:
    context = context_for()
    found = {grouping.title: grouping for grouping in groupings(context)}
    assert list(found) == ["race", "sex", "race × sex"]
    race = found["race"]
    assert race.labels == ("race=Asian", "race=Black", "race=White", "race=(missing)")
    for table, codes in (("train", race.train), ("holdout", race.holdout)):
        words = [race.labels[code] for code in codes]
        expected = getattr(context.data, table)["race"].fillna("(missing)")
        assert words == [f"race={word}" for word in expected]
    assert "race=Asian, sex=Male" in found["race × sex"].labels


def test_three_attributes_have_their_pairs_and_all_three(context_for: ContextMaker) -> None:
    titles = [g.title for g in groupings(context_for(protected=("race", "sex", "stage")))]
    assert titles[3:] == ["race × sex", "race × stage", "sex × stage", "race × sex × stage"]


def test_ages_are_cut_as_clinics_report_them(context_for: ContextMaker) -> None:
    context = context_for(protected=("age",))
    bins = bins_of(context, "age")
    assert bins is not None
    assert bins.names == ("under 40", "40–64", "65–79", "80 and over")
    (grouping,) = groupings(context)
    ages = context.data.holdout["age"].to_numpy()
    of_39_and_40 = [
        {grouping.labels[c] for c in grouping.holdout[ages == age]} for age in (39.0, 40.0)
    ]
    assert of_39_and_40 == [{"age=under 40"}, {"age=40–64"}]


@pytest.mark.parametrize("name", ["bmi", "admitted"])
def test_other_numbers_and_dates_are_cut_in_thirds(context_for: ContextMaker, name: str) -> None:
    (grouping,) = groupings(context_for(protected=(name,)))
    shares = np.bincount(grouping.train)[:3] / len(grouping.train)
    assert shares == pytest.approx([1 / 3] * 3, abs=0.03)
    assert grouping.binning == "thirds of the real training rows"


def test_words_that_real_data_lack_are_a_group(context_for: ContextMaker) -> None:
    context = context_for(protected=("race",), synthetic=patients(100, 9).assign(race="Other"))
    (grouping,) = groupings(context)
    assert grouping.labels[-2] == "race=(not in real data)"
    assert {grouping.labels[code] for code in grouping.synthetic} == {"race=(not in real data)"}


def test_what_forms_no_groups_is_refused_with_the_reason(context_for: ContextMaker) -> None:
    def change(frame: pd.DataFrame) -> pd.DataFrame:
        return frame.assign(clinic=[f"c{i % 60}" for i in range(len(frame))])

    context = context_for(protected=("record", "clinic", "sex"), change=change)
    assert [grouping.title for grouping in groupings(context)] == ["sex"]
    refused = refused_groupings(context)
    assert "identifiers" in refused["record"]
    assert "60 groups; with more than 50" in refused["clinic"]
