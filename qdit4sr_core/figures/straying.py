"""Error along sampling: how far every variant is from full precision's trajectory at each step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..colours import series_colour
from ..errors import FigureError
from .figure import Figure
from .options import FigureOptions
from .plot_page import plot_figure
from .style import Theme


def straying_plot(distances: Mapping[str, Sequence[float]], options: FigureOptions | None = None) -> Figure:
    """Distance in per cent of the estimate's length over the step, one curve a label, logarithmic.

    `distances` holds each variant's `VariantResult.trajectory_error`; empty ones are left out. Raises
    `FigureError` when none is known.
    """
    known = {label: values for label, values in distances.items() if len(values)}
    if not known:
        raise FigureError(
            "No error along sampling is known; run full precision and the variants in one comparison."
        )
    options = options or FigureOptions(width="single")

    def draw(page: Any, colours: Theme) -> None:
        axes = page.subplots(1, 1)
        for index, (label, values) in enumerate(known.items()):
            steps = range(1, len(values) + 1)
            percent = [100 * value for value in values]
            hue = series_colour(index, colours.dark)
            axes.plot(steps, percent, color=hue, linewidth=1.1, marker="o", ms=2, label=label)
        if all(value > 0 for values in known.values() for value in values):
            axes.set_yscale("log")
        axes.set_xlabel("Sampling step")
        axes.set_ylabel("Distance to full precision (%)")
        axes.xaxis.get_major_locator().set_params(integer=True)
        axes.grid(True, axis="y", color=colours.rule)
        page.legend(*axes.get_legend_handles_labels(), loc="outside upper center", ncols=2)

    legend = -(-len(known) // 2) * options.font_size * 1.3 / 72
    return plot_figure(options, min(options.inches, 5.5) * 0.62 + legend, draw)
