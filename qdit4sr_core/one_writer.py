"""One writer at a time: a second process that wants to write the same output is told so."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .errors import OutputError, reason
from .file_names import hidden_beside

_UNSUPPORTED = {errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL}


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
    while True:
        try:
            handle = os.open(lock, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o666)
        except OSError as error:
            raise OutputError(f"{output} could not be written: {reason(error)}.") from error
        try:
            taken = _take(handle)
            if taken and not _still_there(lock, handle):  # the one before took it away while we waited
                os.close(handle)
                continue
        except OSError as error:
            os.close(handle)
            if error.errno in _UNSUPPORTED:
                return None
            raise OutputError(f"{output} could not be written: {reason(error)}.") from error
        if not taken:
            os.close(handle)
            raise OutputError(
                f"{output} is being written by another process; wait for it, or choose another place."
            )
        return handle


def _take(handle: int) -> bool:
    try:
        import fcntl
    except ImportError:  # Windows
        import msvcrt

        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        except OSError:
            return False
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _still_there(lock: Path, handle: int) -> bool:
    try:
        return os.path.samestat(os.stat(lock), os.fstat(handle))
    except FileNotFoundError:
        return False
