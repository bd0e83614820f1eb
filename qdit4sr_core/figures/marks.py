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

Place = tuple[float, float, float, float]
"""x, y, width, height."""
_LINE = 0.8
"""Thickness of boxes and frames in points."""


def line_width(scene: Scene) -> float:
    """Thickness of a region's box in page pixels."""
    return max(1.0, round(scene.pixels(_LINE)))


def add_region_boxes(
    scene: Scene,
    picture: Picture,
    regions: Sequence[Region],
    window: Place,
    options: FigureOptions,
) -> None:
    """Box every region on `picture`, which shows `window` (x, y, width, height) of the regions' pixels."""
    for index, (x, y, width, height) in enumerate(_places(picture, regions, window)):
        box = (round(x), round(y), round(width), round(height))
        colour = region_colour(index, options.colours)
        scene.items.append(Box(*box, colour, line_width(scene), halo=True))


def _places(picture: Picture, regions: Sequence[Region], window: Place) -> list[Place]:
    """Where the regions lie on the page."""
    across, down = picture.width / window[2], picture.height / window[3]
    return [
        (
            picture.x + (region.x - window[0]) * across,
            picture.y + (region.y - window[1]) * down,
            region.width * across,
            region.height * down,
        )
        for region in regions
    ]


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


def add_letters(
    scene: Scene,
    picture: Picture,
    regions: Sequence[Region],
    window: Place,
    options: FigureOptions,
) -> None:
    """The name of every region in a corner of its box (see `add_region_boxes`); none hides another."""
    bounds = (picture.x, picture.y, picture.width, picture.height)
    taken: list[Place] = []
    for index, (region, box) in enumerate(zip(regions, _places(picture, regions, window), strict=True)):
        size = _letter_size(scene, index, region, options)
        left, top = free_corner(box, size, bounds, taken)
        taken.append((left, top, *size))
        add_letter(scene, left, top, index, region, options)


def free_corner(
    box: Place, size: tuple[float, float], bounds: Place, taken: Sequence[Place]
) -> tuple[float, float]:
    """Where a chip of this (width, height) stands: in a corner of the box, else outside, else by a chip.

    The first place, from the upper left one on, that lies in `bounds` and on nothing that is `taken`; the
    upper left corner where there is none.
    """
    x, y, (width, height) = box[0], box[1], size
    right, bottom = x + box[2] - width, y + box[3] - height
    inside = [(x, y), (right, y), (x, bottom), (right, bottom)]
    outside = [(x, y - height), (right, y - height), (x, bottom + height), (right, bottom + height)]
    beside = [(other[0] + other[2], other[1]) for other in taken]
    beneath = [(other[0], other[1] + other[3]) for other in taken]
    for left, top in inside + outside + beside + beneath:
        place = (left, top, width, height)
        if _lies_in(place, bounds) and not any(_meet(place, other) for other in taken):
            return left, top
    return x, y


def _lies_in(place: Place, bounds: Place) -> bool:
    across = bounds[0] <= place[0] <= bounds[0] + bounds[2] - place[2]
    return across and bounds[1] <= place[1] <= bounds[1] + bounds[3] - place[3]


def _meet(one: Place, other: Place) -> bool:
    across = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    down = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    return across > 0 and down > 0


def _letter_size(scene: Scene, index: int, region: Region, options: FigureOptions) -> tuple[int, int]:
    """Width and height of a region's chip in page pixels."""
    size = max(5.0, options.font_size - 2)
    width = fonts.text_width(region_name(index, region.name), scene.font, size, True) + size * 0.6
    return round(scene.pixels(width)), round(scene.pixels(size * 1.2))


def add_letter(scene: Scene, x: float, y: float, index: int, region: Region, options: FigureOptions) -> None:
    """A small chip with the region's name, its upper left corner at (x, y)."""
    size = max(5.0, options.font_size - 2)
    colour = region_colour(index, options.colours)
    ink = ink_on(colour)
    name = region_name(index, region.name)
    width, height = _letter_size(scene, index, region, options)
    left, top = round(x), round(y)
    scene.items.append(Box(left, top, width, height, colour, 0, fill=True))
    baseline = top + scene.pixels(size * 0.93)
    scene.items.append(Text(left + width / 2, baseline, name, size, ink, "center", True))
