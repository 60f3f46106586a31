"""How long specification mode takes, and how far its tables are from their specifications.

For each ready-made specification: seconds (of wall clock and of processor) to build the joint
distribution and to draw, and over several seeds of 20,000 rows how many statements a table
contradicts at 0.05 each, which chance alone lets 5 % do. A wide specification of 500 variables in a
chain of correlations is timed too.

Usage: python benchmarks/describe.py [--rows 100000] [--seeds 10] [--json FILE]
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from memisis_core.description.conformity import disagreeing, statements_of
from memisis_core.description.drawing import draw
from memisis_core.description.joint import joint_of
from memisis_core.description.ready_made import EXAMPLES, example
from memisis_core.description.specification import Specification
from memisis_core.description.table_values import table_values

_ROWS_TESTED = 20_000
_WIDE = 500


@dataclass(frozen=True)
class Timing:
    """One specification drawn from."""

    name: str
    variables: int
    statements: int
    build_wall: float
    build_processor: float
    draw_wall: float
    draw_processor: float
    tested: int
    below_005: int
    contradicted: int


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    joint_of(example("alzheimer"))  # the libraries are loaded once, before anything is timed
    specifications = [(name, example(name)) for name in EXAMPLES] + [("wide", wide())]
    timings = []
    for name, specification in specifications:
        seeds = options.seeds if name != "wide" else 1
        timings.append(timed(name, specification, options.rows, seeds))
        print(as_row(timings[-1]), flush=True)
    if options.json:
        options.json.write_text(json.dumps([asdict(t) for t in timings], indent=1))


def timed(name: str, specification: Specification, rows: int, seeds: int) -> Timing:
    wall, processor = time.perf_counter(), time.process_time()
    joint = joint_of(specification)
    built_wall, built = time.perf_counter() - wall, time.process_time() - processor
    wall, processor = time.perf_counter(), time.process_time()
    draw(joint, rows)
    drawn_wall, drawn = time.perf_counter() - wall, time.process_time() - processor
    tested = below = contradicted = statements = 0
    for seed in range(seeds):
        frame = draw(joint, _ROWS_TESTED, seed=seed).frame
        found = statements_of(joint, table_values(frame, joint.specification))
        statements = len(found)
        tested += statements
        below += sum(statement.p < 0.05 for statement in found)
        contradicted += len(disagreeing(found))
    return Timing(
        name, len(specification.variables), statements,
        built_wall, built, drawn_wall, drawn, tested, below, contradicted,
    )  # fmt: skip


def wide() -> Specification:
    """Return 500 variables, each related to the next."""
    variables = [
        {"name": f"v{i}", "type": "number", "low": -50, "high": 50, "mean": 0, "sd": 10}
        for i in range(_WIDE)
    ]
    relations = [{"between": [f"v{i}", f"v{i + 1}"], "rho": 0.5} for i in range(_WIDE - 1)]
    return Specification.model_validate(
        {"title": "wide", "variables": variables, "relations": relations}
    )


def as_row(timing: Timing) -> str:
    return (
        f"| {timing.name} | {timing.variables} "
        f"| {timing.build_wall:.2f} s ({timing.build_processor:.2f}) "
        f"| {timing.draw_wall:.2f} s ({timing.draw_processor:.2f}) | {timing.tested} "
        f"| {timing.below_005 / max(timing.tested, 1):.1%} | {timing.contradicted} |"
    )


if __name__ == "__main__":
    main()
