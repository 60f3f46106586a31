"""Private, atomic files: folders 0700, files 0600, and never half a file."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from memisis_core.errors import WorkFailed

_CHUNK = 1 << 20


def private_folder(path: Path) -> Path:
    """Create `path` (and its parents) for this user alone and return it.

    Raises
    ------
    WorkFailed
        If the folder cannot be made.
    """
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise WorkFailed(
            f"the folder cannot be made ({error.strerror})",
            where=str(path),
            fix="Set MEMISIS_HOME to a folder that you may write to",
        ) from error
    return path


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a private temporary path; on leaving without an error it replaces `path`.

    Parameters
    ----------
    path : Path
        The file that will exist, whole, or stay as it was.

    Yields
    ------
    Path
        A file beside it, mode 0600, removed if the block raises.
    """
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    os.close(descriptor)
    temporary = Path(name)
    try:
        yield temporary
        temporary.chmod(0o600)
        with temporary.open("rb") as written:
            os.fsync(written.fileno())
        temporary.replace(path)
    except BaseException:
        with suppress(FileNotFoundError):
            temporary.unlink()
        raise


def write_private(path: Path, content: str | bytes) -> Path:
    """Write `content` to `path` atomically with mode 0600 and return the path."""
    data = content.encode() if isinstance(content, str) else content
    with replacing(path) as temporary:
        temporary.write_bytes(data)
    return path


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file as 64 hexadecimal digits."""
    digest = hashlib.sha256()
    with path.open("rb") as source:
        while chunk := source.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
