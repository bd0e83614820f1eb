"""Maps of how an image differs from the reference, and their colours. No Qt here; computed in a worker.

All maps of one comparison share one colour range, or their colours could not be compared.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qdit4sr_core.metrics.numbers import TOLD_FROM
from qdit4sr_core.metrics.texture_colours import LIMIT, ON_DARK
from qdit4sr_gui.state.pyramid import Pixels

Map = NDArray[np.float32]
"""(H, W) float32, in the unit of its kind."""

SAMPLES = 500_000
QUANTILE = 0.995

HEAT = ("#000004", "#280b54", "#65156e", "#9f2a63", "#d44842", "#f57d15", "#fac228", "#fcffa4")
"""Dark (nothing) to bright (much)."""
SIGNED = ("#9bd8ff", "#3f9fe0", "#1f5f94", "#16324a", "#141414", "#4a2412", "#9c4714", "#ef7f1f", "#ffd08a")
"""Blue (less) through near black (equal) to orange (more)."""


@dataclass(frozen=True)
class DifferenceKind:
    """One way to measure a difference at every pixel.

    `diverging`: values of both signs around 0, shown in -limit .. +limit; otherwise 0 .. limit.
    `pointwise`: a pixel's value depends on that pixel alone.
    `least` is the smallest limit chosen automatically, so that equal images do not show amplified dust;
    `most` the largest that makes sense.
    """

    name: str
    label: str
    explanation: str
    unit: str
    diverging: bool
    pointwise: bool
    decimals: int
    least: float
    most: float
    colours: tuple[str, ...]
    compute: Callable[[Pixels, Pixels], Map]
    steady: float | None = None
    """The automatic end of the range where it is always the same."""
    ends: tuple[str, str] = ("", "")
    """Words at the two ends of the legend."""
    photo: float = 0.0
    """How much of the photo shows under the colours at first."""
    gain: bool = False
    """Whether gain and gamma are offered."""


def signed_map(image: Pixels, reference: Pixels) -> Map:
    """Luma of the image minus luma of the reference, in grey levels of 255."""
    from qdit4sr_core.metrics.fast import luma

    return luma(image) - luma(reference)


def absolute_map(image: Pixels, reference: Pixels) -> Map:
    """Mean absolute difference over the three channels, in grey levels of 255."""
    import cv2

    return _channel_mean(cv2.absdiff(image, reference).astype(np.float32))


def squared_map(image: Pixels, reference: Pixels) -> Map:
    """Mean squared difference over the three channels, in squared grey levels."""
    import cv2

    difference = cv2.absdiff(image, reference).astype(np.float32)
    return _channel_mean(np.square(difference, out=difference))


def _channel_mean(planes: NDArray[np.float32]) -> Map:
    import cv2

    return cv2.transform(planes, np.full((1, 3), 1 / 3, dtype=np.float32))


def structure_map(image: Pixels, reference: Pixels) -> Map:
    """1 - SSIM of the luma window (11x11, sigma 1.5) centred on each pixel; the outer 5 pixels repeat."""
    from qdit4sr_core.metrics.fast import SSIM_WINDOW, luma, ssim_map

    valid = 1 - ssim_map(np.rint(luma(image)), np.rint(luma(reference)))
    return np.pad(valid, SSIM_WINDOW // 2, mode="edge").astype(np.float32, copy=False)


def texture_map(image: Pixels, reference: Pixels) -> Map:
    """Local high-frequency energy against the reference's in dB; negative where texture was lost."""
    from qdit4sr_core.metrics.texture import texture_loss_map

    return texture_loss_map(image, reference).astype(np.float32, copy=False)


KINDS: dict[str, DifferenceKind] = {
    kind.name: kind
    for kind in (
        DifferenceKind(
            "texture",
            "Texture change",
            "Local high-frequency energy against the reference: violet where texture was lost, orange where "
            "false grain was added. Both are damage; grey is unchanged.",
            "dB",
            diverging=True,
            pointwise=False,
            decimals=1,
            least=2.0,
            most=40.0,
            colours=ON_DARK,
            compute=texture_map,
            steady=LIMIT,
            ends=("lost", "added"),
            photo=0.6,
        ),
        DifferenceKind(
            "signed",
            "Signed difference",
            "Luma minus the reference's luma: blue is darker, orange is brighter.",
            "levels",
            diverging=True,
            pointwise=True,
            decimals=2,
            least=2.0,
            most=255.0,
            colours=SIGNED,
            compute=signed_map,
            ends=("darker", "brighter"),
            gain=True,
        ),
        DifferenceKind(
            "absolute",
            "Absolute difference",
            "Mean absolute difference of red, green and blue.",
            "levels",
            diverging=False,
            pointwise=True,
            decimals=2,
            least=2.0,
            most=255.0,
            colours=HEAT,
            compute=absolute_map,
            gain=True,
        ),
        DifferenceKind(
            "squared",
            "Squared difference",
            "Mean squared difference of red, green and blue: large errors stand out.",
            "levels²",
            diverging=False,
            pointwise=True,
            decimals=1,
            least=4.0,
            most=255.0**2,
            colours=HEAT,
            compute=squared_map,
        ),
        DifferenceKind(
            "ssim",
            "Structural difference (1 − SSIM)",
            "One minus the structural similarity of the window around each pixel: 0 is the same structure.",
            "",
            diverging=False,
            pointwise=False,
            decimals=3,
            least=0.05,
            most=1.0,
            colours=HEAT,
            compute=structure_map,
        ),
    )
}
SUMMARIES = {
    "same": "no visible change of texture",
    "added": "at worst {0} of false grain added; on average {1} added, {2} lost",
    "lost": "at worst {0} of texture lost; on average {1} added, {2} lost",
    "diverging": "mean {0}, RMS {1}",
    "positive": "mean {0}, 99 % below {1}",
}
DEFAULT_KIND = "texture"


