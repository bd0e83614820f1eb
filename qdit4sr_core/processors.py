"""How many processors this process may use, which can be fewer than the machine has."""

from __future__ import annotations

import os


def usable_processors() -> int:
    """Those that the system lets the process run on (`taskset`, containers, job schedulers); at least 1."""
    affinity = getattr(os, "sched_getaffinity", None)  # not on macOS and Windows
    return len(affinity(0)) if affinity is not None else os.cpu_count() or 1
