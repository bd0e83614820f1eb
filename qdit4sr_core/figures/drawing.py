"""Turn a scene into a matplotlib figure."""

from __future__ import annotations

from typing import Any

from . import fonts
from .figure import Figure
from .scene import Box, Picture, Rule, Scene, Text


def scene_figure(scene: Scene) -> Figure:
    """The figure that shows `scene`."""
    return Figure(lambda vector: _draw(scene, vector), scene.note)


def _draw(scene: Scene, vector: bool) -> Any:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure as Page

    page = Page(figsize=(scene.width / scene.dpi, scene.height / scene.dpi), dpi=scene.dpi)
    FigureCanvasAgg(page)
    page.set_facecolor(scene.background)
    axes = page.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set_axis_off()
    axes.set_autoscale_on(False)
    for order, item in enumerate(scene.items):
        if isinstance(item, Picture):
            pixels = item.for_vector() if vector else item.for_page()
            extent = (item.x, item.x + item.width, item.y + item.height, item.y)
            axes.imshow(pixels, extent=extent, interpolation="none", aspect="auto", zorder=order)
        elif isinstance(item, Box):
            _draw_box(axes, item, scene, order)
        elif isinstance(item, Rule):
            axes.plot(
                [item.x0, item.x1], [item.y0, item.y1],
                color=item.colour, linewidth=item.line * 72 / scene.dpi, solid_capstyle="butt", zorder=order,
            )  # fmt: skip
        else:
            _draw_text(axes, item, scene, order)
    axes.set_xlim(0, scene.width)
    axes.set_ylim(scene.height, 0)
    return page


def _draw_box(axes: Any, box: Box, scene: Scene, order: int) -> None:
    from matplotlib.patches import Rectangle

    if box.fill:
        axes.add_patch(
            Rectangle(
                (box.x, box.y),
                box.width,
                box.height,
                facecolor=box.colour,
                linewidth=0,
                snap=False,
                zorder=order,
            )
        )
        return
    outline = (box.x - box.line / 2, box.y - box.line / 2)
    size = (box.width + box.line, box.height + box.line)
    point = 72 / scene.dpi
    layers = [(box.line, box.colour, 1.0)]
    if box.halo:
        layers.insert(0, (box.line + max(1.0, scene.pixels(0.5)), "#000000", 0.5))
    for thickness, colour, alpha in layers:
        axes.add_patch(
            Rectangle(
                outline, *size, fill=False, edgecolor=colour, alpha=alpha,
                linewidth=thickness * point, joinstyle="miter", snap=False, zorder=order,
            )
        )  # fmt: skip


def _draw_text(axes: Any, text: Text, scene: Scene, order: int) -> None:
    axes.text(
        text.x, text.y, text.text,
        fontproperties=fonts.properties(scene.font, text.size, text.bold),
        color=text.colour, ha=text.align, va="baseline", zorder=order, parse_math=False, clip_on=False,
    )  # fmt: skip
