"""Damage against size and against time: one plot a cost, the Pareto front drawn through its variants."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from ..colours import series_colour
from ..errors import FigureError
from ..evaluate import Column, Summary
from ..evaluate.pareto import TradeoffPoint, cost_columns, damage_columns, said_once, tradeoff
from .figure import Figure
from .fonts import text_width
from .options import FigureOptions
from .plot_page import plot_figure
from .style import Theme

_LOGARITHMIC = 30.0
"""Damages that differ by more than this factor are drawn on a logarithmic axis."""
_MARKERS = "osD^vP*Xph<>"


def pareto_plot(summary: Summary, damage: str | None = None, options: FigureOptions | None = None) -> Figure:
    """Each method a colour, each of its widths a point named after them; the front as a line through them.

    Where all have the same widths, the legend says them, and the points say nothing.
    `damage` is a column's key, such as `stlpips_fp`; None takes ST-LPIPS, else the first ranked column.
    Better is down and left: columns in which higher is better run downwards. Raises `FigureError` when no
    variant has both numbers, or for an unknown column.
    """
    options = options or FigureOptions(width="double")
    column = damage_column(summary, damage)
    plots = [(cost, tradeoff(summary, cost, column)) for cost in cost_columns(summary)]
    plots = [(cost, points) for cost, points in plots if points]
    if not plots:
        raise FigureError("No quantized variant has both a size or time and a measured damage.")
    plots = list(zip([cost for cost, _ in plots], said_once([points for _, points in plots]), strict=True))
    families = list(dict.fromkeys(point.family for _, points in plots for point in points))
    width = options.inches * 72
    size = max(5.0, options.font_size - 1)
    widest = max(text_width(name, options.font, size) for name in families) + 4 * size
    legend_columns = max(1, min(len(families), int(width // widest)))
    legend = -(-len(families) // legend_columns) * size * 1.5 / 72
    height = 0.42 * options.inches * (1 if len(plots) > 1 else 1.5) + legend + 0.2

    def draw(page: Any, colours: Theme) -> None:
        axes = page.subplots(1, len(plots), sharey=True, squeeze=False)[0]
        for place, (cost, points) in enumerate(plots):
            _draw(axes[place], cost, column, points, families, colours, options)
        axes[0].set_ylabel(_title(column))
        if column.higher_is_better:
            axes[0].invert_yaxis()
        handles, labels = axes[0].get_legend_handles_labels()
        page.legend(handles, labels, loc="outside upper center", ncols=legend_columns)

    return plot_figure(options, height, draw)


def damage_column(summary: Summary, key: str | None = None) -> Column:
    """The column for `key`, or the default one. Raises `FigureError`."""
    columns = damage_columns(summary)
    if not columns:
        raise FigureError("No quality was measured, so there is no damage to plot.")
    if key is not None:
        for column in columns:
            if column.key == key:
                return column
        raise FigureError(f"There is no column {key!r}; choose one of {', '.join(c.key for c in columns)}.")
    return next((c for c in columns if c.metric == "stlpips"), columns[0])


def _title(column: Column) -> str:
    against = {"fp": " to full precision", "hr": " to ground truth"}.get(column.reference, "")
    unit = f" ({column.unit})" if column.unit else ""
    return f"{column.title}{against}{unit} {column.arrow}".strip()


def _draw(
    axes: Any,
    cost: Column,
    damage: Column,
    points: Sequence[TradeoffPoint],
    families: Sequence[str],
    colours: Theme,
    options: FigureOptions,
) -> None:
    values = [point.damage for point in points]
    if not damage.higher_is_better and min(values) > 0 and max(values) / min(values) > _LOGARITHMIC:
        axes.set_yscale("log")
    best = sorted((p for p in points if p.on_front), key=lambda p: p.cost)
    axes.plot(
        [p.cost for p in best], [p.damage for p in best],
        color=colours.muted, linewidth=1.0, linestyle=(0, (4, 2)), zorder=1, label="Pareto front",
    )  # fmt: skip
    for number, family in enumerate(families):
        own = [p for p in points if p.family == family]
        hue = series_colour(number, colours.dark)
        axes.scatter(
            [p.cost for p in own], [p.damage for p in own], s=3.2 * options.font_size,
            color=hue, marker=_MARKERS[number % len(_MARKERS)], label=family, zorder=3,
            edgecolors=[colours.ink if p.on_front else hue for p in own], linewidths=0.8,
        )  # fmt: skip
    axes.set_xlabel(f"{cost.title} ({cost.unit})")
    axes.grid(True)
    axes.set_axisbelow(True)
    axes.margins(x=0.12, y=0.1)
    if axes.get_yscale() == "log":
        axes.yaxis.set_major_formatter(lambda value, _place: f"{value:g}")
    for point in _named(points, axes.get_yscale() == "log", options):
        axes.annotate(
            point.widths, (point.cost, point.damage), xytext=(3.5, 2.5), textcoords="offset points",
            fontsize=_label_size(options), color=colours.muted, zorder=4,
        )  # fmt: skip


def _label_size(options: FigureOptions) -> float:
    return max(4.5, options.font_size - 2.5)


def _named(points: Sequence[TradeoffPoint], logarithmic: bool, options: FigureOptions) -> list[TradeoffPoint]:
    """The points whose widths can be written beside them without meeting: those on the front first."""

    def level(value: float) -> float:
        return math.log10(value) if logarithmic else value

    wide, tall = options.inches * 72 * 0.4, options.inches * 72 * 0.34  # an axes, about, in points
    columns = [p.cost for p in points]
    rows = [level(p.damage) for p in points]
    across = (max(columns) - min(columns)) or 1.0
    down = (max(rows) - min(rows)) or 1.0
    size = _label_size(options)
    taken: list[tuple[float, float]] = []
    named = []
    for point in sorted((p for p in points if p.widths), key=lambda p: not p.on_front):
        x = (point.cost - min(columns)) / across * wide
        y = (level(point.damage) - min(rows)) / down * tall
        if all(abs(x - a) > 2.9 * size or abs(y - b) > 1.1 * size for a, b in taken):
            taken.append((x, y))
            named.append(point)
    return named
