"""Figures that leave the program: comparisons of crops, spectra, bit grids and texture-loss maps.

matplotlib is imported when a figure is drawn, never by importing this package.
"""

from .comparison import comparison_figure
from .figure import Figure
from .options import FigureOptions
from .panel import Panel
from .style import REGION_COLOURS, region_colour, region_name

__all__ = [
    "REGION_COLOURS",
    "Figure",
    "FigureOptions",
    "Panel",
    "comparison_figure",
    "region_colour",
    "region_name",
]
