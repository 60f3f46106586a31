"""The study of patients from a description alone, beside trained synthesizers, in one command.

Row mode (embedded model), specification mode, CTGAN, TVAE and GaussianCopula on two real tables, by
the measures of Tornqvist et al. (`memisis_core.evaluation.presets.text_to_tabular`), and the
ablation of the prompt. Each part is kept as it is done: an interrupted study goes on where it was.

Usage: python benchmarks/text_to_tabular.py [--out FILE.md] [--kept FOLDER] [--only rows]
"""

from __future__ import annotations

import argparse
import json
import sys
import time
import tomllib
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.text_to_tabular_document import document
from benchmarks.text_to_tabular_methods import (
    StudiedTable,
    Trained,
    ablation_of,
    against_specification,
    in_figures,
    row_mode,
    specification_mode,
    studied_table,
    written_rows,
)
from memisis_core.description.rows.settings import RowSettings
from memisis_core.evaluation.presets.text_to_tabular import Generation, text_to_tabular
from memisis_core.locations import home

SETTINGS = Path(__file__).with_name("text_to_tabular_study.toml")
DOCS = Path(__file__).resolve().parents[1] / "docs"
ROW_MODE, SPECIFICATION_MODE = "row mode", "specification mode"
Method = tuple[Generation, int]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=DOCS / "study-text-to-tabular.md")
    parser.add_argument("--kept", type=Path, help="finished parts (default: in MEMISIS_HOME)")
    parser.add_argument(
        "--only", choices=("rows", "tables"), help="a part: what the model writes, or all else"
    )
    parser.add_argument(
        "--finished", action="store_true", help="write what is done, and name what is not"
    )
    given = parser.parse_args()
    _use_one_thread()
    asked = tomllib.loads(SETTINGS.read_text(encoding="utf-8"))
    kept = Kept(given.kept or home() / "text-to-tabular", only_read=given.finished)
    most = asked["most_real_rows"]
    tables = [studied_table(name, most[name], asked["seed"]) for name in asked["tables"]]
    if given.only == "tables":
        for table in tables:
            results_of(table, methods_of(table, asked), asked, kept)
        return
    written = {table.name: rows_of(table, asked) for table in tables}
    ablated = kept.part("ablation", asked["ablation"], lambda: ablation(asked))
    if given.only == "rows":
        return
    results = {}
    for table in tables:
        by_model = {ROW_MODE: (row_mode(table, written[table.name]), 1)}
        results[table.name] = results_of(
            table, {**by_model, **methods_of(table, asked)}, asked, kept
        )
    figures = {
        table.name: {
            **in_figures(written[table.name]),
            "kept": against_specification(table, written[table.name]),
        }
        for table in tables
    }
    text = document(asked, tables, figures, results, ablated)
    given.out.write_text(text, encoding="utf-8")
    print(f"written: {given.out}")


def _use_one_thread() -> None:
    """Several threads wait for each other at full speed as soon as something else runs."""
    import torch
    from threadpoolctl import threadpool_limits

    torch.set_num_threads(1)
    threadpool_limits(1)


class Kept:
    """Finished parts, each in a file that names what it was made with."""

    def __init__(self, folder: Path, *, only_read: bool = False) -> None:
        self._folder = folder
        self._only_read = only_read
        folder.mkdir(parents=True, exist_ok=True)

    def part(self, name: str, made_with: Any, work: Callable[[], Any]) -> Any:
        """Return a part that was made with the same settings, or make and keep it.

        Returns None for one that would have to be made, where parts are only read.
        """
        path = self._folder / f"{name}.json"
        if path.is_file():
            found = json.loads(path.read_text(encoding="utf-8"))
            if found["made_with"] == json.loads(json.dumps(made_with)):
                return found["result"]
        if self._only_read:
            return None
        started = time.monotonic()
        result = work()
        print(f"{name}: {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)
        path.write_text(json.dumps({"made_with": made_with, "result": result}), encoding="utf-8")
        return json.loads(json.dumps(result))


def rows_of(table: StudiedTable, asked: dict[str, Any]) -> Any:
    """Return the patients that the embedded model wrote (their journal is what is kept)."""
    rows = asked["rows"]
    return written_rows(
        table,
        RowSettings(
            rows=rows["wanted"][table.name], seed=asked["seed"], tries=rows["tries"],
            draw_missing=rows["draw_missing"], fruitless=200, attempts_a_row=20,
        ),
    )  # fmt: skip


def ablation(asked: dict[str, Any]) -> dict[str, Any]:
    found = ablation_of(asked["ablation"]["example"], asked["ablation"]["wanted"], asked["seed"])
    return {name: in_figures(written) for name, written in found.items()}


def methods_of(table: StudiedTable, asked: dict[str, Any]) -> dict[str, Method]:
    """Return the methods that need no language model, each with its generations a split."""
    trained, generations = asked["trained"], asked["generations"]
    return {
        SPECIFICATION_MODE: (specification_mode(table), generations),
        **{
            name: (Trained(name, table, trained["epochs"], trained["batch_size"]), generations)
            for name in trained["synthesizers"]
        },
    }


def results_of(
    table: StudiedTable, methods: dict[str, Method], asked: dict[str, Any], kept: Kept
) -> dict[str, list[dict[str, Any]]]:
    """Return the preset's rows of every method."""
    found = {}
    for name, (generate, generations) in methods.items():
        own = asked["rows"] if name == ROW_MODE else asked["trained"]
        made_with = {key: asked[key] for key in ("seed", "splits", "generations")}
        made_with |= {"most_real_rows": asked["most_real_rows"][table.name], "own": own}

        def measured(generate: Generation = generate, times: int = generations) -> list[Any]:
            rows = text_to_tabular(
                table.data, [generate] * times, splits=asked["splits"], seed=asked["seed"]
            )
            return [asdict(row) for row in rows]

        part = kept.part(f"{table.name}-{name.replace(' ', '-')}", made_with, measured)
        if part is not None:
            found[name] = part
    return found


if __name__ == "__main__":
    main()
