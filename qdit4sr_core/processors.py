"""How many processors this process may use, which can be fewer than the machine has."""

from __future__ import annotations

import os


def usable_processors() -> int:
    """Those that the system lets the process run on (`taskset`, containers, job schedulers); at least 1."""
    affinity = getattr(os, "sched_getaffinity", None)  # not on macOS and Windows
    return len(affinity(0)) if affinity is not None else os.cpu_count() or 1


def default_threads() -> int:
    """Threads to compute with where nothing else is said: all usable processors, at most OMP_NUM_THREADS."""
    wanted = os.environ.get("OMP_NUM_THREADS", "").split(",")[0].strip()  # a list is of nested levels
    limit = int(wanted) if wanted.isdecimal() and len(wanted) < 7 else 0
    return min(usable_processors(), limit) if limit else usable_processors()
