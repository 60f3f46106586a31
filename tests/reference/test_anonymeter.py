"""Our attacks' risks are Anonymeter's within their intervals (``make anonymeter`` installs it)."""

from __future__ import annotations

import pytest

from benchmarks.anonymeter_agreement import Agreement, Risk, agreements, interpreter

needs_anonymeter = pytest.mark.skipif(
    not interpreter().is_file(),
    reason="Anonymeter pins an old numpy and lives in its own environment: run `make anonymeter`",
)


@pytest.mark.parametrize(
    ("attack", "theirs", "agrees"),
    [
        ("linkability", Risk(0.22, (0.15, 0.29), 400), True),
        ("linkability", Risk(0.28, (0.15, 0.41), 400), False),  # ours does not reach theirs
        ("linkability", Risk(0.0, (0.0, 0.1), 400), False),
        ("singling out, multivariate", Risk(0.28, (0.15, 0.41), 400), True),
        ("singling out, multivariate", Risk(0.0, (0.0, 0.1), 400), False),
    ],
)
def test_risks_that_differ_by_more_than_their_intervals_do_not_agree(attack, theirs, agrees):
    ours = Risk(0.2, (0.14, 0.26), 400)
    assert Agreement("invented", attack, ours, theirs).agrees is agrees


@needs_anonymeter
@pytest.mark.slow
def test_risks_are_anonymeters_within_their_intervals():
    found = agreements(rows=300, seed=1)
    attacks = {one.attack for one in found}
    assert {"linkability", "singling out, multivariate", "attribute inference, race"} <= attacks
    assert [one for one in found if not one.agrees] == []
    leaked = [one for one in found if one.scenario == "half leaked" and one.same_targets]
    assert all(one.theirs.value > 0.2 for one in leaked)
