"""Locks that the system gives back when a process ends, however it ends: they tell who is alive."""

from __future__ import annotations

import contextlib
import errno
import math
import os
import time
from collections.abc import Callable
from pathlib import Path

_UNSUPPORTED = {errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL}


def take(handle: int, *, wait: bool = False) -> bool | None:
    """Lock an open file: whether it was free (or became so); None where the file system knows no locks.

    Raises OSError for other trouble.
    """
    try:
        import fcntl
    except ImportError:
        return _take_on_windows(handle)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    except OSError as error:
        if error.errno in _UNSUPPORTED:
            return None
        raise
    return True


def _take_on_windows(handle: int) -> bool:
    import msvcrt

    try:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
    except OSError:
        return False
    return True


def open_lock(lock: Path, mode: int = 0o666) -> tuple[int, bool | None]:
    """An open handle of the file `lock`, made where there is none, and what `take` says of it.

    A file that the process before took away while it was opened is opened anew. Raises OSError; no handle
    stays open then.
    """
    while True:
        handle = os.open(lock, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), mode)
        try:
            taken = take(handle)
            if taken is False or still_there(lock, handle):
                return handle, taken
        except OSError:
            os.close(handle)
            raise
        os.close(handle)


def still_there(path: Path | str, handle: int) -> bool:
    """Whether the open file is the one at `path`: another process may have taken it away."""
    try:
        return os.path.samestat(os.stat(path), os.fstat(handle))
    except FileNotFoundError:
        return False


def remove_if_abandoned(held: Path, remove: Callable[[], None], *, oldest: float = math.inf) -> None:
    """Call `remove` if the process that locked the file `held` has ended; never raises OSError.

    Where no lock can tell, what is more than `oldest` seconds old goes too, or so far in the future: a clock
    was set. On Windows a file that is still
    written cannot be locked as well as renamed; with `oldest` its age alone tells there.
    """
    flags = os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
    with contextlib.suppress(OSError):  # another user's file, or gone
        handle = os.open(held, flags)
        try:
            lockable = os.name == "posix" or math.isinf(oldest)
            free = take(handle) if lockable else None
            if free or (free is None and abs(time.time() - os.fstat(handle).st_mtime) > oldest):
                remove()
        finally:
            os.close(handle)
