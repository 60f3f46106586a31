from __future__ import annotations

import stat
from pathlib import Path

import polars as pl
import pytest

from memisis_core.errors import InputError, WorkFailed
from memisis_core.plan.toml_file import read_plan
from memisis_core.report.export import export_data, export_plan, export_report
from memisis_core.runs.events import ArtefactWritten, Finished
from memisis_core.runs.states import RunState
from memisis_core.secure_files import sha256_of
from tests.fakes.study import job_for

FRAME = pl.DataFrame(
    {"Age": [57, None, 31], "HbA1c [mmol]": [48.5, 39.0, None], "Note": ["=1+1", 'a,b\t"c"', None]}
)


@pytest.fixture
def run(store, study):
    plan_id = store.add_plan(study.plan, study.effective)
    record = store.add_run(plan_id, job_for(store, study))
    folder = store.run_folder(record.id)
    FRAME.write_csv(folder / "synthetic.csv")
    FRAME.write_parquet(folder / "synthetic.parquet")
    for name, file in (("synthetic", "synthetic.csv"), ("synthetic_parquet", "synthetic.parquet")):
        event = ArtefactWritten(name=name, path=file, sha256=sha256_of(folder / file))
        store.apply(record.id, event)
    store.apply(record.id, Finished(state=RunState.DONE))
    return store.run(record.id)


@pytest.mark.parametrize(
    ("ending", "read"),
    [
        (".csv", pl.read_csv),
        (".tsv", lambda path: pl.read_csv(path, separator="\t")),
        (".parquet", pl.read_parquet),
        (".XLSX", pl.read_excel),
    ],
)
def test_data_come_out_as_they_are_in_a_private_file(run, tmp_path, ending, read):
    written = export_data(run, tmp_path / f"exported{ending}")
    assert read(written).equals(FRAME)
    assert stat.S_IMODE(written.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_plan_and_report_come_out(run, tmp_path):
    plan = read_plan(export_plan(run, tmp_path / "plan.toml"))
    assert plan.request == run.plan.request
    assert plan.epochs == run.job.plan.epochs
    for name in ("report.html", "report.md", "report.json"):
        assert run.id in export_report([run], tmp_path / name).read_text().replace("\\-", "-")


def test_the_real_dataset_is_never_overwritten(run, tmp_path):
    real = Path(run.job.dataset.path)
    before = real.read_bytes()
    link = tmp_path / "link.csv"
    link.symlink_to(real)
    for path in (real, link):
        with pytest.raises(InputError, match="never overwritten"):
            export_data(run, path)
    assert real.read_bytes() == before


def test_a_changed_or_missing_file_is_not_passed_on(run, tmp_path):
    synthetic = Path(run.artefacts["synthetic"].path)
    synthetic.write_text("Age\n57\n")
    with pytest.raises(WorkFailed, match="was changed after the run wrote it"):
        export_data(run, tmp_path / "out.csv")
    synthetic.unlink()
    with pytest.raises(WorkFailed, match="the file is missing"):
        export_data(run, tmp_path / "out.csv")
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("patients.sav", "no format that can be written"),
        ("patients", "no format that can be written"),
        ("nowhere/patients.csv", "there is no such folder"),
    ],
)
def test_a_target_that_cannot_be_written_is_refused(run, tmp_path, name, message):
    with pytest.raises(InputError, match=message):
        export_data(run, tmp_path / name)


def test_a_run_without_data_is_refused(store, study, tmp_path):
    plan_id = store.add_plan(study.plan, study.effective)
    queued = store.add_run(plan_id, job_for(store, study))
    with pytest.raises(InputError, match=r"run A has no synthetic data \(queued\)"):
        export_data(queued, tmp_path / "out.csv")
