"""CTGAN's training step: ctgan's own on one and two threads, ours on one; ratio to the fastest.

Each in a process of its own, one after the other, on the sample data (5,000 rows, 19 columns). The
preparation (Gaussian mixtures) is left out: it is the same in both.

Usage: python benchmarks/ctgan_step.py [--epochs 20]
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

TABLE = Path(__file__).resolve().parents[1] / "sample_data" / "schizophrenia.csv"
ROWS, BATCH = 5000, 500
DISCRETE = ["Diagnosis", "Sex", "Race", "Housing", "Delay"]


def seconds_a_step(ours: bool, epochs: int) -> float:
    """Return the mean wall time of a step from the second epoch on."""
    import numpy as np
    import pandas as pd
    import torch
    from ctgan import CTGAN

    from memisis_core.synthesis.conditional_gan import ConditionalGAN
    from memisis_core.synthesis.observed_training import ObservedTraining
    from memisis_core.synthesis.sdv_library import quiet_libraries

    class ObservedCTGAN(ObservedTraining, CTGAN):  # type: ignore[misc]
        """ctgan's own training, with its epochs timed."""

    torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
    np.random.seed(0)  # noqa: NPY002
    torch.manual_seed(0)
    times: list[float] = []

    def on_progress(progress: Any) -> None:
        times.append(time.perf_counter())

    model = (ConditionalGAN if ours else ObservedCTGAN)(
        epochs=epochs, batch_size=BATCH, enable_gpu=False
    )
    model.observe(on_progress, lambda: False, epochs)
    with quiet_libraries():
        model.fit(pd.read_csv(TABLE).iloc[:ROWS], DISCRETE)
    return (times[-1] - times[1]) / (len(times) - 2) / (ROWS // BATCH)


def in_process(ours: bool, threads: int, epochs: int) -> float:
    environment = {**os.environ, "OMP_NUM_THREADS": str(threads)}
    command = [sys.executable, __file__, "--epochs", str(epochs), "--measure", str(int(ours))]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return float(json.loads(done.stdout))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--measure", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure is not None:
        print(json.dumps(seconds_a_step(bool(options.measure), options.epochs)))
        return
    plain = {threads: in_process(False, threads, options.epochs) for threads in (1, 2)}
    ours = in_process(True, 1, options.epochs)
    for threads, seconds in plain.items():
        print(f"ctgan, {threads} thread(s)   {1000 * seconds:6.1f} ms a step")
    print(f"ours, 1 thread        {1000 * ours:6.1f} ms a step")
    print(f"ratio  {plain[1] / ours:.2f} × (one thread), {plain[2] / ours:.2f} × (against two)")


if __name__ == "__main__":
    main()
