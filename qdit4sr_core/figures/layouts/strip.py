"""Whole pictures side by side, the regions enlarged in a corner of each or below it."""

from __future__ import annotations

from ...metrics.regions import Region
from ..captions import CaptionSetter
from ..columns import GUTTER, fitting_columns
from ..layout import Layout
from ..marks import add_crop, add_letter, add_region_boxes
from ..options import FigureOptions
from ..panel import Panel, canvas_size
from ..scene import Picture, Scene
from ..style import theme

_INSET = 0.46
"""Side of an inset as a share of the picture's."""
_Place = tuple[int, int, int, int]


def strip_scene(panels: tuple[Panel, ...], regions: tuple[Region, ...], options: FigureOptions) -> Scene:
    """One row of whole pictures, or several where they would become too narrow.

    One region is enlarged inside each picture, in a corner that does not hide it; several, or one that no
    corner leaves free, are enlarged below the picture.
    """
    canvas = canvas_size(panels)
    page = round(options.inches * options.dpi)
    scene = Scene(page, 1, options.dpi, theme(options.theme).background, options.font)
    gutter = round(scene.pixels(GUTTER))
    columns = fitting_columns(options.columns, len(panels), options.inches * 72, GUTTER)
    width = (page - gutter * (columns - 1)) // columns
    spare = (page - gutter * (columns - 1) - width * columns) // 2
    height = round(width * canvas[0] / canvas[1])
    insets, below = _insets(regions, canvas, width, height, max(1, gutter // 2))
    setter = CaptionSetter(panels, options, 0.97 * width * 72 / options.dpi)
    shown = 0 if len(regions) == 1 else None
    top = 0
    for first in range(0, len(panels), columns):
        row = range(first, min(first + columns, len(panels)))
        texts = setter.row(row, shown)
        indent = spare + (columns - len(row)) * (width + gutter) // 2
        for place, index in enumerate(row):
            x = indent + place * (width + gutter)
            picture = Picture(panels[index].pixels, x, top, width, height, options.zoom)
            scene.items.append(picture)
            add_region_boxes(scene, picture, regions, (0, 0, canvas[1], canvas[0]), options)
            for number, (region, inset) in enumerate(zip(regions, insets, strict=True)):
                spot = (x + inset[0], top + inset[1], inset[2], inset[3])
                add_crop(scene, panels[index].crop(region, canvas), spot, options, number)
                if region.name:
                    add_letter(scene, spot[0], spot[1], number, region, options)
            texts.add_to(scene, place, x, top + height + below, width, options.theme)
        top += height + below + round(scene.pixels(texts.points)) + gutter
    scene.height = top - gutter
    return scene


def _insets(
    regions: tuple[Region, ...], canvas: tuple[int, int], width: int, height: int, margin: int
) -> tuple[list[_Place], int]:
    """(x, y, width, height) of each region's inset in its picture, and the page pixels used below it."""
    if not regions:
        return [], 0
    if len(regions) == 1:
        place = _free_corner(regions[0], canvas, width, height, margin)
        if place is not None:
            return [place], 0
    shapes = [region.width / region.height for region in regions]
    tall = min((width - margin * (len(regions) - 1)) / sum(shapes), float(height))
    places: list[_Place] = []
    total = sum(round(tall * shape) for shape in shapes) + margin * (len(regions) - 1)
    x = max(0, (width - total) // 2)
    for shape in shapes:
        across = round(tall * shape)
        places.append((x, height + margin, min(across, width - x), round(tall)))
        x += across + margin
    return places, margin + round(tall)


def _free_corner(
    region: Region, canvas: tuple[int, int], width: int, height: int, margin: int
) -> _Place | None:
    """The first corner (lower right, lower left, upper right, upper left) that does not hide the region."""
    scale = min(width * _INSET / region.width, height * _INSET / region.height)
    across, down = max(4, round(region.width * scale)), max(4, round(region.height * scale))
    for y in (height - margin - down, margin):
        for x in (width - margin - across, margin):
            if not _hides((x, y, across, down), region, canvas, width, height, margin):
                return x, y, across, down
    return None


def _hides(
    place: _Place, region: Region, canvas: tuple[int, int], width: int, height: int, margin: int
) -> bool:
    across, down = width / canvas[1], height / canvas[0]
    x = min(place[0] + place[2], region.right * across) - max(place[0], region.x * across)
    y = min(place[1] + place[3], region.bottom * down) - max(place[1], region.y * down)
    return x > -margin and y > -margin


LAYOUT = Layout(
    lambda content: strip_scene(content.panels, content.regions, content.options), needs_region=False
)
