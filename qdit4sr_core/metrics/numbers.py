"""How a number is written, in every table, figure and pane alike."""

from __future__ import annotations

import math

from .reasons import NOT_AVAILABLE
from .registry import METRICS

MINUS = "−"
TOLD_FROM = 0.05
"""Change of texture in dB that is worth a word: less would read 0.0."""


def number_text(value: float | None, decimals: int) -> str:
    """A number without unit: "31.24", "−0.5", "∞", never "−0.0"; "n/a" for None and NaN."""
    if value is None or math.isnan(value):
        return NOT_AVAILABLE
    if math.isinf(value):
        return "∞" if value > 0 else f"{MINUS}∞"
    text = f"{value:.{decimals}f}"
    if float(text) == 0:
        text = text.removeprefix("-")
    return text.replace("-", MINUS)


def metric_text(name: str, value: float | None) -> str:
    """A metric's value with the metric's decimals, without unit."""
    return number_text(value, METRICS[name].decimals)
