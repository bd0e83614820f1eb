"""What one column of a figure shows: a picture, its name, and its numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ..errors import FigureError, RegionError
from ..metrics.regions import Region

Role = Literal["variant", "reference", "input", "truth"]
"""`variant`: a result that takes part in best and second best. `reference`: ground truth or full
precision, which the numbers are measured against. `input`: the low-resolution photo. `truth`: ground
truth shown for the eye, while the numbers are measured against something else."""

MetricValues = Mapping[str, str | float]
"""Metric name (as in the metric registry, or any text) to a number, or to a sentence such as `n/a`."""


@dataclass(frozen=True, eq=False)
class Panel:
    """One picture of a comparison figure.

    `pixels` is uint8 (H, W, 3) sRGB. All panels show the same scene; one with fewer pixels (the
    low-resolution photo) is enlarged to the size of the largest, so its pixels stay visible.
    """

    label: str
    pixels: NDArray[np.uint8]
    metrics: MetricValues = field(default_factory=dict)
    """Numbers of the whole picture, or of the region when the figure has only one."""
    region_metrics: tuple[MetricValues, ...] = ()
    """Numbers of each region, in the order of the figure's regions; when empty, `metrics` stands in."""
    role: Role = "variant"
    orientation: bool = False
    """Shown for comparison only (bicubic, results made elsewhere): no place is chosen by its damage."""

    def __post_init__(self) -> None:
        if self.pixels.ndim != 3 or self.pixels.shape[2] != 3 or self.pixels.dtype != np.uint8:
            raise FigureError(
                f"The panel {self.label!r} must be uint8 (H, W, 3), but is {self.pixels.dtype} "
                f"{self.pixels.shape}."
            )

    @property
    def height(self) -> int:
        """Rows of pixels."""
        return int(self.pixels.shape[0])

    @property
    def width(self) -> int:
        """Columns of pixels."""
        return int(self.pixels.shape[1])

    def numbers(self, region: int | None) -> MetricValues:
        """The numbers that belong under the crop of `region` (None: under the whole picture)."""
        if region is None or not self.region_metrics:
            return self.metrics
        return self.region_metrics[region] if region < len(self.region_metrics) else {}

    def crop(self, region: Region, canvas: tuple[int, int]) -> NDArray[np.uint8]:
        """The part of this panel under `region`, which is given in pixels of `canvas` (height, width).

        A panel smaller than the canvas is cut at the nearest whole pixels of its own.
        """
        top = round(region.y * self.height / canvas[0])
        left = round(region.x * self.width / canvas[1])
        bottom = max(top + 1, round((region.y + region.height) * self.height / canvas[0]))
        right = max(left + 1, round((region.x + region.width) * self.width / canvas[1]))
        return self.pixels[top:bottom, left:right]


NO_PICTURE = "A figure needs at least one picture."
ALL_HIDDEN = "A figure needs at least one picture; none is left after hiding some."


def check_region(region: Region, canvas: tuple[int, int], name: str = "the picture") -> None:
    """Raises `RegionError` for a region that does not lie on `canvas`, (height, width) of `name`."""
    if region.right > canvas[1] or region.bottom > canvas[0]:
        raise RegionError(
            f"Region {region} sticks out of {name}, which has {canvas[1]}x{canvas[0]} pixels; "
            "draw it inside the picture."
        )


def canvas_size(panels: tuple[Panel, ...]) -> tuple[int, int]:
    """(height, width) of the largest panel: the pixels in which regions are given.

    Raises `FigureError` when there is none.
    """
    if not panels:
        raise FigureError(NO_PICTURE)
    largest = max(panels, key=lambda panel: panel.height * panel.width)
    return largest.height, largest.width
