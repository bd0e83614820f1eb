"""Where a window saves by itself: windows that are open at the same time never share a file. No Qt here."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable
from pathlib import Path

from qdit4sr_core.file_lock import open_lock
from qdit4sr_core.file_names import hidden_beside
from qdit4sr_core.presence import file_is_there

MOST = 64
"""So many windows get a file of their own."""


class AutosavePlace:
    """The first of `last`, `last-2`, ... that no other living window holds, taken when it is asked for.

    A lock that the system gives back when a program ends, however it ends, tells which windows live. A lock
    that nobody holds is of a window that was not closed: what it left is spared by all windows. Its lock goes
    when a window that was told so closes, or has shown it again and saved what it shows by itself.
    """

    def __init__(self, first: Path) -> None:
        self._first = first
        self._taken: Path | None = None
        self._handle = -1
        self._left = {path for path in self._names() if self._is_left(path)}
        """What crashed windows left before this one: spared as long as it lives."""
        self._opened: set[Path] = set()
        self._refused: set[Path] = set()

    def path(self) -> Path:
        """This window's own file; it may not be there yet. Where locks are unknown, the first one."""
        if self._taken is None:
            self._taken = self._take()
        return self._taken

    def newest(self) -> Path | None:
        """What a crash left, else the file saved last, of this window or a closed one; maybe none."""
        own = [path for path in self._names() if path == self._taken or not _held(path)]
        return _newest(path for path in own if path in self._left - self._opened) or _newest(own)

    def left_behind(self) -> bool:
        """Did a window end without closing, and leave a file that was not opened or refused since?"""
        return any(map(self._is_left, self._left - self._opened - self._refused))

    def refuse(self) -> None:
        """Do not offer what is left any more, nor, once this window is closed, at another start."""
        self._refused |= self._left

    def opened(self, path: Path) -> None:
        """What a file holds is shown again."""
        self._opened.add(path)

    def saved(self) -> None:
        """This window's file was written: it is the newest of all, also after the clock was set back."""
        self._settle(self._opened)
        own = self.path()
        with contextlib.suppress(OSError):
            times = [path.stat().st_mtime_ns for path in self._names() if path != own and path.is_file()]
            stamp = own.stat()
            if times and stamp.st_mtime_ns <= max(times):
                os.utime(own, ns=(stamp.st_atime_ns, max(times) + 1))

    def is_own(self, path: Path) -> bool:
        """Whether a file is the one that this window saves by itself."""
        return path == self._taken

    def is_one(self, path: Path) -> bool:
        """Whether a file is one of those that windows save by themselves."""
        return path in self._names()

    def release(self) -> None:
        """The window is closed: the file stays, for any later window to open."""
        self._settle(self._opened | self._refused)
        if self._handle >= 0:
            _forget_lock(self.path())
            os.close(self._handle)
        self._taken, self._handle = None, -1

    def _names(self) -> list[Path]:
        first = self._first
        return [first, *(first.with_name(f"{first.stem}-{n}{first.suffix}") for n in range(2, MOST + 1))]

    def _take(self) -> Path:
        with contextlib.suppress(OSError):
            self._first.parent.mkdir(parents=True, exist_ok=True)
        for path in self._names():
            spared = path in self._left or self._is_left(path)
            handle = None if spared else _open(path)
            if handle is not None:
                self._handle = handle
                return path
        return self._first  # what is wrong with the folder is told when it is saved to

    def _settle(self, paths: Iterable[Path]) -> None:
        """Nothing is left at these places any more."""
        for path in filter(self._is_left, paths):
            _forget_lock(path)

    def _is_left(self, path: Path) -> bool:
        return path != self._taken and file_is_there(path) and file_is_there(_lock(path)) and not _held(path)


def _newest(paths: Iterable[Path]) -> Path | None:
    found = []
    for path in paths:
        with contextlib.suppress(OSError, ValueError):
            if path.is_file():
                found.append((path.stat().st_mtime_ns, path))
    return max(found)[1] if found else None


def _forget_lock(path: Path) -> None:
    with contextlib.suppress(OSError):
        _lock(path).unlink()


def _lock(path: Path) -> Path:
    return hidden_beside(path, ".lock")


def _open(path: Path) -> int | None:
    """The lock of a file in an open handle; None while another window holds it, or if it cannot be opened."""
    try:
        handle, taken = open_lock(_lock(path), 0o600)
    except OSError:
        return None
    if taken is False:
        os.close(handle)
        return None
    return handle


def _held(path: Path) -> bool:
    if not file_is_there(_lock(path)):
        return False
    handle = _open(path)
    if handle is None:
        return True
    os.close(handle)
    return False
