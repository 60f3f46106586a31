"""Random specifications: whatever is stated, what is drawn is that, within sampling error."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from memisis_core.description.conformity import disagreeing, statements_of
from memisis_core.description.drawing import draw
from memisis_core.description.joint import joint_of
from memisis_core.description.specification import Specification
from memisis_core.description.table_values import table_values

Random = np.random.Generator


@pytest.mark.parametrize("seed", range(6))
def test_what_is_drawn_is_what_is_stated(seed: int) -> None:
    joint = joint_of(specification(np.random.default_rng(seed)))
    if any("cannot" in note or "reaches" in note or "moved" in note for note in joint.notes):
        pytest.skip("this one says itself that it cannot be met")
    frame = draw(joint, 20_000, seed).frame
    statements = statements_of(joint, table_values(frame, joint.specification))
    assert disagreeing(statements, 0.0001) == []


def specification(random: Random) -> Specification:
    variables = [variable(random, f"v{i}") for i in range(int(random.integers(3, 9)))]
    groups, taken = differences(random, variables)
    ordered = [v["name"] for v in variables if v["type"] != "category"]
    relations = []
    for _ in variables:
        pair = sorted(random.choice(ordered, 2, replace=False)) if len(ordered) > 1 else []
        if pair and tuple(pair) not in taken:
            taken.add(tuple(pair))
            rho = round(float(random.uniform(-0.5, 0.5)), 2)
            scale = str(random.choice(["rank", "latent"]))
            relations.append({"between": pair, "rho": rho, "scale": scale})
    document = {"title": "random", "variables": variables, "groups": groups, "relations": relations}
    return Specification.model_validate(document)


def variable(random: Random, name: str) -> dict[str, Any]:
    kind = str(random.choice(["integer", "number", "number", "category", "ordinal", "boolean"]))
    missing = {"missing": 0.1} if random.random() < 0.2 else {}
    if kind in ("category", "ordinal", "boolean"):
        count = 2 if kind == "boolean" else int(random.integers(3, 6))
        shares = random.dirichlet(np.full(count, 3.0))
        codes = [{"code": i, "share": float(share)} for i, share in enumerate(shares)]
        return {"name": name, "type": kind, "categories": codes, **missing}
    low = float(random.integers(-50, 50))
    high = low + float(random.integers(5, 200))
    mean = low + (high - low) * float(random.uniform(0.15, 0.85))
    sd = max(float(random.uniform(0.1, 0.8)) * np.sqrt((mean - low) * (high - mean)), 0.8)
    numbers: dict[str, Any] = {"low": low, "high": high, "mean": mean, "sd": float(sd)}
    if random.random() < 0.2:
        quartiles = np.sort(random.uniform(low, high, 3))
        numbers = {"low": low, "high": high} | dict(
            zip(("q1", "median", "q3"), map(float, quartiles), strict=True)
        )
    elif random.random() < 0.3:
        numbers["skew"] = float(random.uniform(-1, 1))
    return {"name": name, "type": kind, **numbers, **missing}


def differences(
    random: Random, variables: list[dict[str, Any]]
) -> tuple[list[dict[str, Any]], set[tuple[str, ...]]]:
    """Return group means that average to the mean, of numbers by codes that stand before them."""
    groups: list[dict[str, Any]] = []
    taken: set[tuple[str, ...]] = set()
    for i, one in enumerate(variables):
        coded = [v for v in variables[:i] if "categories" in v]
        if "mean" not in one or not coded or random.random() < 0.4:
            continue
        by = coded[int(random.integers(len(coded)))]
        shares = np.array([category["share"] for category in by["categories"]])
        apart = random.normal(size=len(shares)) * 0.2 * one["sd"]
        means = one["mean"] + apart - apart @ shares
        if one["low"] < means.min() and means.max() < one["high"]:
            stated = {str(code): float(mean) for code, mean in enumerate(means)}
            groups.append({"variable": one["name"], "by": by["name"], "means": stated})
            taken.add(tuple(sorted((one["name"], by["name"]))))
    return groups, taken
