"""``memisis runs``: list, show, compare, export and delete runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from memisis_core.evaluation.metric import Axis, Status
from memisis_core.runs.store import Store
from memisis_core.synthesis.registry import entry
from memisis_tui.commands.output import (
    number_text,
    print_json,
    print_lines,
    print_table,
    say,
    value_text,
)

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from memisis_core.evaluation.metric import Metric
    from memisis_core.evaluation.pareto import ParetoView
    from memisis_core.runs.record import RunRecord


def list_runs(options: argparse.Namespace) -> int:
    """List all runs, newest first."""
    store = _store()
    records = store.runs()
    if options.json:
        from memisis_core.report.json_report import run_contract

        print_json({"runs": [run_contract(record) | {"metrics": []} for record in records]})
        return 0
    if not records:
        say("no runs yet; make one with: memisis run DATA GOAL")
        return 0
    print_table(
        ("run", "label", "synthesizer", "state", "created", "table"),
        [
            (
                record.id,
                record.label,
                entry(record.synthesizer).title,
                _state_text(store, record),
                f"{record.created.astimezone():%Y-%m-%d %H:%M}",
                record.job.dataset.path.rsplit("/", 1)[-1],
            )
            for record in records
        ],
    )
    return 0


def _state_text(store: Store, record: RunRecord) -> str:
    """Return the state of a run, with how far it is if it goes on without a terminal."""
    pulse = None if record.state.final else store.detached.pulse(record.id)
    if pulse is None or pulse.progress is None:
        return record.state.value
    from memisis_core.runs.events import Progress

    progress = Progress.model_validate_json(pulse.progress)
    done = f" {progress.step}/{progress.total}" if progress.total else ""
    return f"{progress.state.value}{done}"


def show_run(options: argparse.Namespace) -> int:
    """Show one run with all its metrics."""
    record = _store().run(options.run)
    if options.json:
        from memisis_core.report.json_report import run_contract

        print_json(run_contract(record))
        return 0
    from memisis_tui.commands.evaluate import show_metrics

    print_lines(
        [
            f"{record.label} {entry(record.synthesizer).title}  {record.id}  {record.state.value}"
            + (f" ({record.reason})" if record.reason else ""),
            f"table {record.job.dataset.path}, seed {record.seed}",
            *(f"warning: {warning}" for warning in record.warnings),
            *(f"goal {result.goal}: {result.verdict}" for result in record.goals),
            *(f"{name}: {artefact.path}" for name, artefact in record.artefacts.items()),
            "",
        ]
    )
    show_metrics(record.metrics)
    return 0


def compare_runs(options: argparse.Namespace) -> int:
    """Show runs side by side with the real baseline, and what differs beyond noise."""
    store = _store()
    records = [store.run(name) for name in options.run]
    if options.json:
        from memisis_core.runs.comparing import compare_records

        print_json(compare_records(records).to_json())
        return 0
    show_comparison(records, everything=options.all)
    return 0


def show_comparison(records: Sequence[RunRecord], everything: bool) -> None:
    """Print one column a run; ``▲`` best, ``=`` within noise of the best, ``!`` worse than real."""
    from memisis_core.runs.comparing import compare_records, names_of

    finished = [record for record in records if record.metrics]
    for record in records:
        if record.reason:
            say(f"{record.label} {entry(record.synthesizer).title}: {record.reason}")
    if not finished:
        return
    comparison = compare_records(finished)
    names = names_of((record.id, record.label) for record in finished)
    header = (
        "measure",
        "ideal",
        "real",
        *(f"{names[record.id]} {entry(record.synthesizer).title}" for record in finished),
    )
    for axis in Axis:
        rows = [
            (
                row.title,
                number_text(row.ideal),
                number_text(row.real_baseline),
                *(
                    _cell(row.metrics.get(names[record.id]), row.glyph(names[record.id]))
                    for record in finished
                ),
            )
            for row in comparison.rows
            if row.axis is axis and (everything or row.headline)
        ]
        if rows:
            print_table((axis.value.upper(), *header[1:]), rows)
            print_lines([""])
    print_lines(["▲ best   = within noise of the best   ! worse than real   few: not enough data"])
    if len(finished) > 1:
        compared, beyond = comparison.differences_counted()
        print_lines(
            [
                f"{beyond:,} of {compared:,} differences over all measures are beyond noise; "
                "chance alone makes up to about one in twenty look so"
            ]
        )
        print_lines(_trade_off(comparison.pareto))


def _trade_off(view: ParetoView) -> list[str]:
    """Return which runs no other beats over the axes, and what beats the others."""
    if not view.headlines:
        return []
    axes = ", ".join(headline.axis.value for headline in view.headlines)
    lines = [f"over {axes}, beyond noise, beaten by no other run: {', '.join(view.front)}"]
    for run, others in view.dominated_by.items():
        if others and run not in view.front:
            lines.append(f"{run} is beaten by {', '.join(others)}")
    return lines


def _cell(metric: Metric | None, glyph: str) -> str:
    if metric is None:
        return "-  "
    suffix = glyph if metric.status is Status.OK else ""
    return f"{value_text(metric)} {suffix or ' '}"


def export_runs(options: argparse.Namespace) -> int:
    """Write data, report and plan of runs into a folder."""
    from memisis_core.report.bundle import export_runs as export

    store = _store()
    written = export([store.run(name) for name in options.run], options.out)
    if options.json:
        print_json({"written": [str(path) for path in written]})
    else:
        print_lines(str(path) for path in written)
    return 0


def delete_runs(options: argparse.Namespace) -> int:
    """Delete runs and their files."""
    store = _store()
    deleted = [store.delete_run(name) for name in options.run]
    if options.json:
        print_json({"deleted": [record.id for record in deleted]})
    else:
        print_lines(f"deleted: {record.label} {record.id}" for record in deleted)
    return 0


def _store() -> Store:
    store = Store.open()
    store.mark_interrupted()
    return store
