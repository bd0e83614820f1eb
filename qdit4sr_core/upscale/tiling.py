"""Tiles of a latent of any size, and their blending with Gaussian weights.

As published: tiles advance by tile - overlap, the last one flush with the border, and a tile's weight falls
off as a Gaussian with a standard deviation of a tenth of its side. Different from the published script:
the Gaussian is centred on both axes (theirs is half a cell off vertically), and a tile never exceeds the
set side on either axis (theirs lets a narrow image run as one tile of the same area), so that every token
has a position that the model was trained with.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from ..progress import CancelCheck, never_cancelled, stop_if

VARIANCE = 0.01
"""Variance of the blending Gaussian in units of the squared tile side."""


@dataclass(frozen=True)
class Tile:
    """A rectangle of latent cells; tiles need not be square."""

    top: int
    left: int
    height: int
    width: int

    def crop(self, tensor: Tensor) -> Tensor:
        """The tile's part of (N, C, h, w), a view."""
        return tensor[..., self.top : self.top + self.height, self.left : self.left + self.width]


def offsets(size: int, tile: int, overlap: int) -> list[int]:
    """Where tiles start on an axis of `size` cells; one at 0 when the axis fits in a tile."""
    if size <= tile:
        return [0]
    stride = tile - overlap
    starts = list(range(0, size - tile, stride))
    return [*starts, size - tile]


def tiles(height: int, width: int, tile: int, overlap: int) -> list[Tile]:
    """The tiles of a latent of height x width cells, row by row."""
    tall, wide = min(tile, height), min(tile, width)
    rows, columns = offsets(height, tile, overlap), offsets(width, tile, overlap)
    return [Tile(top, left, tall, wide) for top in rows for left in columns]


def gaussian_weights(height: int, width: int) -> Tensor:
    """Blending weights (height, width), float64, at most 1, positive everywhere."""

    def axis(size: int) -> Tensor:
        distance = torch.arange(size, dtype=torch.float64) - (size - 1) / 2
        return torch.exp(-distance.square() / (2 * VARIANCE * size**2))

    return axis(height)[:, None] * axis(width)[None]


def blend_tiles(
    layout: list[Tile],
    shape: tuple[int, ...],
    compute: Callable[[Tile], Tensor],
    cancelled: CancelCheck = never_cancelled,
) -> Tensor:
    """Stitch `compute(tile)` (N, C, tile height, tile width) to (N, C, h, w): sum(w v) / sum(w).

    A single tile comes back unchanged. Summed in float64 (on the CPU where the GPU is Apple's), returned in
    the tiles' dtype on their device. Raises `Cancelled` between two tiles.
    """
    if len(layout) == 1:
        stop_if(cancelled)
        return compute(layout[0])
    weights = gaussian_weights(layout[0].height, layout[0].width)
    total: Tensor | None = None
    mass = torch.zeros(shape[-2:], dtype=torch.float64)
    for tile in layout:
        stop_if(cancelled)
        values = compute(tile)
        if total is None:
            dtype, device = values.dtype, values.device
            place = torch.device("cpu") if device.type == "mps" else device
            total = torch.zeros(shape, dtype=torch.float64, device=place)
            weights, mass = weights.to(place), mass.to(place)
        tile.crop(total).add_(values.to(place).double() * weights)
        tile.crop(mass).add_(weights)
    if total is None:
        raise ValueError("there are no tiles")
    return (total / mass).to(dtype).to(device)
