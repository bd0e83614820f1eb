"""Writing a file so that a reader finds the old one or the whole new one, never a part."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from .errors import OutputError


@contextmanager
def whole_file(path: Path, what: str = "", *, folders: bool = False) -> Iterator[BinaryIO]:
    """A stream to a temporary file beside `path`, which takes its place when all went well.

    With `folders` missing folders are made. Raises `OutputError`, with `what` ("the figure") before the path,
    when the disk is full or may not be written; whatever else goes wrong inside passes through and leaves
    the old file.
    """
    part = ""
    try:
        if folders:
            path.parent.mkdir(parents=True, exist_ok=True)
        handle, part = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
        with os.fdopen(handle, "wb") as stream:
            yield stream
        os.chmod(part, 0o644)
        os.replace(part, path)
    except OSError as error:
        name = f"{what[:1].upper()}{what[1:]} {path}".strip()
        raise OutputError(f"{name} could not be written: {error.strerror or error}.") from error
    finally:
        if part and os.path.exists(part):
            os.unlink(part)


def write_text(path: Path, text: str) -> Path:
    """Write a text file whole, making missing folders. Raises `OutputError`."""
    with whole_file(path, folders=True) as stream:
        stream.write(text.encode())
    return path
