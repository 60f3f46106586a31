"""Time and peak memory of each family of measures, and of the libraries' own ones beside them.

Real rows are divided 70 : 30 into train and holdout; as many synthetic rows as real ones. Every
size is measured in a process of its own, first without anything kept, then as a second run of the
same dataset and split finds it. With ``--keep FILE`` every size is written down, and sizes that are
in the file already are not measured again.

Usage: python benchmarks/evaluation.py [--rows 2000 10000 30000 100000] [--threads 2]
       [--references] [--limit SECONDS] [--axes validation fidelity privacy] [--keep FILE.json]
"""

from __future__ import annotations

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

SIZES = [2_000, 10_000, 30_000, 100_000]
_SHORTEST = 0.05
"""Seconds below which growth is noise."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, nargs="+", default=SIZES)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--references", action="store_true", help="measure sdmetrics too")
    parser.add_argument("--limit", type=float, default=120, help="seconds for one of sdmetrics")
    parser.add_argument("--keep", type=Path, help="file for what was measured")
    parser.add_argument("--axes", nargs="+", help="only these axes")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one is not None:
        print(json.dumps(measured(options.one, options)))
        return
    results = [kept_or_measured(rows, options) for rows in options.rows]
    show(results)
    if len(results) > 1:
        show_growth(results)


def kept_or_measured(rows: int, options: argparse.Namespace) -> dict:
    """Return what the file of `options.keep` holds for a size, else measure and write it there."""
    file: Path | None = options.keep
    kept = json.loads(file.read_text()) if file is not None and file.is_file() else {}
    if str(rows) not in kept:
        kept[str(rows)] = in_process(rows, options)
        if file is not None:
            file.write_text(json.dumps(kept, indent=1))
    return kept[str(rows)]


def in_process(rows: int, options: argparse.Namespace) -> dict:
    """Measure one size in a fresh process with a fresh folder for what is kept."""
    command = [sys.executable, __file__, "--one", str(rows), "--threads", str(options.threads)]
    command += ["--references", "--limit", str(options.limit)] if options.references else []
    command += ["--axes", *options.axes] if options.axes else []
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "MEMISIS_HOME": home, "OMP_NUM_THREADS": str(options.threads)}
        found = subprocess.run(
            command, env=environment, capture_output=True, text=True, check=False
        )
    if found.returncode:
        sys.exit(found.stderr)
    return json.loads(found.stdout.splitlines()[-1])


def measured(rows: int, options: argparse.Namespace) -> dict:
    from evaluation_population import SCHEMA, patients

    from memisis_core.evaluation.context import EvaluationData
    from memisis_core.locations import cache_folder

    held = round(rows * 0.3)
    tables = patients(rows - held, 1), patients(held, 2), patients(rows, 3)
    roles = {"target": SCHEMA.target, "protected": tuple(SCHEMA.protected)}
    data = EvaluationData(*tables, SCHEMA, **roles)
    kept = cache_folder() / "real"
    result = {"rows": rows, "start_mb": memory("VmRSS"), "load": os.getloadavg()[0]}
    result["import"] = timed(lambda: __import__("memisis_core.evaluation.registry"))["wall"]
    compile_kernels()
    result["first"] = families(data, kept, options)
    result["again"] = families(data, kept, options)
    result["peak_mb"] = max(one["peak_mb"] for one in result["first"].values())
    if options.references:
        from evaluation_references import references

        ours = {name: one["cpu"] for name, one in result["first"].items()}
        result["references"] = references(*tables, ours, options.limit)
    return result


def compile_kernels() -> None:
    """Compile once, as the first evaluation on a machine does; it is no cost of later ones."""
    from evaluation_population import SCHEMA, patients

    from memisis_core.evaluation.context import EvaluationData
    from memisis_core.evaluation.engine import evaluate
    from memisis_core.evaluation.metric import Axis
    from memisis_core.evaluation.tables import context_of_data

    small = EvaluationData(patients(60, 4), patients(60, 5), patients(60, 6), SCHEMA)
    list(evaluate(context_of_data(small), frozenset({Axis.PRIVACY})))


def families(data: object, kept: Path, options: argparse.Namespace) -> dict:
    from memisis_core.evaluation.engine import evaluate
    from memisis_core.evaluation.metric import Axis
    from memisis_core.evaluation.registry import families as declared
    from memisis_core.evaluation.tables import context_of_data

    axes = frozenset(Axis(axis) for axis in options.axes) if options.axes else None
    chosen = [family for family in declared() if axes is None or family.axis in axes]
    context = context_of_data(data, cache_folder=kept, threads=options.threads)
    runs = evaluate(context, axes)
    found = {}
    for family in chosen:
        forget_peak()
        one = timed(lambda: next(runs))
        one["peak_mb"] = memory("VmHWM")
        one["failed"] = sum(metric.status == "failed" for metric in one.pop("result"))
        found[f"{family.axis.value}: {family.name}"] = one
    return found


def timed(work: Callable[[], object]) -> dict:
    wall, cpu = time.perf_counter(), time.process_time()
    result = work()
    return {
        "wall": time.perf_counter() - wall,
        "cpu": time.process_time() - cpu,
        "result": result,
    }


def forget_peak() -> None:
    """Start the kernel's count of peak memory anew (Linux)."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return


def memory(field: str) -> float:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{field}:"):
            return int(line.split()[1]) / 1024
    return math.nan


def show(results: list[dict]) -> None:
    for result in results:
        first, again = result["first"], result["again"]
        print(f"\n{result['rows']:,} real and as many synthetic rows × 20 columns")
        print(f"{'':34}{'first run':>18}{'second run':>18}{'peak':>9}")
        print(f"{'family':34}{'wall s':>9}{'cpu s':>9}{'wall s':>9}{'cpu s':>9}{'MB':>9}")
        for name, one in first.items():
            other = again[name]
            failed = f"   {one['failed']} failed" if one["failed"] else ""
            print(
                f"{name:34}{one['wall']:9.2f}{one['cpu']:9.2f}{other['wall']:9.2f}"
                f"{other['cpu']:9.2f}{one['peak_mb']:9.0f}{failed}"
            )
        sums = [sum(one[kind] for one in part.values()) for part in (first, again)
                for kind in ("wall", "cpu")]  # fmt: skip
        print(f"{'all':34}" + "".join(f"{s:9.2f}" for s in sums) + f"{result['peak_mb']:9.0f}")
        print(f"load before: {result['load']:.1f} on {os.cpu_count()} cores")
        for name, (theirs, ours, note) in result.get("references", {}).items():
            print(f"sdmetrics {name}: {theirs:.1f} CPU s against {ours:.3f}, "
                  f"{theirs / ours:,.0f} × ({note})")  # fmt: skip


def show_growth(results: list[dict]) -> None:
    from evaluation_references import growth

    print("\ngrowth of CPU time: rows to this power (1: linear, 2: quadratic), 95 % interval")
    sizes = [result["rows"] for result in results]
    times = {name: [r["first"][name]["cpu"] for r in results] for name in results[0]["first"]}
    times["all"] = [sum(one["cpu"] for one in r["first"].values()) for r in results]
    for name, seconds in times.items():
        if max(seconds) < _SHORTEST:
            continue
        power, half = growth(sizes, seconds)
        print(f"{name:34}{power:6.2f}" + ("" if half is None else f" ± {half:.2f}"))


if __name__ == "__main__":
    main()
