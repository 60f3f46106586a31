"""``memisis describe --mode rows``: a language model writes the patients, each checked."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from memisis_core.errors import InputError
from memisis_tui.commands.output import as_json, number_text, print_json, print_table, say

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from memisis_core.agent.gpt4all_values import GPT4AllValueWriter
    from memisis_core.description.joint import Joint
    from memisis_core.description.keeping import Keepsake
    from memisis_core.description.rows.run import RowProgress
    from memisis_core.description.rows.settings import RowSettings
    from memisis_core.description.rows.writers import RowModel
    from memisis_core.description.rows.writing import WrittenRows
    from memisis_core.description.specification import Specification
    from memisis_core.runs.record import RunRecord

_ABLATION_ROWS = 20
_EVERY_ROWS = 10


def add_row_options(parser: argparse.ArgumentParser) -> None:
    """Add what only row mode knows."""
    parser.add_argument(
        "--mode",
        choices=("specification", "rows"),
        default="specification",
        help="draw from the specification, or have a language model write each row",
    )
    parser.add_argument("--model", metavar="NAME", help="rows: a GGUF file of the models folder")
    parser.add_argument(
        "--form",
        choices=("skeleton", "json"),
        help="rows: the model fills in values (small ones), or writes JSON (default: by size)",
    )
    parser.add_argument("--resume", action="store_true", help="rows: go on with a run that ended")
    parser.add_argument(
        "--draw-missing",
        action="store_true",
        help="rows: draw values that the model cannot give from the specification, and count them",
    )
    parser.add_argument(
        "--ablate", action="store_true", help="rows: leave out each part of the prompt in turn"
    )


def describe_rows(
    options: argparse.Namespace, specification: Specification, source: str, rows: int
) -> int:
    """Write rows, or the table of the ablation."""
    from memisis_core.description.joint import joint_of
    from memisis_core.description.rows.settings import RowSettings
    from memisis_core.description.rows.writers import row_model

    if options.ablate and (options.resume or options.out is not None or options.keep is not None):
        raise InputError("--ablate prints a table and writes no rows", fix="Leave the other out")
    joint = joint_of(specification)
    model = row_model(options.model, options.form, say)
    if not model.trained:
        say(f"note: {model.path.name} was not trained to write rows; see the rejections")
    settings = RowSettings(
        rows=rows, seed=options.seed, form=model.form, draw_missing=options.draw_missing
    )
    if options.ablate:
        return _ablate(options, joint, model, settings, source)
    return _write(options, joint, model, settings, source)


def _write(
    options: argparse.Namespace, joint: Joint, model: RowModel, settings: RowSettings, source: str
) -> int:
    from memisis_core.description.keeping import Keepsake
    from memisis_core.description.plausibility import measure_against
    from memisis_core.description.rows.writing import frame_of, write_rows
    from memisis_core.description.table_file import checked_target, write_sidecar, write_table

    target = checked_target(options.out, (options.spec,)) if options.out is not None else None
    with _writer(model) as writer, _progress("rows") as listen:
        written = write_rows(joint, writer, settings, resume=options.resume, listen=listen)
    frame = frame_of(written.result.tally, joint)
    enough = frame.height > 1
    metrics = measure_against(frame, joint) if enough else []
    artefacts: dict[str, str] = {}
    if target is not None and frame.height:
        write_table(frame, target)
        sidecar = write_sidecar(
            joint.specification, target, rows=frame.height, seed=settings.seed, mode="row"
        )
        artefacts = {"synthetic": str(target), "specification": str(sidecar)}
    record = None
    if options.keep is not None and enough:
        kept = Keepsake(
            frame=frame,
            specification=joint.specification,
            seed=settings.seed,
            metrics=metrics,
            warnings=tuple(_summary(written)),
            request=options.words or source,
            mode="rows",
        )
        record = _keep(kept, options.keep or None)
    if options.json:
        print_json(
            {
                **_head(model, settings, source, joint),
                **written.to_json(),
                "metrics": as_json(metrics),
                "artefacts": artefacts,
                "run": None if record is None else record.id,
            }
        )
    else:
        if record is not None:
            say(f"kept as run {record.label} ({record.id})")
        for line in _summary(written):
            say(line)
        for path in artefacts.values():
            say(f"written: {path}")
        if target is None and frame.height:
            sys.stdout.write(frame.write_csv())
        elif metrics:
            from memisis_tui.commands.evaluate import show_metrics

            show_metrics([metric for metric in metrics if metric.subject == "overall"])
    return 0 if written.result.state == "done" else 1


def _keep(kept: Keepsake, label: str | None) -> RunRecord:
    from memisis_core.description.keeping import keep
    from memisis_core.runs.store import Store

    store = Store.open()
    try:
        return keep(store, kept, label)
    finally:
        store.close()


def _ablate(
    options: argparse.Namespace, joint: Joint, model: RowModel, settings: RowSettings, source: str
) -> int:
    from dataclasses import replace

    from memisis_core.description.rows.writing import ablate

    if options.rows is None:
        settings = replace(settings, rows=_ABLATION_ROWS)
    # Without a part a model may give no row at all: that is a result, not worth long patience.
    settings = replace(settings, fruitless=10, attempts_a_row=4)
    with _writer(model) as writer:
        found = ablate(joint, writer, settings, _told_by_name())
    if options.json:
        print_json(
            {
                **_head(model, settings, source, joint),
                "ablation": {name: written.to_json() for name, written in found.items()},
            }
        )
        return 0
    reasons = sorted({r for w in found.values() for r in w.result.tally.rejected})
    print_table(
        ("prompt", "accepted", "acceptance", *reasons, "distinct", "entropy", "s a row"),
        [_ablation_row(name, written, reasons) for name, written in found.items()],
    )
    return 0


def _ablation_row(name: str, written: WrittenRows, reasons: list[str]) -> tuple[str, ...]:
    tally = written.result.tally
    return (
        name,
        f"{len(tally.rows)} of {tally.attempts}",
        number_text(tally.acceptance),
        *(str(tally.rejected[reason]) for reason in reasons),
        str(written.distinct),
        number_text(written.entropy_share),
        number_text(tally.seconds_a_row),
    )


def _head(model: RowModel, settings: RowSettings, source: str, joint: Joint) -> dict[str, Any]:
    return {
        "mode": "rows",
        "source": source,
        "specification": joint.specification.to_contract(),
        "rows": settings.rows,
        "seed": settings.seed,
        "model": model.path.name,
        "trained_for_rows": model.trained,
        "form": model.form,
    }


def _summary(written: WrittenRows) -> Iterator[str]:
    tally = written.result.tally
    share = f"{tally.acceptance:.0%}" if tally.acceptance is not None else "none"
    yield f"{written.result.state}: {len(tally.rows)} rows accepted of {tally.attempts} ({share})"
    if written.result.note:
        yield written.result.note
    for what, counts in (
        ("rejected rows", tally.rejected),
        ("of these because of", tally.rejected_at),
        ("values asked for again", tally.rejected_values),
        ("values drawn from the specification, not written by the model", tally.drawn),
        ("values computed from a rule, not written by the model", tally.derived),
    ):
        if counts:
            yield f"{what}: " + ", ".join(f"{n} {name}" for name, n in counts.most_common())
    if written.entropy_share is not None:
        yield (
            f"{written.distinct} different patients; entropy per column, on average "
            f"{written.entropy_share:.0%} of the specification's"
        )
    if tally.varied:
        yield f"too alike: the prompt was varied and the temperature raised {tally.varied} times"
    if tally.seconds_a_row is not None:
        yield f"{tally.seconds_a_row:.2f} s for each accepted row"


@contextmanager
def _writer(model: RowModel) -> Iterator[GPT4AllValueWriter]:
    from memisis_core.agent.gpt4all_values import GPT4AllValueWriter
    from memisis_core.description.rows.writing import CONTEXT

    writer = GPT4AllValueWriter(model.path, context=CONTEXT[model.form])
    try:
        yield writer
    finally:
        writer.close()


@contextmanager
def _progress(name: str) -> Iterator[Callable[[RowProgress], None]]:
    """Show a bar in a terminal, a line every ten rows elsewhere."""
    if not sys.stderr.isatty():
        yield lambda progress: _line(name, progress)
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    with Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        TextColumn("{task.fields[note]}", markup=False),
        console=Console(stderr=True),
    ) as bars:
        task = bars.add_task(name, total=None, note="loading the model")

        def listen(progress: RowProgress) -> None:
            bars.update(
                task, total=progress.wanted, completed=progress.accepted, note=_note(progress)
            )

        yield listen


def _told_by_name() -> Callable[[str, RowProgress], None]:
    return _line


def _line(name: str, progress: RowProgress) -> None:
    at_step = not progress.last and progress.accepted % _EVERY_ROWS == 0
    if at_step or progress.accepted == progress.wanted:
        say(f"{name}: {_note(progress)}")


def _note(progress: RowProgress) -> str:
    parts = [f"{progress.accepted}/{progress.wanted}"]
    rejected = sum(progress.rejected.values())
    if rejected:
        parts.append(f"{rejected} rejected")
    if progress.last:
        parts.append(f"last: {progress.last}")
    if progress.seconds_a_row is not None:
        parts.append(f"{progress.seconds_a_row:.1f} s a row")
    if progress.seconds_left:
        minutes, seconds = divmod(round(progress.seconds_left), 60)
        parts.append(f"{minutes}:{seconds:02d} left")
    return " · ".join(parts)
