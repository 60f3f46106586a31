"""The joint distribution that a specification describes, and tables drawn from it.

A Gaussian copula within groups. The variables that others differ by span a table of cells; every
other variable is its stated distribution, read off a normal that its cell shifts (`groups`) and
that is correlated with the others' so that the *written* values have the stated rank correlations
(`pairs`). Pairs of which nothing is said hang together only through what is said of others.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from memisis_core.description.checks import checked
from memisis_core.description.correlations import completed
from memisis_core.description.defaults import filled, target_means
from memisis_core.description.groups import (
    GroupTable,
    MeanTarget,
    RankTarget,
    Shifted,
    Target,
    one_group,
    shifts_for,
    thresholds,
)
from memisis_core.description.marginals import Marginal, marginal_of
from memisis_core.description.pairs import Pair, Ranked, pair_of, shares_under
from memisis_core.description.problem import shown
from memisis_core.description.relation_checks import totals_of
from memisis_core.description.specification import Relation, Specification

Floats = NDArray[np.float64]
_WORTH_SAYING = 0.005
"""Misses below this (sds of a mean, or of rho) are within any draw's sampling error."""


@dataclass(frozen=True)
class Joint:
    """What a specification describes, ready to draw from.

    Attributes
    ----------
    specification : Specification
        With every default filled in.
    marginals : dict of str to Marginal
        Of all variables but totals.
    table : GroupTable
    shifts : dict of str to ndarray, shape (cells,)
        Of the variables outside the table.
    normals : tuple of str
        The variables outside the table, in the order of `factor`.
    factor : ndarray, shape (d, d)
        Lower Cholesky factor of the correlations of their normals.
    notes : tuple of str
        What was filled in, and what could not be met; one line each.
    """

    specification: Specification
    marginals: dict[str, Marginal]
    table: GroupTable
    shifts: dict[str, Floats]
    normals: tuple[str, ...]
    factor: Floats
    notes: tuple[str, ...]

    def wanted(self, relation: Relation) -> float:
        """Return the rank correlation that a relation of the specification asks for."""
        return rank_target(relation, self.marginals)

    def wanted_means(self, name: str, by: str) -> dict[str, float]:
        """Return the mean of a variable in each category of another, by code."""
        group = next(g for g in self.specification.groups if (g.variable, g.by) == (name, by))
        return target_means(group, self.marginals[name].variable, self.marginals[by].variable)


def rank_target(relation: Relation, marginals: dict[str, Marginal]) -> float:
    """Return the rank correlation of written values for a rho on either scale."""
    rho = relation.rho.value if relation.rho else 0.0
    if relation.scale == "rank":
        return rho
    first, second = (unshifted(marginals[name]) for name in relation.between)
    return pair_of(first, second, np.ones(1)).rank_correlation(rho)


def unshifted(marginal: Marginal) -> Ranked:
    """Return a variable as pairs see it where no group shifts it."""
    cumulative, shares, _ = marginal.coarse()
    return Ranked(thresholds(cumulative[:-1], np.zeros(1), np.ones(1)), shares, np.zeros(1))


def joint_of(specification: Specification) -> Joint:
    """Return the joint distribution of a specification.

    Raises
    ------
    InputError
        If the specification cannot be drawn from (see `checks`).
    """
    notes = checked(specification)
    complete = filled(specification)
    notes.extend(complete.notes)
    builder = _Builder(complete.specification, notes)
    builder.place_groups()
    builder.place_others()
    factor = builder.correlate()
    return Joint(
        complete.specification,
        builder.marginals,
        builder.table,
        builder.shifts,
        tuple(builder.normals),
        factor,
        tuple(notes),
    )


