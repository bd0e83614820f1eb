"""Crops of one photo as a table: one row a region, one column a variant."""

from __future__ import annotations

from ...metrics.regions import Region
from ..layout import Layout
from ..layout_rows import CropRow, rows_scene
from ..options import FigureOptions
from ..panel import Panel
from ..scene import Scene
from ..style import region_name


def grid_scene(panels: tuple[Panel, ...], regions: tuple[Region, ...], options: FigureOptions) -> Scene:
    """Every region of every panel; names under each region's crops."""
    rows = [
        CropRow(
            panels,
            region,
            number,
            region_name(number, region.name) if len(regions) > 1 or region.name else "",
        )
        for number, region in enumerate(regions)
    ]
    return rows_scene(rows, options, names_under_each=True)


LAYOUT = Layout(lambda content: grid_scene(content.panels, content.regions, content.options))
