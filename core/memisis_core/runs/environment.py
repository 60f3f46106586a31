"""What a run was made with: versions, machine, seed. No value of the table."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from memisis_core import __version__
from memisis_core.runs.job import JobSpecification

_PACKAGES = (
    *("sdv", "ctgan", "copulas", "rdt", "torch", "numpy", "scipy", "pandas", "polars"),
    *("scikit-learn", "fairlearn", "numba"),
)


def environment_of(job: JobSpecification) -> dict[str, Any]:
    """Return what somebody needs to know who wants to make the same table again."""
    return {
        "run": job.run_id,
        "synthesizer": job.synthesizer,
        "seed": job.plan.seed,
        "threads": job.threads,
        "dataset_sha256": job.dataset.sha256,
        "machine": platform.machine(),
        "system": platform.system(),
        "versions": {"memisis": __version__, "python": platform.python_version(), **_versions()},
    }


def _versions() -> dict[str, str]:
    versions = {}
    for name in _PACKAGES:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            versions[name] = "not installed"
    return versions