class _Builder:
    """Builds a joint distribution step by step, and writes down what could not be met."""

    def __init__(self, specification: Specification, notes: list[str]) -> None:
        self.specification = specification
        self.notes = notes
        totals = totals_of(specification)
        self.marginals = {
            variable.name: marginal_of(
                variable, tuple(r for r in specification.rules if r.columns == (variable.name,))
            )
            for variable in specification.variables
            if variable.name not in totals
        }
        for marginal in self.marginals.values():
            notes.extend(marginal.notes)
        self.table: GroupTable = one_group()
        self.shifts: dict[str, Floats] = {}
        self.normals: list[str] = []
        self.relations: dict[str, list[Relation]] = {}
        for relation in specification.relations:
            for name in relation.between:
                self.relations.setdefault(name, []).append(relation)

    def place_groups(self) -> None:
        """Build the table of the variables that others differ by, parents first."""
        for name in self._parents_first():
            marginal = self.marginals[name]
            shifted = self._shifted(name)
            limits = thresholds(marginal.cumulative[:-1], shifted.shifts, self.table.probabilities)
            self.table = self.table.with_variable(name, shares_under(limits, shifted.shifts))

    def place_others(self) -> None:
        """Shift every other variable so that it differs between groups as stated."""
        for name in self.marginals:
            if name not in self.table.names:
                self.shifts[name] = self._shifted(name).shifts
                self.normals.append(name)

    def correlate(self) -> Floats:
        """Return the Cholesky factor of the normals' correlations."""
        place = {name: i for i, name in enumerate(self.normals)}
        stated, known = np.eye(len(place)), np.eye(len(place), dtype=bool)
        pairs: dict[tuple[int, int], tuple[Relation, Pair]] = {}
        for relation in self.specification.relations:
            first, second = relation.between
            if first in place and second in place:
                i, j = sorted((place[first], place[second]))
                pair = pair_of(self._ranked(first), self._ranked(second), self.table.probabilities)
                stated[i, j] = stated[j, i] = pair.solve(rank_target(relation, self.marginals))
                known[i, j] = known[j, i] = True
                pairs[i, j] = (relation, pair)
        result = completed(stated, known)
        if result.pair is not None:
            relation, pair = pairs[result.pair]
            count = sum(abs(result.matrix[at] - stated[at]) > _WORTH_SAYING for at in pairs)
            self.notes.append(
                "the stated correlations cannot hold together; the nearest that can (Higham 2002, "
                f"doi:10.1093/imanum/22.3.329) move {count} of {len(pairs)}, most "
                f"{_pair(relation)}: {rank_target(relation, self.marginals):.3g} becomes "
                f"{pair.rank_correlation(float(result.matrix[result.pair])):.3g}"
            )
        else:
            self._say_unreached(pairs, stated)
        return np.asarray(np.linalg.cholesky(result.matrix), dtype=np.float64)

    def _say_unreached(
        self, pairs: dict[tuple[int, int], tuple[Relation, Pair]], stated: Floats
    ) -> None:
        for at, (relation, pair) in pairs.items():
            wanted, got = (
                rank_target(relation, self.marginals),
                pair.rank_correlation(float(stated[at])),
            )
            if abs(wanted - got) > _WORTH_SAYING:
                self.notes.append(
                    f"{_pair(relation)}: with these distributions and groups the correlation "
                    f"reaches {got:.3g}, not {wanted:.3g}"
                )

    def _parents_first(self) -> list[str]:
        groups = self.specification.groups
        waiting = list(dict.fromkeys(group.by for group in groups))
        parents = {n: {g.by for g in groups if g.variable == n} for n in waiting}
        ordered: list[str] = []
        while waiting:  # `checks` has refused circles
            ready = next(name for name in waiting if parents[name] <= set(ordered))
            ordered.append(ready)
            waiting.remove(ready)
        return ordered

    def _shifted(self, name: str) -> Shifted:
        """Return the shifts of a variable over the cells that are there by now."""
        shifted = shifts_for(self.marginals[name], self.table, self._targets(name))
        worst = shifted.worst
        if worst is not None and shifted.missed > _WORTH_SAYING:
            what = "means by" if isinstance(worst, MeanTarget) else "correlation with"
            unit = " sd" if isinstance(worst, MeanTarget) else ""
            self.notes.append(
                f"{shown(name)}: its {what} {shown(worst.by)} cannot be met with its distribution "
                f"and its other relations; off by up to {shifted.missed:.3g}{unit}"
            )
        return shifted

    def _targets(self, name: str) -> list[Target]:
        targets: list[Target] = []
        variable = self.marginals[name].variable
        for group in self.specification.groups:
            if group.variable == name and group.by in self.table.names:
                by = self.marginals[group.by].variable
                means = target_means(group, variable, by)
                self._say_moved(name, group.by, means, {c: s.value for c, s in group.means.items()})
                vector = np.array([means[str(code)] for code in by.codes])
                targets.append(MeanTarget(group.by, vector))
        for relation in self.relations.get(name, []):
            other = next(n for n in relation.between if n != name)
            if other in self.table.names:
                ranked = unshifted(self.marginals[other])
                targets.append(
                    RankTarget(
                        other, rank_target(relation, self.marginals), ranked.ranks, ranked.sd
                    )
                )
        return targets

    def _say_moved(
        self, name: str, by: str, means: dict[str, float], stated: dict[str, float]
    ) -> None:
        moved = max(abs(means[code] - stated[code]) for code in means)
        if moved > _WORTH_SAYING * max(self.marginals[name].sd, 1e-12):
            self.notes.append(
                f"{shown(name)} by {shown(by)}: all means are moved by {moved:.3g}, so that they "
                "average to the mean of the variable"
            )

    def _ranked(self, name: str) -> Ranked:
        cumulative, shares, _ = self.marginals[name].coarse()
        shifts = self.shifts[name]
        limits = thresholds(cumulative[:-1], shifts, self.table.probabilities)
        return Ranked(limits, shares, shifts)


def _pair(relation: Relation) -> str:
    return f"{shown(relation.between[0])} and {shown(relation.between[1])}"
