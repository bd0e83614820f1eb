"""How regions are drawn on pictures: coloured boxes, letters, and frames around enlarged crops."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..metrics.regions import Region
from . import fonts
from .options import FigureOptions
from .scene import Box, Picture, Scene, Text
from .style import ink_on, region_colour, region_name

_LINE = 0.8
"""Thickness of boxes and frames in points."""


def line_width(scene: Scene) -> float:
    """Thickness of a region's box in page pixels."""
    return max(1.0, round(scene.pixels(_LINE)))


def add_region_boxes(
    scene: Scene,
    picture: Picture,
    regions: Sequence[Region],
    window: tuple[float, float, float, float],
    options: FigureOptions,
) -> None:
    """Box every region on `picture`, which shows `window` (x, y, width, height) of the regions' pixels."""
    across, down = picture.width / window[2], picture.height / window[3]
    for index, region in enumerate(regions):
        colour = region_colour(index, options.colours)
        x = picture.x + (region.x - window[0]) * across
        y = picture.y + (region.y - window[1]) * down
        box = (round(x), round(y), round(region.width * across), round(region.height * down))
        scene.items.append(Box(*box, colour, line_width(scene), halo=True))


def add_crop(
    scene: Scene,
    pixels: NDArray[np.uint8],
    place: tuple[int, int, int, int],
    options: FigureOptions,
    index: int,
) -> None:
    """An enlarged crop with a frame in the colour of region `index`.

    `place` (x, y, width, height) includes the frame, which covers no pixel of the crop.
    """
    colour = region_colour(index, options.colours)
    line = round(line_width(scene))
    x, y, width, height = place
    inner = (x + line, y + line, max(1, width - 2 * line), max(1, height - 2 * line))
    scene.items.append(Picture(pixels, *inner, options.zoom))
    scene.items.append(Box(*inner, colour, line))


def add_letter(scene: Scene, x: float, y: float, index: int, region: Region, options: FigureOptions) -> None:
    """A small chip with the region's name, its upper left corner at (x, y)."""
    size = max(5.0, options.font_size - 2)
    colour = region_colour(index, options.colours)
    ink = ink_on(colour)
    name = region_name(index, region.name)
    width = scene.pixels(fonts.text_width(name, scene.font, size, True) + size * 0.6)
    height = scene.pixels(size * 1.2)
    left, top = round(x), round(y)
    scene.items.append(Box(left, top, round(width), round(height), colour, 0, fill=True))
    baseline = top + scene.pixels(size * 0.93)
    scene.items.append(Text(left + width / 2, baseline, name, size, ink, "center", True))
