"""A variant's name in little room: method and bits stay, what stands in brackets goes first."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics, QFontMetricsF

from qdit4sr_core.variant_text import short_label


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
