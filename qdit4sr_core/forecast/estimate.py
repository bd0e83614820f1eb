"""The time and memory of variants on photos that have not run yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..variant_text import FULL_PRECISION_TEXT, NOT_QUANTIZED, SHOWN_BESIDE
from .rates import Rates
from .typical import Statistics, covers
from .work import ModelShape, PhotoWork, calibration_cells, calibration_photo_cells

PIXEL_BYTES = 150.0
"""Bytes a coded pixel at the peak, where none was measured yet: the float image, the colours, two sums."""
PIXEL_SECONDS = 2.5e-6
"""Seconds a coded pixel of encoding and decoding, where none was measured yet."""
CELL_BYTES = 26 * 4
"""Bytes a cell and width of the tensors alive at once in a block, in float32 (see `models.memory`)."""
NOTHING_TO_QUANTIZE = (*NOT_QUANTIZED, "artifact")


@dataclass(frozen=True)
class Task:
    """One variant on one photo."""

    photo: str
    variant: str
    kind: str
    """As `Variant.kind`."""
    work: PhotoWork
    statistics: Statistics = ""
    """Which calibration it needs."""


@dataclass(frozen=True)
class Parts:
    """Seconds of the phases of one task."""

    calibrating: float = 0.0
    quantizing: float = 0.0
    sampling: float = 0.0
    coding: float = 0.0

    @property
    def total(self) -> float:
        """All of it."""
        return self.calibrating + self.quantizing + self.sampling + self.coding


@dataclass(frozen=True)
class Estimate:
    """What a run is expected to take; `seconds` is None before this machine has measured a step."""

    seconds: float | None
    memory_bytes: int


def task_parts(
    task: Task,
    rates: Rates,
    shape: ModelShape,
    settings: Mapping[str, Any],
    *,
    prepared: bool = False,
    calibrated: frozenset[str] | set[str] = frozenset(),
) -> Parts | None:
    """The expected seconds of a task; None before any step was measured.

    `prepared` says that the variant's model exists already, `calibrated` which calibrations do.
    """
    if task.kind in SHOWN_BESIDE:
        return Parts()
    rate = rates.cell_seconds(task.variant, task.work.tile_cells, kernel=shape.kernel)
    full = rates.cell_seconds(FULL_PRECISION_TEXT, calibration_photo_cells(shape), kernel=shape.kernel)
    if rate is None or full is None:
        return None
    quantizing = calibrating = 0.0
    if task.kind not in NOTHING_TO_QUANTIZE and not prepared:
        quantizing = rates.quantizing_seconds(task.variant, full)
        if not covers(calibrated, task.statistics):
            cells = calibration_cells(shape, settings)
            calibrating = cells * rates.calibrating_seconds(task.statistics, full)
    pixel = PIXEL_SECONDS if rates.pixels is None else rates.pixels
    return Parts(calibrating, quantizing, task.work.cells * rate, pixel * task.work.coded_pixels)


def estimate(
    tasks: Iterable[Task],
    rates: Rates,
    shape: ModelShape,
    settings: Mapping[str, Any],
    *,
    prepared: frozenset[str] = frozenset(),
    calibrated: frozenset[str] = frozenset(),
) -> Estimate:
    """The time of all `tasks` one after the other, and the most memory one of them needs.

    `prepared` names variants that are quantized already, `calibrated` which calibrations exist.
    """
    seconds: float | None = 0.0
    ready, known = set(prepared), set(calibrated)
    pixels = cells = 0
    quantized: set[str] = set()
    for task in tasks:
        pixels = max(pixels, task.work.coded_pixels)
        cells = max(cells, task.work.tile_cells)
        if task.kind == "method":
            quantized.add(task.variant)
        if seconds is None:
            continue
        parts = task_parts(task, rates, shape, settings, prepared=task.variant in ready, calibrated=known)
        seconds = None if parts is None else seconds + parts.total
        ready.add(task.variant)
        known.add(task.statistics)
    pixel_bytes = PIXEL_BYTES if rates.pixel_bytes is None else rates.pixel_bytes
    memory = shape.held_bytes * (1 + len(quantized)) + cells * shape.width * CELL_BYTES + pixels * pixel_bytes
    return Estimate(seconds, round(memory))
