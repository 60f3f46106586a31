"""The whole work by a plain script and by ``memisis run``: wall time, peak memory, and the ratio.

Same table, same rows in training and holdout, same epochs, same number of synthetic rows; each
starts cold in processes of its own, one after the other.

Usage: python benchmarks/end_to_end.py [--rows 10000] [--epochs 30] [--no-dcr] [--only memisis]
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

from processes import Measured, measure

HERE = Path(__file__).parent
TABLE = HERE.parent / "sample_data" / "schizophrenia.csv"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--epochs", type=int, default=30)
    parser.add_argument("--no-dcr", action="store_true", help="the plain script leaves DCR out")
    parser.add_argument("--only", choices=["plain", "memisis"])
    options = parser.parse_args()
    measured: dict[str, Measured] = {}
    with tempfile.TemporaryDirectory() as folder:
        if options.only != "memisis":
            measured["plain"] = plain(options)
        if options.only != "plain":
            measured["memisis"] = memisis(options, Path(folder))
    for name, result in measured.items():
        print(
            f"{name:8}  {result.seconds:7.1f} s   peak {result.peak_bytes / 1e9:5.2f} GB   "
            f"exit {result.returncode}"
        )
        if result.returncode:
            sys.exit(f"{name} failed")
    if len(measured) == 2:
        faster = measured["plain"].seconds / measured["memisis"].seconds
        memory = measured["memisis"].peak_bytes / measured["plain"].peak_bytes
        print(f"ratio     {faster:7.1f} × faster, {memory:.2f} × the peak memory")


def plain(options: argparse.Namespace) -> Measured:
    command = [sys.executable, str(HERE / "plain_script.py"), str(TABLE)]
    command += ["--rows", str(options.rows), "--epochs", str(options.epochs)]
    result = measure(command + (["--no-dcr"] if options.no_dcr else []))
    print(result.output.splitlines()[-1] if result.output else "")
    return result


def memisis(options: argparse.Namespace, folder: Path) -> Measured:
    table, plan = folder / "table.csv", folder / "plan.toml"
    lines = TABLE.read_text().splitlines()[: options.rows + 1]
    table.write_text("\n".join(lines) + "\n")
    half = (len(lines) - 1) // 2
    plan.write_text(
        f"""version = 1
synthesizers = ["ctgan", "gaussian_copula", "tvae"]
epochs = {options.epochs}
holdout_fraction = 0.5
train_rows = {half}
sample_rows = {half}
target = "Diagnosis"
protected = ["Race", "Sex"]
"""
    )
    environment = {**os.environ, "MEMISIS_HOME": str(folder / "home")}
    command = [sys.executable, "-m", "memisis_tui.command_line", "run", str(table)]
    result = measure([*command, "--plan", str(plan), "--json"], environment)
    if result.returncode == 0:
        runs = json.loads(result.output)["runs"]
        states = [f"{r['synthesizer']}: {r['state']}, {len(r['metrics'])} metrics" for r in runs]
        print("; ".join(states))
    return result


if __name__ == "__main__":
    main()
