"""One writer at a time: a second process that wants to write the same output is told so."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .errors import OutputError, unwritable
from .file_lock import open_lock
from .file_names import hidden_beside


@contextmanager
def one_writer(output: Path) -> Iterator[None]:
    """Hold the right to write `output`, a file or a folder that is there, until the block ends.

    The system gives the right back when the process ends, however it ends. Where the file system knows no
    locks, nothing is held. Raises `OutputError` when another process is writing it.
    """
    lock = _lock_path(output)
    handle = _open(lock, output)
    if handle is None:
        yield
        return
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            lock.unlink()
        os.close(handle)


def _lock_path(output: Path) -> Path:
    real = Path(os.path.realpath(output))
    if real.is_dir():
        return real / ".lock"
    return hidden_beside(real, ".lock")


def _open(lock: Path, output: Path) -> int | None:
    try:
        handle, taken = open_lock(lock)
    except OSError as error:
        raise OutputError(unwritable(output, error)) from error
    if taken:
        return handle
    os.close(handle)
    if taken is None:
        return None
    raise OutputError(f"{output} is being written by another process; wait for it, or choose another place.")
