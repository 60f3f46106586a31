"""Invents specifications: names, units, codes, ranges and relations in ever new combinations.

Ranges and spreads are shaken, so that what a variable is called says little about its values: the
model has to read the specification.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from memisis_core.description.specification import Specification

GENERATOR_VERSION = "1"
_FEWEST, _MOST = 3, 9
_TRIES = 20


@dataclass(frozen=True)
class _Measure:
    """A measured variable that can be invented."""

    names: tuple[str, ...]
    description: str
    unit: str
    kind: str
    decimals: int
    low: float
    high: float
    means: tuple[float, float]
    spreads: tuple[float, float]


@dataclass(frozen=True)
class _Coded:
    """A coded variable that can be invented, with sets of codes and their labels."""

    names: tuple[str, ...]
    description: str
    sets: tuple[tuple[tuple[str, str], ...], ...]


def invent(rng: random.Random) -> Specification:
    """Return an invented specification.

    Parameters
    ----------
    rng : random.Random
        The same state gives the same specification.
    """
    count = rng.randint(_FEWEST, _MOST)
    coded = min(count, max(1, round(count * rng.uniform(0.1, 0.6))))
    variables = [_coded(c, rng) for c in rng.sample(_all_coded(), coded)]
    variables += [_measured(m, rng) for m in rng.sample(_measures(), count - coded)]
    seen: dict[str, dict[str, Any]] = {}
    for variable in variables:
        seen.setdefault(variable["name"].casefold(), variable)
    chosen = list(seen.values())
    rng.shuffle(chosen)
    database, study, population = (rng.choice(column) for column in _studies())
    return Specification.model_validate(
        {
            "title": study,
            "study": {"database": database, "name": study, "population": population},
            "variables": chosen,
            "relations": _relations(chosen, rng),
            "groups": _groups(chosen, rng),
            "rules": _rules(chosen, rng),
        }
    )


def _measured(measure: _Measure, rng: random.Random) -> dict[str, Any]:
    size = measure.high - measure.low
    low = measure.low + size * rng.choice((0.0, 0.0, rng.uniform(0, 0.3)))
    high = measure.high - size * rng.choice((0.0, 0.0, rng.uniform(0, 0.3)))
    if rng.random() < 0.3:
        factor = rng.choice((0.1, 0.5, 2.0, 10.0))
        low, high = low * factor, high * factor
    low, high = round(low, measure.decimals), round(high, measure.decimals)
    if high - low < 4 * 10**-measure.decimals:
        low, high = measure.low, measure.high
    size = high - low
    mean = low + size * rng.uniform(*measure.means)
    spread = size * rng.uniform(*measure.spreads)
    made: dict[str, Any] = {
        "name": rng.choice(measure.names),
        "description": measure.description if rng.random() < 0.9 else "",
        "unit": measure.unit or None,
        "type": measure.kind,
        "low": low,
        "high": high,
        "mean": round(mean, measure.decimals + 1),
        "sd": round(max(spread, 10.0**-measure.decimals), measure.decimals + 1),
    }
    if measure.kind == "number":
        made["decimals"] = measure.decimals
    if rng.random() < 0.08:
        made["missing"] = rng.choice((0.05, 0.1, 0.2, 0.3))
    return made


def _coded(coded: _Coded, rng: random.Random) -> dict[str, Any]:
    codes = rng.choice(coded.sets)
    weights = [rng.uniform(0.3, 1.5) ** 2 for _ in codes]
    shares = [round(weight / sum(weights), 2) for weight in weights]
    shares[0] = round(1 - sum(shares[1:]), 2)
    labelled = rng.random() < 0.8
    made: dict[str, Any] = {
        "name": rng.choice(coded.names),
        "description": coded.description if rng.random() < 0.9 else "",
        "type": "category",
        "categories": [
            {
                "code": int(code) if code.isdigit() else code,
                "label": label if labelled else "",
                "share": share,
            }
            for (code, label), share in zip(codes, shares, strict=True)
        ],
    }
    if rng.random() < 0.05:
        made["missing"] = rng.choice((0.05, 0.1, 0.2))
    return made


def _relations(variables: list[dict[str, Any]], rng: random.Random) -> list[dict[str, Any]]:
    """Tie some measures to the first one: a star can always be met."""
    measured = [v["name"] for v in variables if v["type"] != "category"]
    if len(measured) < 2:
        return []
    hub, *others = measured
    tied = rng.sample(others, min(len(others), rng.choice((0, 1, 1, 2, 3))))
    return [
        {
            "between": [hub, other] if rng.random() < 0.5 else [other, hub],
            "rho": rng.choice((-1, 1)) * round(rng.choice((0.2, 0.4, 0.6, 0.7)), 2),
        }
        for other in tied
    ]


def _groups(variables: list[dict[str, Any]], rng: random.Random) -> list[dict[str, Any]]:
    """Give one measure a mean of its own in each category of one coded variable."""
    coded = [v for v in variables if v["type"] == "category" and len(v["categories"]) <= 4]
    measured = [v for v in variables if v["type"] != "category"]
    if not coded or not measured or rng.random() < 0.5:
        return []
    by, variable = rng.choice(coded), rng.choice(measured)
    shifts = [rng.uniform(-0.9, 0.9) for _ in by["categories"]]
    centre = sum(s * c["share"] for s, c in zip(shifts, by["categories"], strict=True))
    means = {
        str(category["code"]): round(variable["mean"] + (shift - centre) * variable["sd"], 2)
        for category, shift in zip(by["categories"], shifts, strict=True)
    }
    if any(not variable["low"] < mean < variable["high"] for mean in means.values()):
        return []
    return [{"variable": variable["name"], "by": by["name"], "means": means}]


def _rules(variables: list[dict[str, Any]], rng: random.Random) -> list[dict[str, Any]]:
    """Put two measures in order where their means allow it."""
    measured = [v for v in variables if v["type"] != "category"]
    for low in measured if rng.random() < 0.3 else []:
        for high in measured:
            if low["mean"] + low["sd"] + high["sd"] < high["mean"]:
                return [{"kind": "inequality", "columns": [low["name"], high["name"]]}]
    return []


@cache
def _measures() -> tuple[_Measure, ...]:
    return tuple(_measure(parts) for parts in _table("measures"))


def _measure(parts: list[str]) -> _Measure:
    names, description, unit, kind, low, high, means, spreads = parts
    word, _, decimals = kind.partition(":")
    return _Measure(
        names=_items(names),
        description=description,
        unit=unit if unit != "-" else "",
        kind=word,
        decimals=int(decimals),
        low=float(low),
        high=float(high),
        means=_span(means),
        spreads=_span(spreads),
    )


@cache
def _all_coded() -> tuple[_Coded, ...]:
    return tuple(
        _Coded(_items(names), description, tuple(_code_set(s) for s in sets.split("//")))
        for names, description, sets in _table("codes")
    )


@cache
def _studies() -> tuple[tuple[str, ...], ...]:
    return tuple(zip(*_table("studies"), strict=True))


def _table(name: str) -> list[list[str]]:
    text = files(__package__).joinpath(f"{name}.txt").read_text(encoding="utf-8")
    kept = (line for line in text.splitlines() if line.strip() and not line.startswith("#"))
    return [[part.strip() for part in line.split("|")] for line in kept]


def _items(text: str) -> tuple[str, ...]:
    return tuple(item.strip() for item in text.split(","))


def _span(text: str) -> tuple[float, float]:
    low, _, high = text.partition("..")
    return float(low), float(high)


def _code_set(text: str) -> tuple[tuple[str, str], ...]:
    pairs = (item.partition("=") for item in _items(text))
    return tuple((code, label) for code, _, label in pairs)
