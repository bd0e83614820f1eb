"""The page on which plots with axes are drawn: size, fonts and colours as in the comparison figures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import fonts
from .figure import Figure
from .options import FigureOptions
from .style import Theme, theme


def plot_figure(options: FigureOptions, height: float, draw: Callable[[Any, Theme], None]) -> Figure:
    """A figure `height` inches tall on which `draw(page, theme)` places axes; spacing is automatic."""

    def build(vector: bool) -> Any:  # noqa: ARG001 - curves are vectors by themselves
        import matplotlib
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure as Page

        colours = theme(options.theme)
        with matplotlib.rc_context(_settings(options, colours)):
            size = (
                round(options.inches * options.dpi) / options.dpi,
                round(height * options.dpi) / options.dpi,
            )
            page = Page(figsize=size, dpi=options.dpi, layout="constrained")
            FigureCanvasAgg(page)
            page.set_facecolor(colours.background)
            draw(page, colours)
            page.draw_without_rendering()
        return page

    return Figure(build)


def _settings(options: FigureOptions, colours: Theme) -> dict[str, Any]:
    small = max(5.0, options.font_size - 1)
    return {
        "font.family": list(fonts.families(options.font)),
        "font.size": options.font_size,
        "text.color": colours.ink,
        "text.parse_math": False,
        "axes.labelsize": options.font_size,
        "axes.labelcolor": colours.ink,
        "axes.edgecolor": colours.muted,
        "axes.facecolor": colours.background,
        "axes.linewidth": 0.6,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "grid.color": colours.rule,
        "grid.linewidth": 0.4,
        "xtick.labelsize": small,
        "ytick.labelsize": small,
        "xtick.color": colours.muted,
        "ytick.color": colours.muted,
        "xtick.labelcolor": colours.ink,
        "ytick.labelcolor": colours.ink,
        "xtick.major.width": 0.6,
        "ytick.major.width": 0.6,
        "xtick.major.size": 2.5,
        "ytick.major.size": 2.5,
        "legend.fontsize": small,
        "legend.frameon": False,
    }
