"""Memory of this process and of the machine in bytes: psutil, and Linux for a peak that starts anew."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path

_STATUS = Path("/proc/self/status")


def bytes_text(count: float, decimals: int = 2) -> str:
    """`5.43 GB`, `84 MB`: decimal units everywhere, as model files are usually quoted.

    `decimals` are those of gigabytes.
    """
    return f"{count / 1e9:.{decimals}f} GB" if count >= 1e9 else f"{count / 1e6:.0f} MB"


def resident_bytes() -> int:
    """What this process holds in memory now."""
    import psutil

    return int(psutil.Process().memory_info().rss)


def anonymous_bytes() -> int:
    """What this process holds without mapped files.

    Weights read through a mapping do not count. Only Linux tells them apart; elsewhere this is
    `resident_bytes`.
    """
    import psutil

    held = psutil.Process().memory_info()
    return int(held.rss - getattr(held, "shared", 0))


def free_bytes() -> int:
    """What new work can take on this machine without swapping."""
    import psutil

    return int(psutil.virtual_memory().available)


def reset_peak() -> None:
    """Start measuring `peak_bytes` anew, where the system allows it: on Linux."""
    if _STATUS.is_file():
        with contextlib.suppress(OSError):  # a kernel built without it leaves the peak since the start
            (_STATUS.parent / "clear_refs").write_text("5", encoding="ascii")


def peak_bytes() -> int:
    """The most this process held at a time, since `reset_peak` on Linux, elsewhere since it started."""
    if _STATUS.is_file():
        for line in _STATUS.read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    try:
        import resource
    except ImportError:  # Windows
        import psutil

        return int(psutil.Process().memory_info().peak_wset)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
