"""The one entry for comparison figures, used by the window, `qdit4sr compare` and `qdit4sr figure`."""

from __future__ import annotations

from collections.abc import Sequence

from ..errors import FigureError
from ..metrics.regions import Region
from . import fonts
from .drawing import scene_figure
from .figure import Figure
from .layout import Content, layout_of
from .options import FigureOptions
from .panel import ALL_HIDDEN, Panel, canvas_size, check_region
from .selection import chosen_panels
from .suggestion import suggest_region


def comparison_figure(
    panels: Sequence[Panel], regions: Sequence[Region] = (), options: FigureOptions | None = None
) -> Figure:
    """A figure of `panels` with `regions` (in pixels of the largest panel) enlarged.

    Without a region, layouts that need one choose the place where the variants differ most. Equal arguments
    give equal bytes.

    Raises `RegionError` for a region that sticks out, and `FigureError` when there is nothing to show or the
    font is not installed.
    """
    options = options or FigureOptions()
    shown = chosen_panels(panels, options)
    if not shown:
        raise FigureError(ALL_HIDDEN)
    if options.font not in ("serif", "sans") and options.font not in fonts.families(options.font):
        raise FigureError(f"The font {options.font!r} is not installed; choose serif or sans.")
    canvas = canvas_size(tuple(panels))
    for region in regions:
        check_region(region, canvas)
    layout, chosen = layout_of(options.layout), tuple(regions)
    if layout.needs_region and not chosen:
        chosen = (suggest_region(shown),)
    return scene_figure(layout.scene(Content(shown, chosen, options, tuple(panels))))
