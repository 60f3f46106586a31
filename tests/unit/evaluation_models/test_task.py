"""What is predicted from what."""

import numpy as np
import pandas as pd
import pytest

from memisis_core.evaluation.encoding import encoded
from memisis_core.evaluation.metric import Status
from memisis_core.evaluation.utility.task import (
    NoTask,
    PredictionTask,
    TaskKind,
    prediction_task,
)
from tests.unit.evaluation_models.conftest import ContextMaker


def task_of(context_for: ContextMaker, target: str, **settings: object) -> PredictionTask:
    task = prediction_task(context_for(target, **settings))
    assert isinstance(task, PredictionTask)
    return task


def test_the_target_identifiers_and_free_text_are_no_features(context_for: ContextMaker) -> None:
    names = task_of(context_for, "outcome").names
    assert set(names) == {
        "age", "bmi", "admitted", "race", "sex", "stage", "smoker", "clinic",
    }  # fmt: skip


def test_dates_become_days_and_ordinals_ranks(context_for: ContextMaker) -> None:
    context = context_for()
    task = prediction_task(context)
    assert isinstance(task, PredictionTask)
    features = task.matrix(encoded(context).train)
    days, ranks = (features[:, task.names.index(name)] for name in ("admitted", "stage"))
    first = (pd.Timestamp("2020-01-01") - pd.Timestamp(0)).days
    assert first <= np.nanmin(days) <= np.nanmax(days) < first + 900
    assert set(ranks[~np.isnan(ranks)]) == {0, 1, 2}


@pytest.mark.parametrize(
    ("values", "positive", "rule"),
    [
        ({"No": "No", "Yes": "Yes"}, "Yes", "the affirmative word"),
        ({"No": 0, "Yes": 1}, "1", "the larger number"),
        ({"No": False, "Yes": True}, "True", "true"),
        ({"No": "2", "Yes": "1"}, "2", "the larger number"),
        ({"No": "zebra", "Yes": "ant"}, "zebra", "the rarer class"),
    ],
)
def test_the_positive_class_follows_a_stated_rule(
    context_for: ContextMaker, values: dict[str, object], positive: str, rule: str
) -> None:
    def change(frame: pd.DataFrame) -> pd.DataFrame:
        if rule == "the rarer class":  # make "No" rare
            frame = frame.assign(outcome=np.where(frame["age"] > 30, "Yes", "No"))
        return frame.assign(outcome=frame["outcome"].map(values))

    task = task_of(context_for, "outcome", change=change)
    assert (task.positive, task.positive_rule) == (positive, rule)


@pytest.mark.parametrize(
    ("target", "kind", "classes"),
    [
        ("outcome", TaskKind.BINARY, 2),
        ("grade", TaskKind.MULTICLASS, 3),
        ("stage", TaskKind.MULTICLASS, 3),
        ("stay", TaskKind.NUMERIC, 0),
        ("admitted", TaskKind.NUMERIC, 0),
    ],
)
def test_the_kind_of_target_settles_the_task(
    context_for: ContextMaker, target: str, kind: TaskKind, classes: int
) -> None:
    task = task_of(context_for, target)
    assert (task.kind, len(task.classes)) == (kind, classes)


def test_a_number_with_two_values_is_a_class(context_for: ContextMaker) -> None:
    def change(frame: pd.DataFrame) -> pd.DataFrame:
        return frame.assign(stay=(frame["stay"] > 5).astype(float))

    assert task_of(context_for, "stay", change=change).classes == ("0", "1")


@pytest.mark.parametrize(
    ("target", "status", "words"),
    [
        (None, Status.NOT_APPLICABLE, "no target is set"),
        ("note", Status.NOT_APPLICABLE, "holds texts"),
        ("record", Status.NOT_APPLICABLE, "holds identifiers"),
    ],
)
def test_what_cannot_be_predicted_is_said(
    context_for: ContextMaker, target: str | None, status: Status, words: str
) -> None:
    task = prediction_task(context_for(target))
    assert isinstance(task, NoTask)
    assert task.status is status
    assert words in task.why


def test_a_target_with_too_many_classes_or_one_is_refused(context_for: ContextMaker) -> None:
    many = prediction_task(context_for("clinic"))
    one = prediction_task(context_for("outcome", change=lambda f: f.assign(outcome="Yes")))
    assert isinstance(many, NoTask) and "classes; at most 20" in many.why
    assert isinstance(one, NoTask) and one.status is Status.INSUFFICIENT_DATA


def test_rows_without_a_target_are_too_few(context_for: ContextMaker) -> None:
    def change(frame: pd.DataFrame) -> pd.DataFrame:
        return frame.assign(outcome=frame["outcome"].where(frame.index < 15))

    task = prediction_task(context_for("outcome", change=change))
    assert isinstance(task, NoTask)
    assert "15 rows with a target; 20 are needed" in task.why
