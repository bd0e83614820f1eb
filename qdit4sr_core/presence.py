"""Whether something is there, asked of places that nobody named: no refusal of the system is an error here.

Python's own `Path.is_file` raises where a folder may not be looked into or a name is too long for the file
system. That is right for a path the user gave, which deserves the reason, and wrong where a cache, a
caption beside a photo or a copy of it may or may not be found.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path


def file_is_there(path: Path) -> bool:
    """Whether a file can be seen at `path`; False for what may not or cannot be looked at."""
    return os.path.isfile(path)


def folder_is_there(path: Path) -> bool:
    """Whether a folder can be seen at `path`; False for what may not or cannot be looked at."""
    return os.path.isdir(path)


def flows(path: Path) -> bool:
    """Whether reading may never end: a pipe, a socket or a device."""
    try:
        mode = path.stat().st_mode
    except OSError:  # a broken link, or one that leads to itself
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))
