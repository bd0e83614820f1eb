"""The layout of the paper's comparison figure: a large overview left, crops of every variant right."""

from __future__ import annotations

from dataclasses import dataclass

from ...errors import FigureError
from ...metrics.regions import Region
from ..captions import Captions, CaptionSetter, label_caption
from ..columns import GUTTER, NARROWEST
from ..layout import Content, Layout
from ..marks import add_crop, add_letter, add_letters, add_region_boxes
from ..options import FigureOptions
from ..panel import NO_PICTURE, Panel, canvas_size
from ..scene import Picture, Scene
from ..selection import renamed
from ..style import theme
from .grid import grid_scene

_WIDE = 2.0
"""From this shape (width over height) on, up to four crops of one region stand below each other."""
_WIDEST, _WIDEST_BESIDE_ONE, _LEAST = 0.55, 0.62, 0.2
"""The largest share of the page that the overview takes, beside several columns or one; and the smallest."""
_WIDEST_BESIDE_NARROW = 0.45
"""The largest beside crops that are under an inch."""

_BESIDE_MANY = 0.3
"""Share of the page left for the overview when crops of an inch are counted."""
NO_OVERVIEW = (
    "There is no room for the overview: beside it the crops would be under an inch wide. "
    "Choose fewer panels, one region or a wider page."
)
_SMALL_PAGE = 3.0
"""Inches below which an inch a crop is no use."""


@dataclass(frozen=True)
class _Rows:
    """The right side: which panels and which region each row shows, and its captions."""

    column: int
    """Width of a crop in page pixels."""
    panels: tuple[tuple[int, ...], ...]
    regions: tuple[int, ...]
    captions: tuple[Captions, ...]
    heights: tuple[int, ...]
    bands: tuple[int, ...]
    """Page pixels of the captions under each row."""


def overview_scene(
    panels: tuple[Panel, ...], overview: Panel, regions: tuple[Region, ...], options: FigureOptions
) -> Scene:
    """Two rows of crops for one region; one row a region for several."""
    canvas = canvas_size((*panels, overview))
    page = round(options.inches * options.dpi)
    scene = Scene(page, 1, options.dpi, theme(options.theme).background, options.font)
    gutter = round(scene.pixels(GUTTER))
    rows = _fitted_rows(panels, regions, options, canvas, scene)
    columns = len(rows.panels[0])
    scene.height = sum(rows.heights) + sum(rows.bands) + gutter * (len(rows.heights) - 1)
    left = page - columns * (rows.column + gutter)
    _add_overview(scene, overview, regions, options, left, canvas)
    top = 0
    several = len(regions) > 1
    for indices, number, texts, height, band in zip(
        rows.panels, rows.regions, rows.captions, rows.heights, rows.bands, strict=True
    ):
        for place, index in enumerate(indices):
            x = left + gutter + place * (rows.column + gutter)
            crop = panels[index].crop(regions[number], canvas)
            add_crop(scene, crop, (x, top, rows.column, height), options, number)
            if several and place == 0:
                add_letter(scene, x, top, number, regions[number], options)
            texts.add_to(scene, place, x, top + height, rows.column, options.theme)
        top += height + band + gutter
    return scene


