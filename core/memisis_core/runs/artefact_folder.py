"""A job's files: each private, written whole, reported with its checksum once it is complete."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from memisis_core.runs.channel import EventChannel
from memisis_core.runs.events import ArtefactWritten
from memisis_core.secure_files import private_folder, replacing, sha256_of


class ArtefactFolder:
    """The folder of one run, as its worker writes it.

    Parameters
    ----------
    folder : Path
    channel : EventChannel
        Told of every file that is complete.
    """

    def __init__(self, folder: Path, channel: EventChannel) -> None:
        self.names: list[str] = []
        """Names of the artefacts so far, in order."""
        self._folder = private_folder(folder)
        self._channel = channel

    def write(self, name: str, file: str, writer: Callable[[Path], object]) -> None:
        """Let `writer` write a temporary file and put it in place as `file`."""
        path = self._folder / file
        with replacing(path) as temporary:
            writer(temporary)
        self.report(name, file)

    def write_json(self, name: str, file: str, document: object) -> None:
        """Write a JSON document."""
        text = json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
        self.write(name, file, lambda path: path.write_text(text, encoding="utf-8"))

    def path(self, file: str) -> Path:
        """Return where `file` is, for writers that put it in place themselves."""
        return self._folder / file

    def report(self, name: str, file: str) -> None:
        """Say that `file` is complete."""
        self.names.append(name)
        digest = sha256_of(self._folder / file)
        self._channel.send(ArtefactWritten(name=name, path=file, sha256=digest))
