"""What the plots draw: spectra and histograms of a region for all variants. Knows nothing of Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from qdit4sr_core.errors import RegionError
from qdit4sr_core.metrics.fast import luma
from qdit4sr_core.metrics.reasons import NotAvailable, Reason, why_of
from qdit4sr_core.metrics.regions import Region
from qdit4sr_core.metrics.spectrum import radial_spectrum
from qdit4sr_core.variant_text import FULL_PRECISION_TEXT

HISTOGRAM_BINS = 64
NYQUIST = 0.5
"""Cycles per pixel: nothing finer exists in an image."""
LEAST_DECIBELS, LEAST_LEVELS = 2.0, 10.0
"""The least that the vertical axis of a spectrum, or of a profile, spans."""
REFERENCE, TRUTH = -1, -2
"""What the colour of a curve says when it is no variant's number: full precision and the ground truth."""


@dataclass(frozen=True, eq=False)
class Series:
    """One curve."""

    key: str
    label: str
    x: np.ndarray
    y: np.ndarray
    colour: int
    """Number of the variant, whatever else is drawn; or `REFERENCE`, or `TRUTH`."""


@dataclass(frozen=True, eq=False)
class PlotData:
    """Curves over one pair of axes, or the reason why there are none."""

    title: str
    x_title: str
    y_title: str
    series: tuple[Series, ...] = ()
    why: NotAvailable | None = None
    x_range: tuple[float, float] | None = None
    """The ends of the axis; None: those of the curves."""
    least_span: float = 0.0
    """The vertical axis shows no less: curves that are all but equal would look wild."""


@dataclass(frozen=True, eq=False)
class PlotImage:
    """An image to plot: uint8 (H, W, 3) with the key and label of its variant."""

    key: str
    label: str
    pixels: np.ndarray
    colour: int = 0
    trajectory: tuple[float, ...] = ()
    """Relative distance to full precision after every sampling step, where it is known."""


def _crop(image: PlotImage, region: Region | None) -> np.ndarray:
    return image.pixels if region is None else region.crop(image.pixels)


def spectrum_plot(images: Sequence[PlotImage], region: Region | None) -> PlotData:
    """Radially averaged power spectra in dB over cycles per pixel."""
    titles = ("Power spectrum", "cycles per pixel", "dB")
    series = []
    for image in images:
        try:
            spectrum = radial_spectrum(_crop(image, region))
        except RegionError as error:
            return PlotData(*titles, why=why_of(error))
        series.append(Series(image.key, image.label, spectrum.frequency, spectrum.decibels, image.colour))
    return PlotData(*titles, tuple(series), x_range=(0.0, NYQUIST), least_span=LEAST_DECIBELS)


def relative_spectrum_plot(images: Sequence[PlotImage], region: Region | None) -> PlotData:
    """Power spectra in dB less full precision's: above 0 is added, below 0 is lost at that fineness."""
    titles = ("Spectrum against full precision", "cycles per pixel", "dB")
    reference = next((image for image in images if image.key == FULL_PRECISION_TEXT), None)
    if reference is None:
        return PlotData(*titles, why=NotAvailable(Reason.NO_FULL_PRECISION))
    try:
        base = radial_spectrum(_crop(reference, region)).decibels
    except RegionError as error:
        return PlotData(*titles, why=why_of(error))
    absolute = spectrum_plot(images, region)
    series = tuple(replace(curve, y=curve.y - base) for curve in absolute.series)
    return replace(absolute, title=titles[0], series=series)


def profile_plot(images: Sequence[PlotImage], region: Region | None) -> PlotData:
    """Luma along the middle line of the region or image, lengthwise: the same line through every variant."""
    titles = ("Profile", "pixels along the region's middle", "luma")
    series = []
    for image in images:
        plane = luma(_crop(image, region))
        height, width = plane.shape
        across = width >= height
        values = plane[height // 2] if across else plane[:, width // 2]
        start = 0 if region is None else (region.x if across else region.y)
        series.append(Series(image.key, image.label, np.arange(len(values)) + start, values, image.colour))
    return PlotData(*titles, tuple(series), least_span=LEAST_LEVELS)


def trajectory_plot(images: Sequence[PlotImage], _region: Region | None) -> PlotData:
    """How far each variant is from full precision's estimate after every sampling step, in per cent."""
    titles = ("Error along sampling", "step", "% from full precision")
    series = tuple(
        Series(
            image.key,
            image.label,
            np.arange(1.0, len(image.trajectory) + 1),
            100 * np.asarray(image.trajectory),
            image.colour,
        )
        for image in images
        if image.trajectory
    )
    if not series:
        return PlotData(*titles, why=NotAvailable(Reason.NO_TRAJECTORY))
    return PlotData(*titles, series)


def histogram_plot(images: Sequence[PlotImage], region: Region | None) -> PlotData:
    """Share of pixels in per cent over luma, in 64 bins of 4 grey levels."""
    titles = ("Histogram", "luma", "% of pixels")
    series = []
    for image in images:
        try:
            plane = luma(_crop(image, region))
        except RegionError as error:
            return PlotData(*titles, why=why_of(error))
        counts, edges = np.histogram(plane, bins=HISTOGRAM_BINS, range=(0, 256))
        middle, share = (edges[:-1] + edges[1:]) / 2, 100 * counts / plane.size
        series.append(Series(image.key, image.label, middle, share, image.colour))
    return PlotData(*titles, tuple(series))


def nice_ticks(low: float, high: float, most: int = 6) -> list[float]:
    """At most about `most` round numbers (1, 2 or 5 times a power of ten apart) between `low` and `high`."""
    span = high - low
    if span <= 0:
        return [low]
    raw = span / most
    power = 10.0 ** np.floor(np.log10(raw))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= raw)
    first = np.ceil(low / step - 1e-9)
    return [float(k * step) for k in range(int(first), int(np.floor(high / step + 1e-9)) + 1)]
