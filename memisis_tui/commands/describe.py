"""``memisis describe``: patients from a description alone, without any real row."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from memisis_core.description.specification import Specification
from memisis_core.errors import InputError
from memisis_tui.commands.output import as_json, print_json, say

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from memisis_core.description.describe import Described
    from memisis_core.evaluation.metric import Metric
    from memisis_core.runs.record import RunRecord

_SOURCES = "words, --spec FILE, --example NAME or --from-schema DATA"


@dataclass(frozen=True)
class _Asked:
    """The specification that was asked for, and how it came about."""

    specification: Specification
    source: str
    rows: int | None = None
    notes: tuple[str, ...] = ()


def describe(options: argparse.Namespace) -> int:
    """Draw a table from a specification, or write a draft of one."""
    _check_call(options)
    asked = _corrected(options, _asked(options))
    for note in asked.notes:
        say(note)
    if options.words is not None and not options.json:
        _say_sources(asked.specification)
    if options.ask:
        return _ask(options, asked)
    if options.draft is not None or options.from_schema is not None:
        return _draft(options, asked)
    if options.mode == "rows":
        from memisis_tui.commands.describe_rows import describe_rows

        return describe_rows(options, asked.specification, asked.source, _rows(options, asked))
    if options.preset is not None:
        from memisis_tui.commands.preset import preset_of_specification

        return preset_of_specification(options, asked.specification)
    return _draw(options, asked)


def _check_call(options: argparse.Namespace) -> None:
    given = [
        option
        for option in (options.words, options.spec, options.example, options.from_schema)
        if option is not None
    ]
    if len(given) > 1:
        raise InputError(f"only one of {_SOURCES} can be given", fix="Leave the others out")
    if not given and options.draft is None:
        raise InputError(f"nothing says what to describe: {_SOURCES}", fix="Give one of them")
    drafting = options.ask or options.draft is not None or options.from_schema is not None
    if drafting and (options.out or options.real or options.keep is not None):
        raise InputError(
            "a draft is written, nothing is drawn; --out, --real and --keep go with a table",
            fix="Leave them out, complete the draft, then use --spec",
        )
    _check_model_options(options)
    if options.mode == "rows" and options.real is not None:
        raise InputError(
            "--real goes with the specification's mode",
            fix="Use --out FILE, then: memisis evaluate --real FILE --synthetic FILE",
        )
    if options.preset is not None and (
        options.real is None or options.mode == "rows" or options.out or options.keep is not None
    ):
        raise InputError(
            "--preset measures many draws against real rows and keeps none of them",
            fix="Give --real FILE; leave --out, --keep and --mode rows out",
        )
    if options.real is not None and not options.real.exists():
        raise InputError("there is no such file", where=str(options.real), fix="Check the path")


def _corrected(options: argparse.Namespace, asked: _Asked) -> _Asked:
    """Let a small sample of real rows correct the specification, where there is one."""
    if options.correct_with is None:
        return asked
    from memisis_core.data.reading import read_table
    from memisis_core.description.checks import checked
    from memisis_core.description.sample_correction import corrected

    checked(asked.specification)
    done = corrected(asked.specification, read_table(options.correct_with).frame)
    notes = (*asked.notes, *(f"note: {note}" for note in done.notes))
    return replace(asked, specification=done.specification, notes=notes)


def _check_model_options(options: argparse.Namespace) -> None:
    row_options = (options.form, options.resume, options.ablate, options.draw_missing)
    if options.mode != "rows" and any((*row_options, options.model and not options.ask)):
        raise InputError(
            "--model, --form, --resume, --draw-missing and --ablate go with --mode rows",
            fix="Add --mode rows; --model goes with --ask too",
        )
    if options.ask and options.mode == "rows":
        raise InputError(
            "--ask completes a specification, --mode rows writes patients of one",
            fix="Use --ask --draft FILE first, then --spec FILE --mode rows",
        )


def _asked(options: argparse.Namespace) -> _Asked:
    if options.spec is not None:
        from memisis_core.description.toml_file import read_sound_specification, read_specification

        # A draft of a specification may still lack what a draw needs.
        drafting = options.ask or options.draft is not None
        read = read_specification if drafting else read_sound_specification
        return _Asked(read(options.spec), str(options.spec))
    if options.example is not None:
        from memisis_core.description.ready_made import example

        return _Asked(example(options.example), f"ready-made: {options.example}")
    if options.from_schema is not None:
        from memisis_core.data.dataset import open_dataset
        from memisis_core.description.schema_draft import from_schema

        return _Asked(from_schema(open_dataset(options.from_schema)), "schema of a table")
    if options.words is None:
        from memisis_core.description.template import TEMPLATE
        from memisis_core.description.toml_file import specification_from_toml

        return _Asked(specification_from_toml(TEMPLATE), "template")
    from memisis_core.description.from_words import from_words

    draft = from_words(options.words)
    source = f"ready-made: {draft.example}"
    return _Asked(draft.specification, source, draft.rows, draft.notes)


def _ask(options: argparse.Namespace, asked: _Asked) -> int:
    """Complete a specification by asking a model and the person, and write it as a draft."""
    from memisis_tui.commands.describe_asking import completed_by_asking

    _check_new(options.draft)
    interactive = sys.stdin.isatty() and sys.stderr.isatty() and not options.json
    specification, answers = completed_by_asking(
        asked.specification, options.model, interactive=interactive
    )
    return _draft(options, replace(asked, specification=specification, source="asked"), answers)


def _check_new(path: Path | None) -> None:
    """Refuse to write over a file, before any work is done for it."""
    if path is None:
        return
    if path.exists():
        raise InputError("the file exists already", where=str(path), fix="Name a new one")
    if not path.absolute().parent.is_dir():
        raise InputError("there is no such folder", where=str(path.parent))


def _draft(
    options: argparse.Namespace, asked: _Asked, answers: dict[str, Any] | None = None
) -> int:
    """Write or print a specification to be completed, and what it still lacks."""
    from memisis_core.description.checks import problems_of
    from memisis_core.description.template import TEMPLATE
    from memisis_core.description.toml_file import specification_to_toml
    from memisis_core.secure_files import write_private

    problems = problems_of(asked.specification)
    text = TEMPLATE if asked.source == "template" else specification_to_toml(asked.specification)
    if options.draft is not None:
        _check_new(options.draft)
        write_private(options.draft, text)
        say(f"written: {options.draft}")
    for problem in problems:
        say(f"to do: {problem.line()}")
    if options.json:
        document: dict[str, Any] = {"specification": asked.specification.to_contract()}
        to_do = [problem.line() for problem in problems]
        print_json({**document, "to_do": to_do, **({"answers": answers} if answers else {})})
    elif options.draft is None:
        sys.stdout.write(text)
    return 0


def _rows(options: argparse.Namespace, asked: _Asked) -> int:
    return next(n for n in (options.rows, asked.rows, asked.specification.rows) if n is not None)


def _draw(options: argparse.Namespace, asked: _Asked) -> int:
    from memisis_core.description.describe import describe as drawn_from
    from memisis_core.description.table_file import checked_target, write_sidecar, write_table

    target = None
    if options.out is not None:
        target = checked_target(options.out, (options.spec, options.real))
    rows = _rows(options, asked)
    done = drawn_from(asked.specification, rows, options.seed)
    used = done.joint.specification
    artefacts: dict[str, str] = {}
    if target is not None:
        write_table(done.drawn.frame, target)
        sidecar = write_sidecar(used, target, rows=rows, seed=options.seed, mode="specification")
        artefacts = {"synthetic": str(target), "specification": str(sidecar)}
    real, more = _against_real(options, done)
    warnings = [*done.warnings, *more]
    record = _kept(options, asked, done, real, warnings)
    if options.json:
        print_json(
            {
                "mode": "specification",
                "source": asked.source,
                "specification": used.to_contract(),
                "rows": rows,
                "seed": options.seed,
                "tried": done.drawn.tried,
                "rejected": done.drawn.rejected,
                "warnings": warnings,
                "metrics": as_json([*done.metrics, *real]),
                "artefacts": artefacts,
                "run": None if record is None else record.id,
            }
        )
        return 0
    _tell(done, warnings, artefacts)
    if record is not None:
        say(f"kept as run {record.label} ({record.id})")
    if target is None:
        sys.stdout.write(done.drawn.frame.write_csv())
    else:
        _show(done.metrics, real)
    return 0


def _kept(
    options: argparse.Namespace,
    asked: _Asked,
    done: Described,
    real: list[Metric],
    warnings: list[str],
) -> RunRecord | None:
    """Keep the table as a run where that was asked for."""
    if options.keep is None:
        return None
    from memisis_core.description.keeping import Keepsake, keep
    from memisis_core.runs.store import Store

    kept = Keepsake(
        frame=done.drawn.frame,
        specification=done.joint.specification,
        seed=options.seed,
        metrics=[*done.metrics, *real],
        warnings=tuple(warnings),
        request=options.words or asked.source,
    )
    store = Store.open()
    try:
        return keep(store, kept, options.keep or None)
    finally:
        store.close()


def _against_real(options: argparse.Namespace, done: Described) -> tuple[list[Metric], list[str]]:
    """Evaluate the drawn table against real data, where there is some."""
    if options.real is None:
        return [], []
    import tempfile
    from pathlib import Path

    from memisis_core.description.table_file import write_table
    from memisis_core.evaluation.run_evaluation import NO_HOLDOUT, evaluate_files
    from memisis_tui.commands.progress import evaluation_progress

    protected = tuple(name.strip() for name in (options.protected or "").split(",") if name.strip())
    with (
        tempfile.TemporaryDirectory(prefix="memisis-") as folder,
        evaluation_progress(quiet=False) as on_family,
    ):
        file: Path = write_table(done.drawn.frame, Path(folder) / "drawn.csv")
        result = evaluate_files(
            options.real,
            file,
            target=options.target,
            protected=protected,
            seed=options.seed,
            on_family=on_family,
        )
    # What is said for tables made by tools that may have seen the holdout is not so here.
    unseen = "a part of the real rows stands in for a holdout; this table was made without any"
    warnings = [w for w in result.warnings if not w.startswith(NO_HOLDOUT)]
    return (
        [_without_caveat(metric, NO_HOLDOUT) for metric in result.metrics],
        [f"against real data: {warning}" for warning in (*warnings, unseen)],
    )


def _without_caveat(metric: Metric, caveat: str) -> Metric:
    if metric.caveat is None or not metric.caveat.startswith(caveat):
        return metric
    rest = metric.caveat.removeprefix(caveat).removeprefix("; ")
    return metric.model_copy(update={"caveat": rest or None})


def _tell(done: Described, warnings: list[str], artefacts: dict[str, str]) -> None:
    """Say on standard error what the table rests on."""
    from memisis_core.description.sources import source_counts

    counts = source_counts(done.joint.specification)
    said = ", ".join(f"{count} {source.value}" for source, count in counts.items())
    say(f"numbers of the specification by source: {said}")
    for warning in warnings:
        say(f"note: {warning}")
    rows = done.drawn.frame.height
    broken = sum(done.drawn.rejected.values())
    cost = f"; {broken:,} times a drawn row broke a rule and was drawn again" if broken else ""
    say(f"drawn: {rows:,} rows in {done.seconds:.1f} s{cost}")
    for path in artefacts.values():
        say(f"written: {path}")


def _show(fit: list[Metric], real: list[Metric]) -> None:
    from memisis_tui.commands.evaluate import show_metrics

    overall = [m for m in fit if m.subject == "overall"]
    show_metrics([*overall, *real])


def _say_sources(specification: Specification) -> None:
    """Say every number of a specification with its source."""
    from memisis_core.description.sources import sourced_numbers

    for number in sourced_numbers(specification):
        say(f"  {number.subject}: {number.what} {number.value} ({number.said_by})")
