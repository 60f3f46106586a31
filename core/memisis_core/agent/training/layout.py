"""Joins the fragments of a request in the styles people write in."""

from __future__ import annotations

from memisis_core.agent.training.corpus_files import pick, sections
from memisis_core.agent.training.marks import capital
from memisis_core.agent.training.slots import Speaker

STYLES = (
    *("comma", "comma", "sentences", "sentences", "sentences", "pairs", "bullets", "telegraph"),
    *("mixed", "mixed"),
)


def laid_out(speaker: Speaker, said: list[str], style: str) -> str:
    """Join fragments.

    Parameters
    ----------
    speaker
        Says the words around them.
    said
        The fragments, at least one.
    style
        One of :data:`STYLES`.

    Returns
    -------
    str
        The request.
    """
    rng, parts = speaker.rng, sections("fragments")
    lead = pick(parts["leads"], rng) if rng.random() < 0.3 else ""
    if style == "comma":
        text = rng.choice((", ", ", ", "; ", " and ", ", then ", " ", " - ")).join(said)
    elif style == "sentences":
        text = " ".join(capital(piece) + ("" if piece.endswith("?") else ".") for piece in said)
    elif style == "pairs":
        text = rng.choice(("; ", ", ", "\n", " | ", " / ", ". ", "  ")).join(said)
        lead = lead if rng.random() < 0.3 else ""
    elif style == "bullets":
        mark = rng.choice(("\n- ", "\n* ", " - ", "\n• ", " * ", "\n"))
        text = (
            (pick(parts["heads"], rng) if rng.random() < 0.6 else "") + mark + mark.join(said)
        ).strip()
        lead = ""
    elif style == "telegraph":
        text, lead = rng.choice((" ", ", ", " / ", ". ")).join(said), ""
    else:
        text = said[0]
        for piece in said[1:]:
            text += (
                rng.choice((", ", ". ", "; ", " and ", " - ", ", ", ", also ", ", plus ")) + piece
            )
    text = f"{lead} {text}".strip()
    if rng.random() < 0.2:
        text = (
            text.rstrip(".")
            + rng.choice((". ", ", ", " "))
            + speaker.fill(pick(parts["tails"], rng))
        )
    return text
