"""Writes the study of patients from a description alone; its figures decide its sentences."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from benchmarks.text_to_tabular_methods import StudiedTable
from memisis_core.evaluation.intervals import wilson
from memisis_core.evaluation.presets.text_to_tabular import MEASURES, PUBLISHED

Row = dict[str, Any]
ROW_MODE, SPECIFICATION_MODE = "row mode", "specification mode"
_TITLES = {"ctgan": "CTGAN", "tvae": "TVAE", "gaussian_copula": "GaussianCopula"}


def document(
    asked: Row,
    tables: Sequence[StudiedTable],
    written: dict[str, Row],
    results: dict[str, dict[str, list[Row]]],
    ablation: dict[str, Row],
) -> str:
    """Return the study.

    Parameters
    ----------
    asked : dict
        The settings file.
    tables : sequence of StudiedTable
    written : dict
        By table: the figures of row mode.
    results : dict
        By table and method: the rows of the preset.
    ablation : dict
        By prompt: the figures of row mode.
    """
    parts = [_head(asked)]
    for table in tables:
        parts += [
            f"## {table.name}\n",
            _about(table, asked),
            _written(written[table.name]),
            _unfinished(results[table.name], asked),
            _table(results[table.name]),
            _reading(results[table.name]),
        ]
    parts += ["## Without parts of the prompt\n", _ablation(asked, ablation), _limits()]
    return "\n".join(part for part in parts if part)


def _head(asked: Row) -> str:
    trained = asked["trained"]
    wanted = ", ".join(f"{n} for {name}" for name, n in asked["rows"]["wanted"].items())
    return (
        "# Patients from a description alone, beside trained synthesizers\n\n"
        "Made by `python benchmarks/text_to_tabular.py` (settings: "
        "`benchmarks/text_to_tabular_study.toml`).\n\n"
        "Two methods never saw a row: **specification mode** draws from a ready-made "
        "specification, "
        "**row mode** has the embedded language model (135 million parameters) write patients of "
        "the same specification. Three saw the training rows: CTGAN, TVAE and GaussianCopula. All "
        "are judged by the measures of Table IX of Tornqvist et al. (arXiv 2412.05153), over "
        f"{asked['splits']} splits × {asked['generations']} generations; row mode wrote its "
        f"patients once ({wanted}), so that it has {asked['splits']} tables. CTGAN and TVAE "
        f"trained {trained['epochs']} epochs. The ± is the standard deviation over tables, no "
        "standard error: all splits are of the same patients.\n\n"
        f"{PUBLISHED}\n\n"
        "The Jensen-Shannon divergence is that of two distributions over the same cells, the "
        "target "
        "is never a feature, and scaling is learnt from the training side: the definitions, where "
        "published code departs from them.\n"
    )


def _about(table: StudiedTable, asked: Row) -> str:
    rows = len(table.data.train)
    sample = " (a seeded sample)" if rows == asked["most_real_rows"][table.name] else ""
    return (
        f"{rows:,} real rows{sample} × {len(table.schema.columns)} columns, target "
        f"`{table.schema.target}`.\n"
    )


def _written(found: Row) -> str:
    drawn = found["drawn_share"]
    lines = [
        f"Row mode: {found['accepted']} patients accepted of {found['attempts']} attempts "
        f"({_share(found)}), {found['seconds_a_row'] or 0:.1f} s for each accepted one, "
        f"{found['distinct']} of them different. Entropy per column, on average "
        f"{found['entropy_share'] or 0:.0%} of the specification's."
    ]
    if drawn > 0:
        worst = sorted(found["drawn_values"].items(), key=lambda item: -item[1])[:4]
        named = ", ".join(f"`{name}` {count}" for name, count in worst)
        lines.append(
            f"**{drawn:.0%} of all its values the model could not give within the codes and "
            f"ranges** "
            f"and were drawn from the specification (most: {named}); what follows is flattered by "
            "that."
        )
    kept = found["kept"]
    lines.append(
        f"Of {kept['statements']} statements of the specification (distributions, missing shares, "
        f"correlations, group means) its rows contradict {kept['contradicted']}; so few rows can "
        "contradict only what is far off."
    )
    if kept["pairs"]:
        lines.append(
            f"**Of {kept['pairs']} stated correlations, {kept['wanted']:.2f} on average, its rows "
            f"have {kept['got']:.2f} in the stated direction.**"
        )
    return "\n".join(lines) + "\n"


def _share(found: Row) -> str:
    """Return the share of accepted attempts with its interval."""
    if not found["attempts"]:
        return "no attempt"
    low, high = wilson(found["accepted"], found["attempts"])
    share = found["accepted"] / found["attempts"]
    return f"{share:.0%}, 95% interval {low:.0%} to {high:.0%}"


def _unfinished(methods: dict[str, list[Row]], asked: Row) -> str:
    wanted = [ROW_MODE, SPECIFICATION_MODE, *asked["trained"]["synthesizers"]]
    missing = [_TITLES.get(name, name) for name in wanted if name not in methods]
    if not missing:
        return ""
    return (
        f"**Not finished when this was written: {', '.join(missing)}.** The same command adds it.\n"
    )


def _table(methods: dict[str, list[Row]]) -> str:
    names = list(methods)
    head = ["measure", "better", "real", *(_TITLES.get(name, name) for name in names)]
    lines = [_line(head), _line("---" for _ in head)]
    for place, measure in enumerate(MEASURES):
        rows = [methods[name][place] for name in names]
        real = next((row["real"] for row in rows if row["real"] is not None), None)
        lines.append(
            _line(
                [
                    measure.name,
                    measure.direction,
                    "–" if real is None else f"{real:.3f}",
                    *(_cell(row) for row in rows),
                ]
            )
        )
    return "\n".join(lines) + "\n"


def _cell(row: Row) -> str:
    if row["mean"] is None:
        return "not computable"
    return f"{row['mean']:.3f} ± {row['sd']:.3f}"


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _reading(methods: dict[str, list[Row]]) -> str:
    """Say what the table shows, in sentences that the figures decide."""
    said = []
    blind = [name for name in (ROW_MODE, SPECIFICATION_MODE) if name in methods]
    trained = [name for name in methods if name not in blind]
    for key in ("column_shapes", "pair_trends", "tstr_f1"):
        place = next(i for i, measure in enumerate(MEASURES) if measure.key == key)
        means = {
            n: rows[place]["mean"] for n, rows in methods.items() if rows[place]["mean"] is not None
        }
        if not means:
            continue
        best_trained = max((means[n] for n in trained if n in means), default=None)
        for name in blind:
            if name not in means or best_trained is None:
                continue
            gap = best_trained - means[name]
            how = "below" if gap > 0 else "above"
            said.append(
                f"- {MEASURES[place].name}: {name} is {abs(gap):.3f} {how} the best of those that "
                "saw the rows."
            )
    return "\n".join(said) + "\n"


def _ablation(asked: Row, ablation: dict[str, Row]) -> str:
    head = ["prompt", "accepted", "acceptance", "s a row", "distinct", "entropy"]
    lines = [_line(head), _line("---" for _ in head)]
    for name, found in ablation.items():
        lines.append(
            _line(
                [
                    name,
                    f"{found['accepted']} of {found['attempts']}",
                    _share(found),
                    "–" if found["seconds_a_row"] is None else f"{found['seconds_a_row']:.1f}",
                    str(found["distinct"]),
                    "–" if found["entropy_share"] is None else f"{found['entropy_share']:.0%}",
                ]
            )
        )
    whole = ablation["all parts"]
    sure = [name for name, found in ablation.items() if _apart(whole, found)]
    verdict = (
        f"Surely different from the whole prompt: {', '.join(sure)}."
        if sure
        else "No interval is clear of that of the whole prompt: with so few attempts no part is "
        "shown to matter to acceptance."
    )
    said = (
        f"{asked['ablation']['wanted']} patients of the `{asked['ablation']['example']}` "
        "specification were wanted with each prompt; a prompt is given up after ten attempts "
        f"without one. {verdict} Whether a row is accepted says that its types, ranges, codes and "
        "rules hold, and nothing of what it is worth.\n"
    )
    return said + "\n" + "\n".join(lines) + "\n"


def _apart(first: Row, second: Row) -> bool:
    """Return whether the intervals of two acceptance shares do not overlap."""
    bounds = [wilson(found["accepted"], found["attempts"]) for found in (first, second)]
    return bounds[0][1] < bounds[1][0] or bounds[1][1] < bounds[0][0]


def _limits() -> str:
    return (
        "## What this says, and what it doesn't\n\n"
        "- The embedded model follows a specification's ranges and codes where it was taught to, "
        "and "
        "knows no medicine: how variables hang together it does not write, whatever the prompt "
        "says. "
        "Its tables are to be used as fillers and demonstrations, not for analysis.\n"
        "- A larger model (7 billion parameters and more, put into the models folder) is "
        "expected to "
        "change acceptance and relations most, since it has read of these diseases; the paper's "
        "models were far larger still. That was not measured here.\n"
        "- Specification mode is as good as its specification. Both were written from public "
        "knowledge; no row was read for them. What nobody stated has a wide default, and that "
        "shows.\n"
        "- CTGAN and TVAE trained briefly (a hundred epochs of tables this small are some hundreds "
        "of steps), which shows most in F1, that of the rarer class: longer training may change "
        "them. "
        "That they fall behind a specification here is no verdict on them.\n"
        "- The schizophrenia table is simulated, and its specification is by the same hands that "
        "know "
        "how: its specification mode is favoured.\n"
        "- A method that saw no row cannot leak one: its privacy measures show how close real "
        "patients "
        "come to invented ones by chance.\n"
        "- Row mode wrote fewer rows than the others, which alone makes every measure of its "
        "tables "
        "noisier, and CAP and F1 lower.\n"
    )
