"""Estimates how long a run still takes from the steps it has measured, and how often to say so."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median

REPORTS_PER_SECOND = 20.0
STEP_PREFIXES = ("step", "encoding", "decoding")
"""How the core calls the phases that count denoising steps."""


class ProgressMeter:
    """Seconds left of a run of several variants, from the median time of a measured step.

    The first step of a variant includes warm-up, so it is not counted. Steps of the variant before are used
    until the current one has its own.
    """

    def __init__(self, variants: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._variants = variants
        self._clock = clock
        self._index = 0
        self._last: tuple[int, float] | None = None
        self._current: list[float] = []
        self._previous: list[float] = []
        self._steps = 0
        self._reported = float("-inf")

    def start_variant(self, index: int) -> None:
        """Variant `index` of the run (from 0) begins."""
        self._index = index
        self._previous = self._current or self._previous
        self._current = []
        self._last = None

    def update(self, done: int, total: int, what: str = "step") -> float | None:
        """Take a progress call; returns the seconds left, None before a step was measured.

        Only calls about denoising steps are measured: quantizing and calibrating count in other units.
        """
        now = self._clock()
        if not what.startswith(STEP_PREFIXES):
            return None
        self._steps = total
        if self._last is not None and done > self._last[0] > 0:
            self._current.append((now - self._last[1]) / (done - self._last[0]))
        if self._last is None or done != self._last[0]:
            self._last = (done, now)
        measured = self._current or self._previous
        if not measured:
            return None
        remaining = (total - done) + total * max(0, self._variants - self._index - 1)
        return median(measured) * remaining

    def due(self, done: int, total: int) -> bool:
        """True if this call should be reported: the last of its kind always, others 20 times a second."""
        now = self._clock()
        if done >= total or now - self._reported >= 1.0 / REPORTS_PER_SECOND:
            self._reported = now
            return True
        return False


def duration_text(seconds: float) -> str:
    """Seconds as people say them: "0.8 s", "12 s", "3 min 5 s"."""
    if seconds < 1:
        return f"{seconds:.1f} s"
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
