"""``--preset text-to-tabular``: the table of a paper, over several splits and generations."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from memisis_tui.commands.output import number_text, print_json, print_table, say

if TYPE_CHECKING:
    import argparse

    from memisis_core.description.specification import Specification
    from memisis_core.evaluation.presets.text_to_tabular import PresetRow


def preset_of_files(
    real: Path, synthetic: Sequence[Path], *, target: str | None, seed: int, as_json: bool
) -> int:
    """Evaluate tables in files, each of them one generation, on five splits of the real rows."""
    from memisis_core.evaluation.presets.text_to_tabular import text_to_tabular
    from memisis_core.evaluation.run_evaluation import whole_tables

    data, tables, warnings = whole_tables(real, synthetic, target=target)
    warnings.append(
        "a synthesizer that learnt from these real rows has seen the test rows of every split: its "
        "utility is overstated, its distances are understated"
    )
    rows = text_to_tabular(
        data,
        [lambda _seed, _train, made=made: made.copy() for made in tables],  # type: ignore[misc]
        seed=seed,
        listen=_progress(),
    )
    return show_preset(rows, warnings, as_json=as_json)


def preset_of_specification(options: argparse.Namespace, specification: Specification) -> int:
    """Evaluate five draws from a specification, which saw no real row, on each of five splits."""
    import tempfile

    from memisis_core.description.drawing import draw
    from memisis_core.description.joint import joint_of
    from memisis_core.description.table_file import write_table
    from memisis_core.evaluation.presets.text_to_tabular import GENERATIONS, text_to_tabular
    from memisis_core.evaluation.run_evaluation import whole_tables

    joint = joint_of(specification)
    with tempfile.TemporaryDirectory(prefix="memisis-") as folder:

        def drawn(rows: int, seed: int) -> Path:
            return write_table(draw(joint, rows, seed).frame, Path(folder) / f"{seed}.csv")

        rows = options.rows or specification.rows
        files = [drawn(rows, options.seed + place) for place in range(GENERATIONS)]
        data, tables, warnings = whole_tables(options.real, files, target=options.target)
    found = text_to_tabular(
        data,
        [lambda _seed, _train, made=made: made.copy() for made in tables],  # type: ignore[misc]
        seed=options.seed,
        listen=_progress(),
    )
    return show_preset(found, warnings, as_json=options.json)


def show_preset(rows: Sequence[PresetRow], warnings: Sequence[str], *, as_json: bool) -> int:
    """Print the rows of a preset as a table or as JSON."""
    from memisis_core.evaluation.presets.text_to_tabular import NAME, PUBLISHED

    if as_json:
        print_json(
            {
                "preset": NAME,
                "rows": [_document(row) for row in rows],
                "published": PUBLISHED,
                "warnings": list(warnings),
            }
        )
        return 0
    for warning in warnings:
        say(f"note: {warning}")
    print_table(
        ("measure", "mean", "sd", "real", "better", "tables"),
        [
            (
                row.measure.name,
                number_text(row.mean),
                number_text(row.sd),
                number_text(row.real),
                row.measure.direction,
                str(row.n),
            )
            for row in rows
        ],
    )
    say(PUBLISHED)
    return 0


def _document(row: PresetRow) -> dict[str, Any]:
    return {
        "id": row.measure.key,
        "name": row.measure.name,
        "direction": row.measure.direction,
        "mean": row.mean,
        "sd": row.sd,
        "n": row.n,
        "real_baseline": row.real,
        "status": "not_applicable" if row.mean is None else "ok",
    }


def _progress() -> Callable[[int, int], None]:
    def tell(done: int, of: int) -> None:
        if done == of or done % 5 == 0:
            say(f"{done} of {of} tables evaluated")

    return tell
