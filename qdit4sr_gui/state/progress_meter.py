"""How often a run's progress is told, and how its durations read."""

from __future__ import annotations

import time
from collections.abc import Callable

from qdit4sr_core.progress import Phase, What, phase_of

REPORTS_PER_SECOND = 20.0


class ReportRate:
    """Holds progress reports to 20 a second."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._reported = float("-inf")
        self._phase: Phase | None = None

    def due(self, done: int, total: int, what: What) -> bool:
        """True if this call should be reported: the first and last of a phase always."""
        now, phase = self._clock(), phase_of(what)
        if phase is not self._phase or done >= total or now - self._reported >= 1.0 / REPORTS_PER_SECOND:
            self._reported, self._phase = now, phase
            return True
        return False


def duration_text(seconds: float) -> str:
    """Seconds as people say them: "0.8 s", "12 s", "3 min 5 s", "41 min", "2 h 27 min"."""
    if seconds < 0.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if not minutes:
        return f"{rest} s"
    if minutes < 10 and rest:
        return f"{minutes} min {rest} s"
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
