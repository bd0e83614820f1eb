"""How often a run's progress is told."""

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
