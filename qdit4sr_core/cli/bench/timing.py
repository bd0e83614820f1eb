"""Timing several things against each other on a machine that does other work as well.

All cases run in turn, round after round, and each is divided by the first case of the same round: what slows
the whole machine down for a while then slows both sides of a ratio.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median, quantiles
from time import perf_counter
from typing import Any

from ...progress import CancelCheck, Progress, ignore_progress, never_cancelled, stop_if


@dataclass(frozen=True)
class Timing:
    """Seconds of one case over the rounds, and its ratios to the first case."""

    name: str
    seconds: tuple[float, ...]
    ratios: tuple[float, ...]
    """Seconds over those of the first case in the same round; above 1 is slower."""
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def median(self) -> float:
        """Median seconds."""
        return median(self.seconds)

    @property
    def ratio(self) -> float:
        """Median ratio."""
        return median(self.ratios)

    @property
    def speeds(self) -> tuple[float, float, float]:
        """How many times as fast as the first case: lower quartile, median, upper quartile over rounds."""
        speeds = [1 / ratio for ratio in self.ratios]
        if len(speeds) == 1:
            return speeds[0], speeds[0], speeds[0]
        low, middle, high = quantiles(speeds, n=4, method="inclusive")
        return low, middle, high

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready, with every single measurement."""
        return {
            "name": self.name,
            "median_seconds": self.median,
            "seconds": list(self.seconds),
            "median_ratio": self.ratio,
            "ratio_range": [min(self.ratios), max(self.ratios)],
            "speed_quartiles": list(self.speeds),
            **self.facts,
        }


def interleaved(
    cases: dict[str, Callable[[], Any]],
    rounds: int = 5,
    *,
    facts: dict[str, dict[str, Any]] | None = None,
    seconds: float = math.inf,
    progress: Progress = ignore_progress,
    cancelled: CancelCheck = never_cancelled,
) -> list[Timing]:
    """Run every case once to warm up, then up to `rounds` times in turn; a case must finish its own GPU work.

    After `seconds` in all no further round is begun, but for the first.
    """
    taken: dict[str, list[float]] = {name: [] for name in cases}
    start = perf_counter()
    total = len(cases) * (rounds + 1)
    for turn in range(rounds + 1):
        if turn > 1 and perf_counter() - start > seconds:
            break
        for place, (name, run) in enumerate(cases.items()):
            stop_if(cancelled)
            began = perf_counter()
            run()
            elapsed = perf_counter() - began
            if turn:
                taken[name].append(elapsed)
            progress(turn * len(cases) + place + 1, total, name)
    first = next(iter(taken.values()))
    return [
        Timing(
            name,
            tuple(times),
            tuple(t / base for t, base in zip(times, first, strict=True)),
            dict((facts or {}).get(name, {})),
        )
        for name, times in taken.items()
    ]


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns padded to their widest cell, in Markdown, so that it can be pasted."""
    widths = [max(len(row[i]) for row in (header, *rows)) for i in range(len(header))]

    def line(cells: Sequence[str]) -> str:
        return "| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)) + " |"

    return "\n".join([line(header), "|" + "|".join("-" * (w + 2) for w in widths) + "|", *map(line, rows)])


def duration(seconds: float) -> str:
    """`1.23 s`, `45.6 ms`."""
    return f"{seconds:.2f} s" if seconds >= 1 else f"{1000 * seconds:.1f} ms"


def timing_cells(timing: Timing) -> list[str]:
    """Name, median, and ratio with its range."""
    spread = f"{timing.ratio:.2f} ({min(timing.ratios):.2f} to {max(timing.ratios):.2f})"
    return [timing.name, duration(timing.median), spread]


def speed_cells(timing: Timing) -> list[str]:
    """Name, median, and speed over the first case with its quartiles."""
    low, middle, high = timing.speeds
    return [timing.name, duration(timing.median), f"{middle:.2f} ({low:.2f} to {high:.2f})"]


TIMING_HEADER = ["case", "median", "ratio to the first (range)"]
