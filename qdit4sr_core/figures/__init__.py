"""Figures that leave the program: comparisons of crops, spectra, bit grids and maps of texture change.

matplotlib is imported when a figure is drawn, never by importing this package.
"""

from ..colours import REGION_COLOURS, series_colour
from .bit_grid import BitGrid, bit_grid_of, bit_grid_plot
from .comparison import comparison_figure
from .figure import Figure
from .options import FigureOptions
from .panel import Panel
from .pareto import pareto_plot
from .photos import PhotoPanels, photos_figure
from .spectrum import spectrum_plot
from .straying import straying_plot
from .style import region_colour, region_name
from .texture_change import texture_change_figure

__all__ = [
    "REGION_COLOURS",
    "BitGrid",
    "Figure",
    "FigureOptions",
    "Panel",
    "PhotoPanels",
    "bit_grid_of",
    "bit_grid_plot",
    "comparison_figure",
    "pareto_plot",
    "photos_figure",
    "region_colour",
    "region_name",
    "series_colour",
    "spectrum_plot",
    "straying_plot",
    "texture_change_figure",
]
