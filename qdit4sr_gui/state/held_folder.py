"""A temporary folder that goes with its program: after a crash the next program cleans it. No Qt here."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from functools import partial
from pathlib import Path

from qdit4sr_core.file_lock import remove_if_abandoned, still_there, take

_LOCK = ".held"


class HeldFolder:
    """A new folder in `parent` (None: the system's place for temporary files) until `cleanup`.

    A locked file in it tells that its program lives. Folders of the same prefix whose program has died are
    deleted first. Raises OSError.
    """

    def __init__(self, prefix: str, parent: Path | None = None) -> None:
        place = Path(parent or tempfile.gettempdir())
        for lock in place.glob(f"{prefix}*/{_LOCK}"):
            if not lock.parent.is_symlink():
                remove_if_abandoned(lock, partial(_remove, lock.parent))
        while True:
            self._folder = tempfile.TemporaryDirectory(prefix=prefix, dir=parent)
            self.path = Path(self._folder.name)
            lock = self.path / _LOCK
            self._handle = os.open(lock, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
            take(self._handle, wait=True)
            if still_there(lock, self._handle):
                return
            self._release()  # another program cleaned before the lock was ours

    def cleanup(self) -> None:
        """Delete the folder with all that is in it."""
        if os.name != "posix":  # an open file cannot be deleted there
            self._release()
        self._folder.cleanup()
        if os.name == "posix":
            self._release()

    def _release(self) -> None:
        with contextlib.suppress(OSError):
            os.close(self._handle)


def _remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
