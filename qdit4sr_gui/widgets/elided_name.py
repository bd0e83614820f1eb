"""A variant's name in little room: method and bits stay, what stands in brackets goes first."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics, QFontMetricsF

from qdit4sr_core.variant_text import short_label

COLUMN_MARGIN = 9
"""What a column needs beside the text in it."""

USUAL = "SmoothQuant W4A16"
"""Short names of methods are no wider; names that users gave may be."""


def elided_name(name: str, metrics: QFontMetrics | QFontMetricsF, width: float) -> str:
    """The name if it fits `width` pixels, else its short form, else this cut in the middle.

    "SVDQuant (g64, signed, GPTQ) W4A4" becomes "SVDQuant W4A4", as everywhere in the program.
    """
    short = short_label(name)
    for fitting in (name, short):
        if metrics.horizontalAdvance(fitting) <= width:
            return fitting
    short = short.removesuffix(" (…)")
    return metrics.elidedText(short, Qt.TextElideMode.ElideMiddle, int(max(0.0, width)))


def short_width(names: Iterable[str], metrics: QFontMetrics | QFontMetricsF) -> int:
    """Pixels of a column for the short forms of names: whole where they are no longer than usual."""
    needed = max((metrics.horizontalAdvance(short_label(name)) for name in names), default=0)
    return round(min(needed, metrics.horizontalAdvance(USUAL)) + COLUMN_MARGIN)
