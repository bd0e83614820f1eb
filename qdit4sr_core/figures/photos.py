"""Several photos in one figure: a row a photo, a column a variant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..errors import FigureError
from ..metrics.regions import Region
from .drawing import scene_figure
from .figure import Figure
from .layout import layout_of
from .layout_rows import CropRow, rows_scene
from .options import FigureOptions
from .panel import ALL_HIDDEN, Panel, canvas_size, check_region
from .selection import chosen_panels
from .suggestion import suggest_region


@dataclass(frozen=True, eq=False)
class PhotoPanels:
    """One photo: its panels as for `comparison_figure`, and the region to show (None chooses one)."""

    name: str
    panels: tuple[Panel, ...]
    region: Region | None = None


def photos_figure(photos: Sequence[PhotoPanels], options: FigureOptions | None = None) -> Figure:
    """The crops of all `photos`; a variant that one of them lacks leaves its place empty.

    Raises `FigureError` when no photo has a picture, `RegionError` for a region that sticks out.
    """
    options = options or FigureOptions()
    chosen = [(photo, chosen_panels(photo.panels, options)) for photo in photos]
    chosen = [(photo, panels) for photo, panels in chosen if panels]
    if not chosen:
        raise FigureError(ALL_HIDDEN)
    labels = list(dict.fromkeys(panel.label for _, panels in chosen for panel in panels))
    rows = []
    for photo, panels in chosen:
        region = photo.region or suggest_region(panels)
        canvas = canvas_size(panels)
        check_region(region, canvas, photo.name)
        by_label = {panel.label: panel for panel in panels}
        rows.append(CropRow(tuple(by_label.get(label) for label in labels), region, 0, photo.name))
    arrange = layout_of(options.layout).photos_scene or rows_scene
    return scene_figure(arrange(rows, options))
