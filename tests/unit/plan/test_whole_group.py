"""Words that ask for every synthesizer leave no room for fewer."""

import pytest

from memisis_core.plan.grounding_synthesizers import ground_synthesizers
from memisis_core.plan.slots import PlannerIntent

ALL = ("ctgan", "gaussian_copula", "tvae")


@pytest.mark.parametrize(
    "words",
    [
        "compare all three synthesizers, 20 epochs",
        "run every generator",
        "all of the models",
        "all 3",
    ],
)
def test_a_subset_is_completed(words: str) -> None:
    grounded = ground_synthesizers(("ctgan", "tvae"), words, PlannerIntent.GENERATE)
    assert grounded.chosen == ALL
    assert grounded.spans


@pytest.mark.parametrize(
    "words",
    [
        "all but the copula",
        "all the neural models",
        "use ctgan and tvae for all patients",
        "every model except the copula",
        "the other two",
    ],
)
def test_exceptions_and_named_ones_stay_as_the_model_understood_them(words: str) -> None:
    grounded = ground_synthesizers(("ctgan", "tvae"), words, PlannerIntent.GENERATE)
    assert grounded.chosen == ("ctgan", "tvae")


def test_words_about_all_synthesizers_add_nothing_where_the_model_saw_none() -> None:
    assert ground_synthesizers((), "all three synthesizers", PlannerIntent.GENERATE).chosen == ()
