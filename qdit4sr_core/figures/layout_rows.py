"""Crops as a table: a row a region or a photo, a column a variant, and under each row what differs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..metrics.regions import Region
from .captions import CaptionSetter
from .columns import GUTTER, fitting_columns
from .marks import add_crop, add_letter
from .options import FigureOptions
from .panel import Panel, canvas_size
from .scene import Picture, Scene, Text
from .style import theme


@dataclass(frozen=True, eq=False)
class CropRow:
    """One row of crops.

    `panels` are aligned with the columns of the figure (None: this photo lacks that variant), `number` is the
    region's index among the panels' numbers and colours, `name` stands on the first crop.
    """

    panels: tuple[Panel | None, ...]
    region: Region
    number: int = 0
    name: str = ""

    @property
    def shown(self) -> tuple[Panel, ...]:
        """The panels that are there."""
        return tuple(panel for panel in self.panels if panel is not None)


def rows_scene(rows: Sequence[CropRow], options: FigureOptions, names_under_each: bool = False) -> Scene:
    """Every row with the same columns; names under the last row's crops or under each, numbers under each.

    More columns than fit at an inch each (or than `options.columns`) continue in a second table below.
    """
    count = len(rows[0].panels)
    page = round(options.inches * options.dpi)
    scene = Scene(page, 1, options.dpi, theme(options.theme).background, options.font)
    gutter = round(scene.pixels(GUTTER))
    columns = fitting_columns(options.columns, count, options.inches * 72, GUTTER)
    width = (page - gutter * (columns - 1)) // columns
    spare = (page - gutter * (columns - 1) - width * columns) // 2
    caption_width = 0.97 * width * 72 / options.dpi
    top = 0
    for first in range(0, count, columns):
        places = range(first, min(first + columns, count))
        for row in rows:
            height = max(8, round(width * row.region.height / row.region.width))
            canvas = canvas_size(row.shown)
            xs = {index: spare + place * (width + gutter) for place, index in enumerate(places)}
            for index, x in xs.items():
                panel = row.panels[index]
                if panel is not None:
                    crop = panel.crop(row.region, canvas)
                    add_crop(scene, crop, (x, top, width, height), options, row.number)
            if row.name:
                named = Region(0, 0, 1, 1, row.name)
                add_letter(scene, spare, top, row.number, named, options)
            top += height
            if options.difference:
                top += gutter
                for index, x in xs.items():
                    _add_difference(scene, row, index, (x, top, width, height), options)
                top += height
            top = _add_captions(scene, rows, row, xs, top, width, caption_width, options, names_under_each)
            top += gutter
    scene.height = top - gutter
    return scene


def _add_captions(
    scene: Scene,
    rows: Sequence[CropRow],
    row: CropRow,
    xs: dict[int, int],
    top: int,
    width: int,
    caption_width: float,
    options: FigureOptions,
    names_under_each: bool,
) -> int:
    """The captions under one row, in the sizes of all; returns where the next row starts."""
    names = {i: p.label for r in reversed(rows) for i, p in enumerate(r.panels) if p is not None}
    blank = np.zeros((1, 1, 3), np.uint8)
    filled = tuple(
        panel if panel is not None else Panel(names.get(index, ""), blank, role="input")
        for index, panel in enumerate(row.panels)
    )
    setter = CaptionSetter(filled, options, caption_width)
    texts = setter.row(list(xs), row.number, labels=names_under_each or row is rows[-1])
    for place, x in enumerate(xs.values()):
        texts.add_to(scene, place, x, top, width, options.theme)
    return top + round(scene.pixels(texts.points))


def _add_difference(
    scene: Scene, row: CropRow, index: int, place: tuple[int, int, int, int], options: FigureOptions
) -> None:
    """|panel - reference| times the gain under a crop; under the reference the gain itself, as a key."""
    panel = row.panels[index]
    reference = next((p for p in row.shown if p.role == "reference"), None)
    if panel is None or reference is None:
        return
    x, y, width, height = place
    if panel is reference:
        size = max(5.0, options.font_size - 1)
        text = f"difference × {options.difference_gain:g}"
        scene.items.append(
            Text(x + width / 2, y + height / 2, text, size, theme(options.theme).muted, "center")
        )
    elif panel.pixels.shape == reference.pixels.shape:
        ours, theirs = (row.region.crop(p.pixels).astype(np.int16) for p in (panel, reference))
        amplified = np.clip(np.abs(ours - theirs) * options.difference_gain, 0, 255).astype(np.uint8)
        scene.items.append(Picture(amplified, x, y, width, height, options.zoom))
