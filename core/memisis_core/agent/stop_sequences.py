"""Ends a text that arrives in pieces before the first of some sequences."""

from __future__ import annotations


class StopFilter:
    """Passes text on until a stop sequence begins; holds back what may become one."""

    def __init__(self, stop: tuple[str, ...]) -> None:
        self._stop = tuple(sequence for sequence in stop if sequence)
        self._held = ""
        self.stopped = False
        self.before = ""
        """What the last piece held before the stop sequence, once it stopped."""

    def feed(self, piece: str) -> str:
        """Return the text that is certainly part of the answer now."""
        if self.stopped:
            return ""
        text = self._held + piece
        found = [at for sequence in self._stop if (at := text.find(sequence)) >= 0]
        if found:
            self.stopped = True
            self.before = text[len(self._held) : min(found)]
            self._held = ""
            return text[: min(found)]
        keep = max((_overlap(text, sequence) for sequence in self._stop), default=0)
        self._held = text[len(text) - keep :]
        return text[: len(text) - keep]

    def rest(self) -> str:
        """Return what was held back, for a text that ended by itself."""
        rest, self._held = self._held, ""
        return rest


def _overlap(text: str, sequence: str) -> int:
    """Return the length of the longest end of `text` with which `sequence` begins."""
    for length in range(min(len(text), len(sequence) - 1), 0, -1):
        if text.endswith(sequence[:length]):
            return length
    return 0