def _add_overview(
    scene: Scene,
    overview: Panel,
    regions: tuple[Region, ...],
    options: FigureOptions,
    width: int,
    canvas: tuple[int, int],
) -> None:
    """The whole picture, in the middle of the place where its shape does not fill it."""
    caption = label_caption(overview, options, width * 72 / scene.dpi)
    most = scene.height - round(scene.pixels(caption.points))
    scale = min(width / canvas[1], most / canvas[0])
    across, down = max(1, round(canvas[1] * scale)), max(1, round(canvas[0] * scale))
    picture = Picture(overview.pixels, (width - across) // 2, (most - down) // 2, across, down)
    scene.items.append(picture)
    whole = (0, 0, canvas[1], canvas[0])
    add_region_boxes(scene, picture, regions, whole, options)
    if len(regions) > 1:
        add_letters(scene, picture, regions, whole, options)
    caption.add_to(scene, 0, 0, picture.y + down, width, options.theme)


def _fitted_rows(
    panels: tuple[Panel, ...],
    regions: tuple[Region, ...],
    options: FigureOptions,
    canvas: tuple[int, int],
    scene: Scene,
) -> _Rows:
    """Crops of such a width that the overview, in its own shape, is as tall as the rows.

    With overview aspect r (width over height), crop aspects a_i (height over width), caption bands b_i
    and gutters g, the page is r * (c * sum(a) + sum(b) + ...) + n * (c + g). Captions need the width c
    and c needs the captions' height, so the two are solved in turn.
    """
    page, gutter = scene.width, round(scene.pixels(GUTTER))
    aspect = canvas[1] / canvas[0]
    wide = regions[0].width >= _WIDE * regions[0].height
    most = _most_columns(options)
    placed, shown = _arrangement(len(panels), len(regions), options.columns, wide, most)
    columns = len(placed[0])
    shapes = [regions[number].height / regions[number].width for number in shown]
    own = scene.pixels(label_caption(panels[0], options, 1e6).points)
    widest = _WIDEST if columns > 1 else _WIDEST_BESIDE_ONE
    shares = (widest, _WIDEST_BESIDE_NARROW, _LEAST)
    least, usual, most_wide = ((page * (1 - share) - gutter * columns) / columns for share in shares)
    bounds = max(least, min(usual, scene.pixels(NARROWEST))), most_wide
    column = bounds[0]
    for _ in range(4):
        setter = CaptionSetter(panels, options, 0.97 * column * 72 / options.dpi)
        texts = tuple(setter.row(indices, number) for indices, number in zip(placed, shown, strict=True))
        bands = tuple(round(scene.pixels(text.points)) for text in texts)
        fixed = sum(bands) + gutter * (len(shown) - 1) - own
        solved = (page - gutter * columns - aspect * fixed) / (aspect * sum(shapes) + columns)
        column = min(max(solved, bounds[0]), bounds[1])
    width = max(8, int(column))
    heights = tuple(max(8, round(width * shape)) for shape in shapes)
    return _Rows(width, placed, shown, texts, heights, bands)


def _arrangement(
    panels: int, regions: int, columns: int | None, wide: bool, most: int
) -> tuple[tuple[tuple[int, ...], ...], tuple[int, ...]]:
    """The panels of each row, and the region each row shows; a few `wide` crops stand in one column."""
    if regions > 1:
        return (tuple(range(panels)),) * regions, tuple(range(regions))
    rows_wanted = panels if wide and panels <= 4 else 2
    across = min(columns or -(-panels // rows_wanted), panels, most)
    across = -(-panels // -(-panels // across)) if columns is None else across
    rows = tuple(tuple(range(i, min(i + across, panels))) for i in range(0, panels, across))
    return rows, (0,) * len(rows)


def _most_columns(options: FigureOptions) -> int:
    """How many crops of an inch fit beside the narrowest overview that is not a strip."""
    points = options.inches * 72 * (1 - _BESIDE_MANY)
    return max(1, int(points // (NARROWEST + GUTTER)))


def overview_fits(panels: int, regions: int, options: FigureOptions) -> bool:
    """Whether the crops of several regions, all in one row, keep an inch."""
    return regions < 2 or panels <= max(_most_columns(options), 1) or options.inches < _SMALL_PAGE


def _scene(content: Content) -> Scene:
    """Several regions give way to the grid where their crops would be under an inch."""
    panels, regions, options = content.panels, content.regions, content.options
    if not overview_fits(len(panels), len(regions), options):
        scene = grid_scene(panels, regions, options)
        scene.note = NO_OVERVIEW
        return scene
    return overview_scene(panels, renamed(_overview(content.every_panel, options), options), regions, options)


def _overview(panels: tuple[Panel, ...], options: FigureOptions) -> Panel:
    if options.overview is not None:
        for panel in panels:
            if panel.label == options.overview:
                return panel
        names = ", ".join(panel.label for panel in panels)
        raise FigureError(f"No picture is named {options.overview!r}; for the overview there are {names}.")
    for role in ("reference", "truth", "variant", "input"):
        for panel in panels:
            if panel.role == role:
                return panel
    raise FigureError(NO_PICTURE)


LAYOUT = Layout(_scene)
