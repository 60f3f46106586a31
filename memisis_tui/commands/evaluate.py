"""``memisis evaluate``: measure synthetic data made by anyone's tool."""

from __future__ import annotations

from typing import TYPE_CHECKING

from memisis_core.errors import InputError
from memisis_core.evaluation.metric import Axis
from memisis_tui.commands.output import as_json, number_text, print_json, print_table, value_text
from memisis_tui.commands.progress import evaluation_progress

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

    from memisis_core.evaluation.metric import Metric


def evaluate(options: argparse.Namespace) -> int:
    """Evaluate files and print the metrics."""
    for path in (options.real, *options.synthetic, options.holdout):
        if path is not None and not path.exists():
            raise InputError("there is no such file", where=str(path), fix="Check the path")
    if options.preset is not None:
        return _preset(options)
    if len(options.synthetic) > 1:
        raise InputError(
            f"{len(options.synthetic)} synthetic tables, but one is evaluated at a time",
            fix="Give one, or --preset text-to-tabular, which takes several generations",
        )
    from memisis_core.evaluation.run_evaluation import evaluate_files

    protected = tuple(name.strip() for name in (options.protected or "").split(",") if name.strip())
    with evaluation_progress(quiet=False) as on_family:
        result = evaluate_files(
            options.real,
            options.synthetic[0],
            holdout=options.holdout,
            target=options.target,
            protected=protected,
            seed=options.seed,
            on_family=on_family,
        )
    if options.json:
        print_json({"metrics": as_json(result.metrics), "warnings": list(result.warnings)})
    else:
        show_metrics(result.metrics)
    return 0


def _preset(options: argparse.Namespace) -> int:
    from memisis_tui.commands.preset import preset_of_files

    if options.holdout is not None or options.protected:
        raise InputError(
            "--holdout and --protected don't go with --preset, which divides the real rows itself",
            fix="Leave them out",
        )
    return preset_of_files(
        options.real,
        options.synthetic,
        target=options.target,
        seed=options.seed,
        as_json=options.json,
    )


def show_metrics(metrics: Iterable[Metric]) -> None:
    """Print metrics by axis, each with its ideal and its real baseline."""
    by_axis: dict[Axis, list[Metric]] = {}
    for metric in metrics:
        by_axis.setdefault(metric.axis, []).append(metric)
    for axis in Axis:
        if axis not in by_axis:
            continue
        print_table(
            (axis.value.upper(), "value", "ideal", "real", "n", "subject"),
            [
                (
                    m.name,
                    value_text(m),
                    number_text(m.ideal),
                    number_text(m.real_baseline),
                    "-" if m.n is None else f"{m.n:,}",
                    m.subject,
                )
                for m in by_axis[axis]
            ],
        )
        print_table(("",), [])
