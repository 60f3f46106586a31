"""Finds the ready-to-run tables that come with the program."""

from __future__ import annotations

from pathlib import Path

from memisis_core.errors import InputError

SAMPLE_NAMES = ("schizophrenia", "nhefs")


def sample_table(name: str) -> Path:
    """Return the path of a sample table, in an installed package or a checkout.

    Parameters
    ----------
    name : str
        One of `SAMPLE_NAMES`.

    Raises
    ------
    InputError
        If there is no such table, or the package was installed without its data.
    """
    if name not in SAMPLE_NAMES:
        raise InputError(
            f"there is no sample table {name!r}", fix=f"There are: {', '.join(SAMPLE_NAMES)}"
        )
    file = sample_folder() / f"{name}.csv"
    if file.is_file():
        return file
    raise InputError(
        f"the sample table {name!r} is not installed",
        where=str(file.parent),
        fix="Install Memisis again",
    )


def sample_folder() -> Path:
    """Return the folder of sample data, in an installed package or a checkout.

    Raises
    ------
    InputError
        If the package was installed without it.
    """
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "sample_data", package.parents[1] / "sample_data"):
        if folder.is_dir():
            return folder
    raise InputError(
        "the sample data are not installed", where=str(package), fix="Install Memisis again"
    )
