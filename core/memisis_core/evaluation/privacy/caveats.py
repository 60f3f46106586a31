"""The lines that stand beside privacy measures, with their sources."""

from __future__ import annotations

from typing import Final

SIMILARITY: Final = (
    "similarity to real rows is not a guarantee of privacy (arXiv 2505.01524; "
    "10.1016/j.patter.2025.101320), and publishing it can itself leak (arXiv 2312.05114)"
)
ATTACK: Final = (
    "a failed attack bounds this attack only; no measure here shows legal compliance "
    "(10.1016/j.patter.2025.101320)"
)
RARE_ATTACK: Final = f"on the most outlying 5 % of real records alone; {ATTACK}"
RARE_SIMILARITY: Final = f"on the most outlying 5 % of real records alone; {SIMILARITY}"
