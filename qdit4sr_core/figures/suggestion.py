"""Where to look: the region in which variants differ most, for figures nobody drew a region on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..metrics.regions import Region
from .panel import Panel, canvas_size


def suggest_region(panels: Sequence[Panel], share: float = 0.25) -> Region:
    """A square, `share` of the shorter side, where fine detail differs most between full-size panels.

    Detail is the luma less its 3x3 mean; difference is its range over the panels, summed over the square.
    With fewer than two full-size panels, the place with the most detail.
    """
    height, width = canvas_size(tuple(panels))
    side = max(1, min(round(min(height, width) * share), height, width))
    full = [p for p in panels if (p.height, p.width) == (height, width) and p.role != "input"]
    details = [_detail(panel.pixels) for panel in full]
    if len(details) >= 2:
        stack = np.stack(details)
        score = stack.max(axis=0) - stack.min(axis=0)
    else:
        score = np.abs(details[0]) if details else np.ones((height, width), np.float32)
    table = np.zeros((height + 1, width + 1), np.float64)
    table[1:, 1:] = score.cumsum(axis=0, dtype=np.float64).cumsum(axis=1)
    sums = table[side:, side:] - table[:-side, side:] - table[side:, :-side] + table[:-side, :-side]
    y, x = np.unravel_index(int(np.argmax(sums)), sums.shape)
    return Region(int(x), int(y), side, side)


def _detail(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    luma = pixels.astype(np.float32) @ np.array([0.299, 0.587, 0.114], np.float32)
    padded = np.pad(luma, 1, mode="edge")
    mean = sum(padded[dy : dy + luma.shape[0], dx : dx + luma.shape[1]] for dy in range(3) for dx in range(3))
    return np.asarray(luma - mean / 9.0, dtype=np.float32)
