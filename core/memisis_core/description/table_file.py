"""A drawn table as a file, with the specification that it was drawn from beside it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from memisis_core import __version__
from memisis_core.description.sources import touched_real_data
from memisis_core.description.specification import Specification
from memisis_core.description.toml_file import specification_to_toml
from memisis_core.errors import InputError, WorkFailed
from memisis_core.secure_files import replacing, sha256_of, write_private
from memisis_core.text import visible

if TYPE_CHECKING:
    import polars as pl

FORMATS = (".csv", ".tsv", ".parquet")
SIDECAR_ENDING = ".spec.toml"


def checked_target(path: Path, sources: tuple[Path | None, ...] = ()) -> Path:
    """Return where a table may be written.

    Raises
    ------
    InputError
        If the ending is another, the folder is not there, or the file is one that was read.
    """
    if path.suffix.lower() not in FORMATS:
        raise InputError(
            "the ending of the file says no format that can be written",
            where=str(path),
            fix=f"Use one of {', '.join(FORMATS)}",
        )
    if not path.absolute().parent.is_dir():
        raise InputError("there is no such folder", where=str(path.parent), fix="Make it first")
    if path.is_dir():
        raise InputError("it is a folder", where=str(path), fix="Name a file")
    for target in (path, sidecar_path(path)):
        for source in sources:
            if source is not None and target.resolve() == source.resolve():
                raise InputError(
                    "this would replace a file that is read", where=str(target), fix="Name another"
                )
    return path.absolute()


def sidecar_path(path: Path) -> Path:
    """Return the file of the specification beside a table: ``a.csv``, ``a.spec.toml``."""
    return path.with_name(path.stem + SIDECAR_ENDING)


def write_table(frame: pl.DataFrame, path: Path) -> Path:
    """Write a table for this user alone, whole or not at all, in the format of its ending.

    Raises
    ------
    WorkFailed
        If it cannot be written.
    """
    try:
        with replacing(path) as temporary:
            if path.suffix.lower() == ".parquet":
                frame.write_parquet(temporary)
            else:
                separator = "\t" if path.suffix.lower() == ".tsv" else ","
                frame.write_csv(temporary, separator=separator)
    except OSError as error:
        why = error.strerror or str(error)
        raise WorkFailed(f"the table cannot be written ({why})", where=str(path)) from error
    return path


def _made_of(specification: Specification) -> str:
    if touched_real_data(specification):
        return "No row describes a person; a sample of real rows corrected some of its numbers."
    return "No row describes a person, and no real row was used to make them."


def write_sidecar(
    specification: Specification, table: Path, *, rows: int, seed: int, mode: str
) -> Path:
    """Write the specification that a table was drawn from beside it, as it was used.

    Every number has its source; what the program had to put is marked ``default``. Drawing from
    the file again with the same rows and seed gives the same table.
    """
    head = (
        f"# Drawn from this: {visible(table.name)} (SHA-256 {sha256_of(table)}),\n"
        f"# {rows:,} rows, seed {seed}, {mode} mode, Memisis {__version__}.\n"
        f"# {_made_of(specification)}\n"
    )
    return write_private(sidecar_path(table), head + specification_to_toml(specification))
