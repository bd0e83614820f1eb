"""Temporary files beside their target; those of processes that were killed are cleaned at the next write."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
from functools import partial
from pathlib import Path

from .file_lock import remove_if_abandoned, still_there, take

_NAME = re.compile(r"\.[0-9a-f]{12}\.part")
_DAY = 86400.0


def new_part(folder: Path) -> tuple[str, int]:
    """A new file with a short hidden name in `folder`, of the umask's mode, locked while its handle is open.

    What killed writers have left in the folder goes first. Raises OSError.
    """
    remove_abandoned_parts(folder)
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
    while True:
        part = str(folder / f".{secrets.token_hex(6)}.part")
        try:
            handle = os.open(part, flags, 0o666)
        except FileExistsError:
            continue
        if os.name != "posix":  # there an open file cannot be renamed: its age tells
            return part, handle
        with contextlib.suppress(OSError):
            take(handle, wait=True)
        if still_there(part, handle):
            return part, handle
        os.close(handle)  # somebody cleaned before the lock was ours


def remove_abandoned_parts(folder: Path) -> None:
    """Delete temporary files in `folder` whose writer has died; those of living ones stay."""
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        found = [entry.path for entry in entries if _NAME.fullmatch(entry.name)]
        for path in found:
            remove_if_abandoned(Path(path), partial(os.unlink, path), oldest=_DAY)
