"""Where the variants differ most: windows ranked by the damage of the worst variant, in words and numbers.

A window's damage by one variant has two parts, both against full precision: the change of local texture
energy in dB (false grain adds, smoothing loses), and the loss of structure, 1 - SSIM. The change in dB is
weighed by how visible the texture is, because a faint ripple in a flat sky may be many dB. A window scores
the damage of its worst variant, and half of what separates it from the best one: the best places to look
show a difference between methods.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..errors import ImageError
from .fast import SSIM_WINDOW, check_pair, luma, ssim, ssim_map
from .regions import Region
from .spectrum import MINIMUM_SIDE, energy_change, high_pass
from .texture import texture_added, texture_lost

SIDE = 96
"""Side of a window in output pixels: large enough for a texture, small enough to fill a pane."""
GRID = 8
"""Windows begin at multiples of this many pixels."""
_WEIGHT_DB = 1 / 6
"""Six dB (half or twice the amplitude) of visible texture count as much as the loss of all structure."""
_FAINT = 2.0
"""Amplitude in grey levels at which a texture counts half."""


@dataclass(frozen=True)
class Change:
    """What one variant did to a window."""

    key: str
    decibels: float
    """The larger of the window's texture added (positive) and texture lost (negative), as in every table."""
    structure: float
    """SSIM of the window alone, as in every table: 1 is the same structure."""
    damage: float
    """The weighted sum of both, 0 for none."""


@dataclass(frozen=True)
class Place:
    """A window with every variant's change, worst first."""

    region: Region
    changes: tuple[Change, ...]
    score: float


class _BlockSums:
    """Means of a map over windows on the grid, by an integral image of whole blocks."""

    def __init__(self, values: NDArray[np.float32], rows: int, columns: int) -> None:
        blocks = values[: rows * GRID, : columns * GRID].reshape(rows, GRID, columns, GRID)
        self.integral = np.zeros((rows + 1, columns + 1))
        self.integral[1:, 1:] = blocks.mean(axis=(1, 3), dtype=np.float64).cumsum(0).cumsum(1)

    def means(self, side: int) -> NDArray[np.float64]:
        """The mean of every window of `side` x `side` blocks."""
        s = self.integral
        total = s[side:, side:] - s[:-side, side:] - s[side:, :-side] + s[:-side, :-side]
        return np.asarray(np.maximum(total / side**2, 0.0))


def reveal(
    reference: NDArray[np.uint8],
    variants: Mapping[str, NDArray[np.uint8]],
    side: int = SIDE,
    count: int = 12,
    at: Region | None = None,
) -> list[Place]:
    """Up to `count` windows that do not overlap, those where the variants differ most first.

    Args:
        reference: the full-precision output, (H, W, 3) uint8.
        variants: key to output of the same size.
        side: side of a window in pixels; cut to the image's shorter side, and to whole steps of the grid.
        count: at most so many places come back.
        at: a window of an earlier answer, which is one of them whatever its score: what is shown stays.

    Raises:
        ImageError: for images that do not fit, no variant, or images under 32 pixels.
    """
    height, width = reference.shape[:2]
    if not variants or min(height, width) < MINIMUM_SIDE:
        raise ImageError("Finding a place needs a variant and images of at least 32 pixels a side.")
    rows, columns = height // GRID, width // GRID
    blocks = max(1, min(side // GRID, rows, columns))
    reference_luma = luma(reference)
    reference_energy = _BlockSums(np.square(high_pass(reference_luma)), rows, columns).means(blocks)
    structure, damage = [], []
    for pixels in variants.values():
        check_pair(pixels, reference)
        own_luma = luma(pixels)
        energy = _BlockSums(np.square(high_pass(own_luma)), rows, columns).means(blocks)
        inside = ssim_map(np.rint(own_luma), np.rint(reference_luma))
        near = _BlockSums(np.pad(inside, SSIM_WINDOW // 2, mode="edge"), rows, columns).means(blocks)
        change = energy_change(energy, reference_energy)
        amplitude = np.sqrt(np.maximum(energy, reference_energy))
        visible = amplitude / (amplitude + _FAINT)
        structure.append(near)
        damage.append(_WEIGHT_DB * np.abs(change) * visible + (1 - near) * visible)
    worst, best = np.max(damage, axis=0), np.min(damage, axis=0)
    score = worst + 0.5 * (worst - best)
    places = []
    first = None if at is None else (at.y // GRID, at.x // GRID)
    if first is not None and not (first[0] < score.shape[0] and first[1] < score.shape[1]):
        first = None
    for row, column in _apart(score, blocks, count, first):
        x, y, size = column * GRID, row * GRID, blocks * GRID
        region = Region(x, y, size, size)
        before = region.crop(reference)
        changes = []
        for (key, pixels), around, harm in zip(variants.items(), structure, damage, strict=True):
            window = region.crop(pixels)
            # the tables have no SSIM of smaller windows: there it is the mean over those that begin in it
            same = ssim(window, before) if size >= SSIM_WINDOW else float(around[row, column])
            changes.append(Change(key, _told(window, before), same, float(harm[row, column])))
        changes.sort(key=lambda change: -change.damage)
        places.append(Place(region, tuple(changes), float(score[row, column])))
    return sorted(places, key=lambda place: -place.score)


def _told(window: NDArray[np.uint8], reference: NDArray[np.uint8]) -> float:
    """The number that the tables show for this window, so that sentence and table agree."""
    added, lost = texture_added(window, reference), texture_lost(window, reference)
    return added if added >= lost else -lost


def _apart(
    score: NDArray[np.float64], blocks: int, count: int, first: tuple[int, int] | None
) -> Sequence[tuple[int, int]]:
    """Row and column of the highest scores whose windows do not overlap; equal ones in reading order.

    `first` is taken before all others, which keep away from it.
    """
    left = score.copy()
    found: list[tuple[int, int]] = []
    while len(found) < count:
        row, column = (int(v) for v in np.unravel_index(int(np.argmax(left)), left.shape))
        if first is not None and not found:
            row, column = first
        if not np.isfinite(left[row, column]):
            break
        found.append((row, column))
        rows = slice(max(0, row - blocks + 1), row + blocks)
        left[rows, max(0, column - blocks + 1) : column + blocks] = -np.inf
    return found
