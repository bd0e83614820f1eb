"""The one entry for comparison figures, used by the window, `qdit4sr compare` and `qdit4sr figure`."""

from __future__ import annotations

from collections.abc import Sequence

from ..errors import FigureError, RegionError
from ..metrics.regions import Region
from . import fonts
from .drawing import scene_figure
from .figure import Figure
from .layout_grid import grid_scene
from .layout_overview import overview_fits, overview_scene
from .layout_strip import strip_scene
from .options import FigureOptions
from .panel import Panel, canvas_size
from .selection import chosen_panels, renamed
from .suggestion import suggest_region


def comparison_figure(
    panels: Sequence[Panel], regions: Sequence[Region] = (), options: FigureOptions | None = None
) -> Figure:
    """A figure of `panels` with `regions` (in pixels of the largest panel) enlarged.

    Without a region, `overview-left` and `grid` choose the place where the variants differ most. An overview
    with several regions gives way to the grid where its crops would be under an inch.
    Equal arguments give equal bytes. Raises `RegionError` for a region that sticks out, and
    `FigureError` when there is nothing to show or the font is not installed.
    """
    options = options or FigureOptions()
    shown = chosen_panels(panels, options)
    if not shown:
        raise FigureError("A figure needs at least one picture; none is left after hiding some.")
    if options.font not in ("serif", "sans") and options.font not in fonts.families(options.font):
        raise FigureError(f"The font {options.font!r} is not installed; choose serif or sans.")
    canvas = canvas_size(tuple(panels))
    for region in regions:
        if region.right > canvas[1] or region.bottom > canvas[0]:
            raise RegionError(
                f"Region {region} sticks out of the picture of {canvas[1]}x{canvas[0]} pixels; "
                "draw it inside the picture."
            )
    chosen = tuple(regions)
    if options.layout == "strip":
        return scene_figure(strip_scene(shown, chosen, options))
    chosen = chosen or (suggest_region(shown),)
    if options.layout in ("grid", "photos"):
        return scene_figure(grid_scene(shown, chosen, options))
    if not overview_fits(len(shown), len(chosen), options):
        return scene_figure(grid_scene(shown, chosen, options))
    overview = renamed(_overview(tuple(panels), options), options)
    return scene_figure(overview_scene(shown, overview, chosen, options))


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
    raise FigureError("A figure needs at least one picture.")
