"""An answer in words: Markdown that grows while the model writes it."""

from __future__ import annotations

from textual.widgets import Markdown
from textual.widgets.markdown import MarkdownStream

from memisis_screens.chat.blocks import visible_lines


class AnswerBlock(Markdown):
    """Streams; links in it are text only, since nothing here opens a network connection."""

    DEFAULT_CLASSES = "block answer"

    def __init__(self) -> None:
        super().__init__(open_links=False)
        self.written = ""
        self._stream: MarkdownStream | None = None

    async def write(self, piece: str) -> None:
        """Append a piece; the stream gathers pieces that come faster than they are drawn."""
        if self._stream is None:
            self._stream = Markdown.get_stream(self)
        self.written += piece
        await self._stream.write(_safe(piece))

    async def finish(self, text: str | None = None) -> None:
        """End the answer; `text` replaces what was streamed if it is another one."""
        if self._stream is not None:
            await self._stream.stop()
            self._stream = None
        if text is not None and text != self.written:
            self.written = text
            await self.update(_safe(text))


def _safe(text: str) -> str:
    """Return `text` with control characters made visible, line ends kept where they are."""
    end = "\n" if text.endswith("\n") else ""
    return visible_lines(text) + end
