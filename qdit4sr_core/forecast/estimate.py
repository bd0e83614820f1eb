"""The time and memory of variants on photos that have not run yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .rates import Rates
from .work import CALIBRATION_SIDE, ModelShape, PhotoWork, calibration_cells

PIXEL_BYTES = 150.0
"""Bytes an output pixel at the peak, where none was measured yet: the float image, the colours, two sums."""
PIXEL_SECONDS = 2.5e-6
"""Seconds an output pixel of encoding and decoding, where none was measured yet."""
QUANTIZING_SECONDS = 2e-7
"""Seconds a weight of quantizing, where no method was measured yet."""
CALIBRATION_OVERHEAD = 1.1
"""Collecting statistics over running without."""
CELL_BYTES = 26 * 4
"""Bytes a cell and width of the tensors alive at once in a block, in float32 (see `models.memory`)."""

WITHOUT_MODEL = ("bicubic", "images")
NOT_QUANTIZED = ("fp", "bicubic", "images", "artifact")


@dataclass(frozen=True)
class Task:
    """One variant on one photo."""

    photo: str
    variant: str
    kind: str
    """As `Variant.kind`."""
    work: PhotoWork
    calibrated: bool = False
    """Whether it needs a calibration."""


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
    calibrated: bool = False,
) -> Parts | None:
    """The expected seconds of a task; None before any step was measured.

    `prepared` says that the variant's model exists already, `calibrated` that a calibration does.
    """
    if task.kind in WITHOUT_MODEL:
        return Parts()
    rate = rates.cell_seconds(task.variant, task.work.tile_cells)
    if rate is None:
        return None
    quantizing = calibrating = 0.0
    if task.kind not in NOT_QUANTIZED and not prepared:
        known = rates.quantizing_seconds(task.variant)
        quantizing = QUANTIZING_SECONDS * shape.weights if known is None else known
        if task.calibrated and not calibrated:
            calibrating = _calibrating(rates, shape, settings) or 0.0
    pixel = PIXEL_SECONDS if rates.pixels is None else rates.pixels
    return Parts(calibrating, quantizing, task.work.cells * rate, pixel * task.work.output_pixels)


def _calibrating(rates: Rates, shape: ModelShape, settings: Mapping[str, Any]) -> float | None:
    if rates.calibrating is not None:
        return rates.calibrating
    side_cells = photo_cells(shape)
    rate = rates.cell_seconds("fp", side_cells)
    return None if rate is None else CALIBRATION_OVERHEAD * rate * calibration_cells(shape, settings)


def photo_cells(shape: ModelShape) -> int:
    """Cells of a calibration photo's latent."""
    side = max(CALIBRATION_SIDE, shape.minimum_side) * shape.scale // shape.downscale
    return side * side


def estimate(
    tasks: Iterable[Task],
    rates: Rates,
    shape: ModelShape,
    settings: Mapping[str, Any],
    *,
    prepared: frozenset[str] = frozenset(),
    calibrated: bool = False,
) -> Estimate:
    """The time of all `tasks` one after the other, and the most memory one of them needs.

    `prepared` names variants that are quantized already, `calibrated` says that a calibration exists.
    """
    seconds: float | None = 0.0
    ready, known = set(prepared), calibrated
    pixels = cells = 0
    quantized: set[str] = set()
    for task in tasks:
        pixels = max(pixels, task.work.output_pixels)
        cells = max(cells, task.work.tile_cells)
        if task.kind == "method":
            quantized.add(task.variant)
        if seconds is None:
            continue
        parts = task_parts(task, rates, shape, settings, prepared=task.variant in ready, calibrated=known)
        seconds = None if parts is None else seconds + parts.total
        ready.add(task.variant)
        known = known or task.calibrated
    pixel_bytes = PIXEL_BYTES if rates.pixel_bytes is None else rates.pixel_bytes
    memory = shape.held_bytes * (1 + len(quantized)) + cells * shape.width * CELL_BYTES + pixels * pixel_bytes
    return Estimate(seconds, round(memory))
