"""Radially averaged power spectra of several results in one region, and their difference to the reference."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..colours import SERIES_DASHES, series_colour
from ..errors import FigureError
from ..metrics.regions import Region
from ..metrics.spectrum import CUTOFF, RadialSpectrum, radial_spectrum
from .figure import Figure
from .fonts import text_width
from .options import FigureOptions
from .panel import Panel, canvas_size
from .plot_page import plot_figure
from .style import Theme


def spectrum_plot(
    panels: Sequence[Panel],
    region: Region | None = None,
    options: FigureOptions | None = None,
    absolute: bool = False,
) -> Figure:
    """Power in dB over spatial frequency in cycles per pixel, one curve a panel.

    Panels smaller than the largest (the low-resolution photo) are left out. With a panel of role
    `reference` the curves are less the reference's; with `absolute` the powers stand above them, on axes
    of their own. The upper half of the band, where texture lives, is shaded. Raises `RegionError` for a
    region outside the image or under 32 pixels, `FigureError` where no panel has full size.
    """
    options = options or FigureOptions(width="single")
    height, width = canvas_size(tuple(panels))
    shown = [p for p in panels if (p.height, p.width) == (height, width) and p.role != "input"]
    if not shown:
        raise FigureError("A spectrum needs at least one full-size picture.")
    place = region or Region.whole(shown[0].pixels)
    curves = [(panel, radial_spectrum(place.crop(panel.pixels))) for panel in shown]
    reference = next((curve for panel, curve in curves if panel.role == "reference"), None)
    share = 0.98 if absolute and reference is not None and len(curves) > 1 else 0.72
    columns = _legend_columns([panel.label for panel, _ in curves], options)
    legend = -(-len(curves) // columns) * options.font_size * 1.3 / 72
    return plot_figure(
        options,
        min(options.inches, 5.5) * share + legend,
        lambda page, colours: _draw(page, colours, curves, reference, columns, absolute),
    )


def _draw(
    page: Any,
    colours: Theme,
    curves: list[tuple[Panel, RadialSpectrum]],
    reference: RadialSpectrum | None,
    columns: int,
    absolute: bool,
) -> None:
    if reference is not None and len(curves) > 1 and not absolute:
        upper, lower = None, page.subplots(1, 1)
    elif reference is not None and len(curves) > 1:
        upper, lower = page.subplots(2, 1, sharex=True, height_ratios=(3, 2))
    else:
        upper, lower = page.subplots(1, 1), None
    variant = 0
    for panel, curve in curves:
        style: dict[str, Any] = {"color": colours.ink, "linewidth": 1.5, "label": panel.label}
        if panel.role == "truth":
            style |= {"color": colours.muted, "linewidth": 1.0, "linestyle": (0, (4, 2))}
        elif panel.role == "variant":
            style |= {
                "color": series_colour(variant, colours.dark),
                "linewidth": 1.1,
                "linestyle": _strokes(variant),
            }
            variant += 1
        if upper is not None:
            upper.plot(curve.frequency, curve.decibels, **style)
        if lower is not None and reference is not None:
            lower.plot(curve.frequency, curve.decibels - reference.decibels, **style)
    bottom: Any = lower if lower is not None else upper
    for axes in (upper, lower):
        if axes is not None:
            axes.axvspan(CUTOFF, 0.5, color=colours.missing, zorder=0, linewidth=0)
            axes.grid(True, axis="y")
            axes.set_axisbelow(True)
            axes.margins(y=0.06)
    top: Any = upper if upper is not None else lower
    if upper is not None:
        upper.set_ylabel("Power (dB)")
    if lower is not None:
        lower.set_ylabel("Difference (dB)" if upper is not None else "Power against the reference (dB)")
        if upper is not None:
            upper.tick_params(labelbottom=False)
    bottom.set_xlim(0, 0.5)
    bottom.set_xlabel("Spatial frequency (cycles per pixel)")
    top.text(
        0.495, 0.98, "above half of Nyquist", transform=top.get_xaxis_transform(), ha="right", va="top",
        color=colours.muted, fontsize="small",
    )  # fmt: skip
    page.legend(*top.get_legend_handles_labels(), loc="outside upper center", ncols=columns)


def _strokes(variant: int) -> Any:
    """The window's strokes; here each curve has others than the one before, for prints without colours."""
    dashes = SERIES_DASHES[variant % len(SERIES_DASHES)]
    return (0, dashes) if dashes else "-"


def _legend_columns(labels: list[str], options: FigureOptions) -> int:
    """As many columns as fit the page, evenly filled."""
    size = max(5.0, options.font_size - 1)
    widest = max(text_width(label, options.font, size) for label in labels) + 5 * size
    fit = max(1, min(len(labels), int(options.inches * 72 // widest)))
    return -(-len(labels) // -(-len(labels) // fit))
