"""What can be done in a review, for the one registry of actions."""

from __future__ import annotations

from memisis_screens.action import Action, Scope


def review_actions() -> tuple[Action, ...]:
    """Return the actions on a patient, on a question of the blinded test, and the ways there."""
    return (*_ways_there(), *_patient(), *_blinded())


def _ways_there() -> tuple[Action, ...]:
    return tuple(
        Action(f"{scope.value}.review", "v", "review", "Review the patients of the run", scope,
               "One synthetic patient at a time, judged by key; and the blinded test.",
               footer="review", rank=20)
        for scope in (Scope.JOBS, Scope.METRICS, Scope.COMPARE)
    )  # fmt: skip


def _patient() -> tuple[Action, ...]:
    scope = Scope.REVIEW
    return (
        Action("review.plausible", "p", "judge('plausible')", "Plausible", scope,
               "There could be such a patient. Goes on to the next.",
               footer="plausible", rank=1),
        Action("review.implausible", "i", "judge('implausible')", "Implausible", scope,
               "There can hardly be such a patient. Asks why.",
               footer="implausible", rank=2),
        Action("review.unsure", "u", "judge('unsure')", "Unsure", scope, "Asks why.",
               footer="unsure", rank=3),
        Action("review.next", "right,l,space", "patient(1)", "Next patient", scope,
               footer="next", rank=4, shown_key="→"),
        Action("review.previous", "left,h", "patient(-1)", "Patient before", scope,
               shown_key="←"),
        Action("review.name", "x", "name_value", "Name the value under the cursor", scope,
               "The values that the judgement is about.", footer="name value", rank=5),
        Action("review.rule", "c", "write_rule", "Turn into a rule of the next plan", scope,
               "A constraint that every synthetic patient keeps; it is shown before it is added.",
               footer="rule", rank=6),
        Action("review.marked", "m", "next_marked", "Next patient with a mark", scope,
               footer="next marked", rank=7),
        Action("review.blinded", "b", "blinded(20)", "Blinded test", scope,
               "20 real holdout patients and 20 synthetic ones, mixed; or the test that was begun.",
               footer="blinded test", rank=8),
        Action("review.blinded_long", "B", "blinded(50)", "Blinded test with 50 of each", scope),
        Action("review.why", "w", "say_why", "Say why", scope,
               "Words beside the judgement; they are kept as text.", footer="why", rank=9),
        Action("review.withdraw", "backspace", "withdraw", "Take the judgement back", scope),
        Action("review.more", "a", "more_patients", "Draw fifty patients more", scope),
        Action("review.next_run", "full_stop", "next_run", "Review the next run", scope,
               shown_key="."),
    )  # fmt: skip


def _blinded() -> tuple[Action, ...]:
    scope = Scope.BLINDED
    return (
        Action("blinded.real", "r", "answer('real')", "This is a real patient", scope,
               footer="real", rank=1),
        Action("blinded.synthetic", "s", "answer('synthetic')", "This is a synthetic patient",
               scope, footer="synthetic", rank=2),
    )  # fmt: skip
