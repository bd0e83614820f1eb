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


SECONDS, MINUTES_SECONDS, MINUTES, HOURS = "{s} s", "{min} min {s} s", "{min} min", "{h} h {min} min"
DURATIONS = (SECONDS, MINUTES_SECONDS, MINUTES, HOURS)
"""Every pattern of a duration, for translators."""


def duration_text(seconds: float, translate: Callable[[str], str] = str) -> str:
    """Seconds as people say them: "0.8 s", "12 s", "3 min 5 s", "41 min", "2 h 27 min".

    `translate` is given the patterns of `DURATIONS`.
    """
    if seconds < 0.95:
        return translate(SECONDS).format(s=f"{seconds:.1f}")
    minutes, rest = divmod(round(seconds), 60)
    if not minutes:
        return translate(SECONDS).format(s=rest)
    if minutes < 10 and rest:
        return translate(MINUTES_SECONDS).format(min=minutes, s=rest)
    if minutes < 60:
        return translate(MINUTES).format(min=minutes)
    return translate(HOURS).format(h=minutes // 60, min=minutes % 60)
