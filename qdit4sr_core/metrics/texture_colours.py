"""The colours of texture change, the same in window, figures and pages: lost and added both read as damage.

Unchanged is neutral. Violet and orange differ in hue and stay apart for colour-blind readers; neither is the
green or blue that could pass for approval.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

LIMIT = 8.0
"""Decibels at the ends of the range: always the same, so that pictures of different runs can be compared."""

LOST, ADDED = "#b04be0", "#f58a1f"
"""The hue of lost and of added texture."""

ON_DARK = ("#e9c4ff", LOST, "#6d2b8f", "#33193f", "#161616", "#452509", "#974f0c", ADDED, "#ffd9a0")
ON_LIGHT = ("#3d0d57", "#7a22a6", LOST, "#dcb5f0", "#f7f7f7", "#fbd3a8", ADDED, "#b35806", "#6b3000")
"""Stops from lost over unchanged to added, evenly spaced: for a dark surround, and for paper."""


def stops(style: str) -> tuple[str, ...]:
    """The stops for the style "dark" or "light"."""
    return ON_DARK if style == "dark" else ON_LIGHT


def change_colours(
    decibels: NDArray[np.floating], style: str = "light", limit: float = LIMIT
) -> NDArray[np.uint8]:
    """A map of texture change (H, W) in dB as uint8 (H, W, 3); beyond +-`limit` the end colours."""
    anchors = np.array([[int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in stops(style)], np.float64)
    places = np.linspace(0, len(anchors) - 1, 256)
    table = np.stack([np.interp(places, range(len(anchors)), anchors[:, c]) for c in range(3)], axis=1)
    index = np.clip(np.rint((np.asarray(decibels) / limit + 1) * 127.5), 0, 255).astype(np.intp)
    return np.asarray(np.rint(table).astype(np.uint8)[index])
