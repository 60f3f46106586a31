"""A run's metrics on every holdout resample, for paired comparison. Imports no data library."""

from __future__ import annotations

import json
import sys
from array import array
from collections.abc import Mapping, Sequence
from pathlib import Path

from memisis_core.errors import WorkFailed
from memisis_core.secure_files import replacing

ResamplesByMetric = dict[tuple[str, str], list[float]]
"""Values on the resamples, in their order, by metric key ``(id, subject)``."""

_MAGIC = b"memisis resamples 1\n"


def write_resamples(path: Path, resamples: Mapping[tuple[str, str], Sequence[float]]) -> None:
    """Write the replicates of one run to a private file: one line of JSON, then float32 values.

    Parameters
    ----------
    path : Path
        Replaced whole or left as it was.
    resamples : mapping
        ``context.shared["resamples"]`` after an evaluation.
    """
    keys = sorted(resamples)
    index = [[*key, len(resamples[key])] for key in keys]
    values = array("f", (value for key in keys for value in resamples[key]))
    if sys.byteorder == "big":
        values.byteswap()
    with replacing(path) as temporary, temporary.open("wb") as target:
        target.write(_MAGIC)
        target.write(json.dumps(index).encode() + b"\n")
        target.write(values.tobytes())


def read_resamples(path: Path) -> ResamplesByMetric:
    """Read what `write_resamples` wrote.

    Raises
    ------
    WorkFailed
        If the file is missing or damaged; runs can then still be compared by their intervals.
    """
    try:
        content = path.read_bytes()
        if not content.startswith(_MAGIC):
            raise ValueError("another format")
        head, _, body = content[len(_MAGIC) :].partition(b"\n")
        values = array("f")
        values.frombytes(body)
        if sys.byteorder == "big":
            values.byteswap()
        return _by_key(json.loads(head), values)
    except (OSError, ValueError, TypeError) as error:
        raise WorkFailed(
            "the resamples of the run cannot be read",
            where=str(path),
            fix="Runs are compared by their intervals instead; evaluate the run anew to pair them",
        ) from error


def _by_key(index: list[tuple[str, str, int]], values: array[float]) -> ResamplesByMetric:
    found: ResamplesByMetric = {}
    start = 0
    for metric, subject, length in index:
        found[metric, subject] = values[start : start + length].tolist()
        start += length
    if start != len(values):
        raise ValueError("the length does not match the index")
    return found
