"""A run's resamples survive the way to the disk, privately."""

import stat
from pathlib import Path

import pytest

from memisis_core.errors import WorkFailed
from memisis_core.evaluation.resamples import read_resamples, write_resamples

KEPT = {
    ("utility.auroc", "overall"): [0.5, 0.75, float("nan")],
    ("fairness.tpr", "Race=Black, Sex=Male × “x”\n"): [],
    ("a.b", "c"): [1.0],
}


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "resamples.bin"
    write_resamples(path, KEPT)
    found = read_resamples(path)
    assert set(found) == set(KEPT)
    assert found["utility.auroc", "overall"][:2] == [0.5, 0.75]
    assert found["a.b", "c"] == [1.0]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04", b"memisis resamples 1\n{", None])
def test_a_missing_or_damaged_file_says_what_to_do(tmp_path: Path, damage: bytes | None) -> None:
    path = tmp_path / "resamples.bin"
    if damage is not None:
        path.write_bytes(damage)
    with pytest.raises(WorkFailed, match="compared by their intervals"):
        read_resamples(path)


def test_a_file_cut_short_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "resamples.bin"
    write_resamples(path, KEPT)
    path.write_bytes(path.read_bytes()[:-4])
    with pytest.raises(WorkFailed):
        read_resamples(path)
