"""The synthesizers there are: a new one is one new file and one entry here."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from memisis_core.errors import InputError

if TYPE_CHECKING:
    from memisis_core.synthesis.protocol import Synthesizer


@dataclass(frozen=True)
class SynthesizerEntry:
    """What is known of a synthesizer without importing it (the UI lists them).

    Attributes
    ----------
    name : str
        As in plans and JSON.
    title : str
        As people write it.
    summary : str
        One line: what kind of model, when it does well.
    trains_in_epochs : bool
        Whether ``epochs`` means anything to it.
    module, attribute : str
        Where its class is.
    relative_duration : float
        How long a job takes against the others'; the longest start first.
    """

    name: str
    title: str
    summary: str
    trains_in_epochs: bool
    module: str
    attribute: str
    relative_duration: float = 1.0


ENTRIES: tuple[SynthesizerEntry, ...] = (
    SynthesizerEntry(
        "ctgan",
        "CTGAN",
        "conditional generative adversarial network (Xu et al. 2019); mixed types, slowest",
        True,
        "memisis_core.synthesis.ctgan",
        "CTGANSynthesizer",
        relative_duration=6.0,
    ),
    SynthesizerEntry(
        "gaussian_copula",
        "GaussianCopula",
        "marginals joined by a Gaussian copula (Patki et al. 2016); seconds, no epochs",
        False,
        "memisis_core.synthesis.gaussian_copula",
        "GaussianCopulaSynthesizer",
    ),
    SynthesizerEntry(
        "tvae",
        "TVAE",
        "variational autoencoder for tables (Xu et al. 2019); faster than CTGAN",
        True,
        "memisis_core.synthesis.tvae",
        "TVAESynthesizer",
        relative_duration=3.0,
    ),
)

SPECIFICATION = SynthesizerEntry(
    "specification",
    "Specification",
    "drawn from a description, without a real row (memisis describe); learns from no table",
    False,
    "",
    "",
)
"""What runs of `memisis describe` are called; no plan for a table can ask for it."""


def entry(name: str) -> SynthesizerEntry:
    """Return what is known of the synthesizer called `name`, or of `SPECIFICATION`.

    Raises
    ------
    InputError
        If there is none.
    """
    if name == SPECIFICATION.name:
        return SPECIFICATION
    return trainable(name)


def trainable(name: str) -> SynthesizerEntry:
    """Return what is known of a synthesizer that learns from a table.

    Raises
    ------
    InputError
        If there is none.
    """
    for known in ENTRIES:
        if known.name == name:
            return known
    raise InputError(
        f"there is no synthesizer called {name!r}",
        fix=f"Choose among {', '.join(known.name for known in ENTRIES)}",
    )


def create(name: str) -> Synthesizer:
    """Return a new, untrained synthesizer (imports its library: seconds)."""
    known = trainable(name)
    synthesizer: Synthesizer = getattr(importlib.import_module(known.module), known.attribute)()
    return synthesizer
