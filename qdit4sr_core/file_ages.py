"""In which order kept files are forgotten, on a machine whose clock may have been set."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from pathlib import Path


def oldest_first(kept: Iterable[Path], newest: Path) -> list[Path]:
    """The files but `newest`, which was just written, beginning with the one whose time is farthest from its.

    A time long after the newest file's is that of a wrong clock, and no better than one long before. Files
    that are gone by now are left out. Raises OSError for `newest`.
    """
    now = newest.stat().st_mtime_ns
    found = []
    for path in kept:
        with contextlib.suppress(FileNotFoundError):  # another process has forgotten it
            if path != newest:
                found.append((-abs(now - path.stat().st_mtime_ns), path))
    return [path for _, path in sorted(found)]
