"""Colours that mean the same in the window, in figures and in reports."""

from __future__ import annotations

import colorsys

LUMA = (0.299, 0.587, 0.114)
"""Weights of red, green and blue in luma (ITU-R BT.601)."""

REGION_COLOURS = ("#ff3b30", "#ffd60a", "#30d158", "#40c8ff", "#ff5fd2", "#ff9f0a", "#b18cff", "#a5e62e")
"""One colour a region, in order and repeating: bright enough for a thin line on a photograph."""

SERIES_ON_LIGHT = (
    "#0068b3", "#c25f00", "#007f5c", "#d01fe0", "#84006c", "#00009c", "#a07cba", "#6c00fc", "#f00078",
    "#6c3c00",
)  # fmt: skip
SERIES_ON_DARK = (
    "#55b4f0", "#f2a33c", "#2fc79a", "#d030b8", "#8a8a00", "#4c70ff", "#c0fc00", "#cc6060", "#a86cfc",
    "#ff80dc",
)  # fmt: skip
"""One colour a variant's curve or point, by the ground it lies on. The first three are Okabe and Ito's blue,
orange and green, darker or lighter; each later one was chosen as far as possible (OKLab, also as seen without
red or green cones) from those before it and from the ink."""

SERIES_DASHES = ((), (5.0, 2.0), (1.5, 1.5), (6.0, 1.5, 1.5, 1.5))
"""Lengths of strokes and gaps in line widths: a second sign besides the colour."""

_SOLID = 6
"""So many curves of a kind of stroke before the next kind begins."""


def series_colour(index: int, dark: bool = False) -> str:
    """The colour of the variant at `index` (`#rrggbb`), the reference not counted; a hundred all differ.

    After the chosen ones, hues advance by the golden angle while lightness and saturation alternate.
    """
    chosen = SERIES_ON_DARK if dark else SERIES_ON_LIGHT
    if index < len(chosen):
        return chosen[index]
    step = index - len(chosen)
    hue = (0.08 + 0.381966 * step) % 1.0
    lightness, saturation = ((0.31, 0.75), (0.35, 0.5), (0.27, 0.95))[step % 3]
    red, green, blue = (round(255 * v) for v in colorsys.hls_to_rgb(hue, lightness + 0.3 * dark, saturation))
    return f"#{red:02x}{green:02x}{blue:02x}"


def series_dashes(index: int) -> tuple[float, ...]:
    """Strokes and gaps of the curve at `index`; empty for a solid line."""
    return SERIES_DASHES[index // _SOLID % len(SERIES_DASHES)]


BIT_COLOURS = {
    1: "#67000d", 2: "#a50f15", 3: "#e34a33", 4: "#fdbb84", 5: "#e0d4a8", 6: "#9ecae1", 7: "#6baed6",
    8: "#3182bd", 16: "#08519c",
}  # fmt: skip
"""Warm where bits are few, cool where they are many; each differs in lightness from its neighbours."""


def bit_colour(bits: int) -> str:
    """The colour of a bit width, the same in window and figure; 16 stands for float."""
    return BIT_COLOURS.get(bits, BIT_COLOURS[16] if bits >= 16 else BIT_COLOURS[8])
