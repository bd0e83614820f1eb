"""A variant's name in little room: method and bits stay, what stands in brackets goes first."""

from __future__ import annotations

import re
from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics, QFontMetricsF


def elided_name(name: str, metrics: QFontMetrics | QFontMetricsF, width: float) -> str:
    """The name if it fits `width` pixels, else with less and less in its brackets, else cut in the middle.

    "SVDQuant (g64, signed, GPTQ) W4A4" becomes "SVDQuant (…) W4A4", then "SVDQuant… W4A4".
    """
    for shorter in (name, re.sub(r"\([^()]*\)", "(…)", name), re.sub(r" *\([^()]*\)", "…", name)):
        if metrics.horizontalAdvance(shorter) <= width:
            return shorter
    name = re.sub(r" *\([^()]*\)", "", name)
    return metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, int(max(0.0, width)))


def short_names(names: Mapping[str, str]) -> dict[str, str]:
    """The names without what stands in brackets, for a sentence; whole where two would be the same."""
    short = {key: re.sub(r" *\([^()]*\)", "", name) for key, name in names.items()}
    told = list(short.values())
    return {key: short[key] if told.count(short[key]) == 1 else name for key, name in names.items()}
