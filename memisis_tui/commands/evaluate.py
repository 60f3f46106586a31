"""``memisis evaluate``: measure synthetic data made by anyone's tool."""

from __future__ import annotations

from typing import TYPE_CHECKING

from memisis_core.errors import InputError
from memisis_core.evaluation.metric import Axis
from memisis_tui.commands.output import (
    as_json,
    number_text,
    print_json,
    print_lines,
    print_table,
    say,
    value_text,
)
from memisis_tui.commands.progress import evaluation_progress

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

    from memisis_core.evaluation.metric import Metric
    from memisis_core.evaluation.violation import Violation

_ROWS_NAMED = 5


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

    with evaluation_progress(quiet=False) as on_family:
        result = evaluate_files(
            options.real,
            options.synthetic[0],
            holdout=options.holdout,
            target=options.target,
            protected=_names(options.protected),
            known=_names(options.known),
            sensitive=_names(options.sensitive),
            seed=options.seed,
            on_family=on_family,
        )
    for warning in result.warnings:
        say(f"memisis: {warning}")
    if options.json:
        print_json(
            {
                "metrics": as_json(result.metrics),
                "warnings": list(result.warnings),
                "violations": [found.model_dump(mode="json") for found in result.violations],
            }
        )
        return 0
    show_metrics(result.metrics)
    _show_violations(result.violations)
    _show_caveats(result.metrics)
    return 0


def _names(given: str | None) -> tuple[str, ...]:
    return tuple(name.strip() for name in (given or "").split(",") if name.strip())


def _show_violations(violations: Iterable[Violation]) -> None:
    rows = []
    for found in violations:
        first = ", ".join(str(row + 1) for row in found.rows[:_ROWS_NAMED])
        more = ", …" if found.count > _ROWS_NAMED else ""
        rows.append((f"{found.subject}: {found.what}", f"{found.count:,}", f"{first}{more}"))
    if rows:
        print_table(("BROKEN RULES", "rows", "data rows of the synthetic table"), rows)
        print_table(("",), [])


def _show_caveats(metrics: Iterable[Metric]) -> None:
    """Print what the overall values do not show, each caveat once with the measures it is of."""
    names: dict[str, list[str]] = {}
    for metric in metrics:
        if metric.subject == "overall" and metric.caveat and metric.value is not None:
            names.setdefault(metric.caveat, []).append(metric.name)
    print_lines(f"{', '.join(named)}: {caveat}" for caveat, named in names.items())


def _preset(options: argparse.Namespace) -> int:
    from memisis_tui.commands.preset import preset_of_files

    if any((options.holdout, options.protected, options.known, options.sensitive)):
        raise InputError(
            "--holdout, --protected, --known and --sensitive don't go with --preset, which divides "
            "the real rows itself",
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
