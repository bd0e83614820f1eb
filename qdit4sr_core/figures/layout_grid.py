"""Crops as a table: one row a region, one column a variant."""

from __future__ import annotations

from ..metrics.regions import Region
from .captions import CaptionSetter
from .marks import add_crop, add_letter
from .options import FigureOptions
from .panel import Panel, canvas_size
from .scene import Scene
from .style import theme

_GUTTER = 3.0


def grid_scene(panels: tuple[Panel, ...], regions: tuple[Region, ...], options: FigureOptions) -> Scene:
    """Every region of every panel; names under the last region's crops.

    More panels than `options.columns` continue in a second table below.
    """
    canvas = canvas_size(panels)
    page = round(options.inches * options.dpi)
    scene = Scene(page, 1, options.dpi, theme(options.theme).background, options.font)
    gutter = round(scene.pixels(_GUTTER))
    columns = min(options.columns or len(panels), len(panels))
    width = (page - gutter * (columns - 1)) // columns
    spare = (page - gutter * (columns - 1) - width * columns) // 2
    setter = CaptionSetter(panels, options, 0.97 * width * 72 / options.dpi)
    top = 0
    for first in range(0, len(panels), columns):
        row = range(first, min(first + columns, len(panels)))
        for number, region in enumerate(regions):
            texts = setter.row(row, number, labels=number == len(regions) - 1)
            height = max(8, round(width * region.height / region.width))
            for place, index in enumerate(row):
                x = spare + place * (width + gutter)
                crop = panels[index].crop(region, canvas)
                add_crop(scene, crop, (x, top, width, height), options, number)
                if place == 0 and (len(regions) > 1 or region.name):
                    add_letter(scene, x, top, number, region, options)
                texts.add_to(scene, place, x, top + height, width, options.theme)
            top += height + round(scene.pixels(texts.points)) + gutter
    scene.height = top - gutter
    return scene
