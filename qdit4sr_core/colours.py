"""Colours that mean the same in the window, in figures and in reports."""

from __future__ import annotations

LUMA = (0.299, 0.587, 0.114)
"""Weights of red, green and blue in luma (ITU-R BT.601)."""

REGION_COLOURS = ("#ff3b30", "#ffd60a", "#30d158", "#40c8ff", "#ff5fd2", "#ff9f0a", "#b18cff", "#a5e62e")
"""One colour a region, in order and repeating: bright enough for a thin line on a photograph."""

SERIES_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7f4fc9", "#8c6d31")
"""One colour a curve: Okabe and Ito's set, told apart by colour-blind readers and in grey print."""

CURVES_ON_LIGHT = ("#202326", "#c25f00", "#0068b3", "#007f5c", "#8a7a00", "#a83f86", "#4a52c9", "#c23a24")
CURVES_ON_DARK = ("#e4e6e8", "#f2a33c", "#55b4f0", "#2fc79a", "#f0e04a", "#e07ab8", "#8f9bff", "#ff7a66")
"""The first curves of the window's plots, by theme: the reference in the colour of text, the others after
the hues of `SERIES_COLOURS`, made darker or lighter until a thin line is seen on the window's ground."""

BIT_COLOURS = {
    1: "#67000d", 2: "#a50f15", 3: "#e34a33", 4: "#fdbb84", 5: "#e0d4a8", 6: "#9ecae1", 7: "#6baed6",
    8: "#3182bd", 16: "#08519c",
}  # fmt: skip
"""Warm where bits are few, cool where they are many; each differs in lightness from its neighbours."""


def bit_colour(bits: int) -> str:
    """The colour of a bit width, the same in window and figure; 16 stands for float."""
    return BIT_COLOURS.get(bits, BIT_COLOURS[16] if bits >= 16 else BIT_COLOURS[8])