def automatic_limit(kind: DifferenceKind, maps: Iterable[Map]) -> float:
    """One range for all maps: the kind's own, or the 99.5th percentile rounded up to 1, 2, 5, 10..."""
    if kind.steady is not None:
        return kind.steady
    largest = kind.least
    for values in maps:
        step = max(1, values.size // SAMPLES)
        sample = np.abs(values.reshape(-1)[::step].astype(np.float32))
        largest = max(largest, float(np.quantile(sample, QUANTILE)))
    return min(round_up(largest), kind.most)


def round_up(value: float) -> float:
    """The next of 1, 2, 5, 10, 20, 50..."""
    power = 10.0 ** math.floor(math.log10(value) + 1e-9)
    return next(factor * power for factor in (1, 2, 5, 10) if value <= factor * power * (1 + 1e-6))


def colour_table(colours: tuple[str, ...]) -> NDArray[np.uint8]:
    """(256, 3) uint8 by straight lines between evenly spaced "#rrggbb" colours."""
    anchors = np.array(
        [[int(colour[i : i + 2], 16) for i in (1, 3, 5)] for colour in colours], dtype=np.float64
    )
    positions = np.linspace(0, len(colours) - 1, 256)
    channels = [np.interp(positions, np.arange(len(colours)), anchors[:, channel]) for channel in range(3)]
    return np.rint(np.stack(channels, axis=1)).astype(np.uint8)


def colourize(values: Map, kind: DifferenceKind, limit: float, gamma: float = 1.0) -> Pixels:
    """Paint a map: (H, W, 3) uint8; values beyond the range take the end colours.

    `gamma` bends the range: a share s of the limit gets the colour of s ** (1 / gamma), so that values
    above 1 show faint differences.
    """
    import cv2

    values = values.astype(np.float32, copy=False)
    if gamma != 1.0:
        share = np.minimum(np.abs(values) / np.float32(limit), 1.0)
        values = np.copysign(share ** np.float32(1 / gamma) * np.float32(limit), values)
    if kind.diverging:
        index = values * np.float32(127.5 / limit) + np.float32(128.0)
    else:
        index = values * np.float32(255.0 / limit) + np.float32(0.5)
    index = np.clip(index, 0, 255, out=index).astype(np.uint8)
    return cv2.applyColorMap(index, colour_table(kind.colours)[:, None])  # keeps the table's RGB order


def laid_over(colours: Pixels, photo: Pixels, values: Map, limit: float, share: float) -> Pixels:
    """The photo in grey under the colours of a map: seen most where the value is 0, gone at the limit.

    `share` 0 is the map alone, 1 the whole photo where nothing differs.
    """
    import cv2

    if share <= 0:
        return colours
    grey = cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY).astype(np.float32)
    weight = np.float32(share) * (1 - np.minimum(np.abs(values.astype(np.float32)) / np.float32(limit), 1))
    mixed = colours.astype(np.float32)
    mixed += ((grey - 20) * weight)[..., None]
    return np.clip(mixed, 0, 255).astype(np.uint8)


def format_value(value: float, kind: DifferenceKind) -> str:
    """A value with its sign, as many decimals as make sense, and its unit."""
    sign = "+" if kind.diverging else ""
    text = f"{value:{sign}z.{kind.decimals}f}".replace("-", "−")
    return f"{text} {kind.unit}".rstrip()


def summary(values: Map, kind: DifferenceKind) -> tuple[str, tuple[str, ...]]:
    """One line about a whole map: a sentence with places, and the numbers for them."""
    mean = format_value(float(values.mean(dtype=np.float64)), kind)
    step = max(1, values.size // SAMPLES)
    sample = values.reshape(-1)[::step]
    if kind.name == "texture":
        low, high = (float(v) for v in np.quantile(sample, (0.01, 0.99)))
        added = float(np.maximum(values, 0).mean(dtype=np.float64))
        lost = float(np.maximum(-values.astype(np.float32), 0).mean(dtype=np.float64))
        numbers = max(high, -low, 0.0), added, lost
        if max(numbers) < TOLD_FROM:
            return SUMMARIES["same"], ()
        sentence = SUMMARIES["added" if high >= -low else "lost"]
        return sentence, tuple(_amount(number, kind.unit) for number in numbers)
    if kind.diverging:
        spread = float(np.sqrt(np.mean(np.square(values, dtype=np.float64))))
        return SUMMARIES["diverging"], (mean, f"{spread:.{kind.decimals}f}")
    most = format_value(float(np.quantile(sample, 0.99)), kind)
    return SUMMARIES["positive"], (mean, most)


def _amount(number: float, unit: str) -> str:
    return f"{number:.1f} {unit}" if number >= TOLD_FROM else f"<0.1 {unit}"
