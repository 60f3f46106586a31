"""The study of patients from a description alone: its parts are kept, its figures make its text."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from benchmarks.text_to_tabular import SETTINGS, Kept
from benchmarks.text_to_tabular_document import document
from benchmarks.text_to_tabular_methods import StudiedTable, specification_mode, studied_table
from memisis_core.evaluation.presets.text_to_tabular import MEASURES, PUBLISHED


@pytest.fixture(scope="module")
def table() -> StudiedTable:
    return studied_table("schizophrenia", 120, 0)


def figures(**changes: Any) -> dict[str, Any]:
    return {
        "accepted": 5, "attempts": 8, "acceptance": 0.625, "seconds_a_row": 3.21, "distinct": 4,
        "entropy_share": 0.9, "drawn_share": 0.0, "drawn_values": {},
        "kept": {"statements": 20, "contradicted": 9, "pairs": 6, "wanted": 0.4, "got": 0.05},
        **changes,
    }  # fmt: skip


def preset(value: float) -> list[dict[str, Any]]:
    return [
        {"measure": {"key": m.key}, "mean": value, "sd": 0.01, "n": 25, "real": 0.95}
        for m in MEASURES
    ]


def test_the_settings_name_tables_with_a_specification(table: StudiedTable) -> None:
    asked = tomllib.loads(SETTINGS.read_text(encoding="utf-8"))
    assert set(asked["most_real_rows"]) == set(asked["rows"]["wanted"]) == set(asked["tables"])
    assert asked["splits"] == asked["generations"] == 5
    assert len(table.data.train) == 120
    assert set(table.schema.names) <= set(table.joint.specification.names)


def test_specification_mode_does_not_look_at_the_rows(table: StudiedTable) -> None:
    generate = specification_mode(table)
    first = generate(7, table.data.train)
    other = generate(7, table.data.train.sample(frac=1.0, random_state=1))
    assert first.equals(other)
    assert len(first) == 120


def test_a_part_is_made_once_and_again_with_other_settings(tmp_path: Path) -> None:
    kept, made = Kept(tmp_path), []

    def work() -> dict[str, int]:
        made.append(1)
        return {"n": len(made)}

    assert kept.part("a", {"seed": 0}, work) == {"n": 1}
    assert kept.part("a", {"seed": 0}, work) == {"n": 1}
    assert kept.part("a", {"seed": 1}, work) == {"n": 2}
    reading = Kept(tmp_path, only_read=True)
    assert reading.part("a", {"seed": 1}, work) == {"n": 2}
    assert reading.part("b", {"seed": 1}, work) is None


def test_the_figures_decide_the_sentences(table: StudiedTable) -> None:
    asked = tomllib.loads(SETTINGS.read_text(encoding="utf-8"))
    name = table.name
    results = {name: {"row mode": preset(0.6), "specification mode": preset(0.8),
                      "ctgan": preset(0.75), "tvae": preset(0.7)}}  # fmt: skip
    none = {"accepted": 0, "attempts": 10, "acceptance": 0.0}
    without = figures(**none, seconds_a_row=None, entropy_share=None)
    ablation = {"all parts": figures(), "without descriptions": without}
    text = document(asked, [table], {name: figures(drawn_share=0.2, drawn_values={"Age": 9})},
                    results, ablation)  # fmt: skip
    assert "row mode is 0.150 below the best of those that saw the rows" in text
    assert "specification mode is 0.050 above the best of those that saw the rows" in text
    assert "5 patients accepted of 8 attempts (62%, 95% interval 31% to 86%), 3.2 s for" in text
    assert "Of 6 stated correlations, 0.40 on average, its rows have 0.05" in text
    assert "**20% of all its values the model could not give" in text
    assert "| without descriptions | 0 of 10 | 0%, 95% interval 0% to 28% | – |" in text
    assert "Surely different from the whole prompt: without descriptions." in text
    assert PUBLISHED in text
    assert "Not finished when this was written: GaussianCopula." in text
    unknown = preset(0.6)
    unknown[0]["mean"] = None
    results[name]["row mode"] = unknown
    assert "not computable" in document(asked, [table], {name: figures()}, results, ablation)
