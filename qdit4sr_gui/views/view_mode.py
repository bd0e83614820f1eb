"""The ways to look at several images."""

from __future__ import annotations

from enum import StrEnum


class ViewMode(StrEnum):
    """The four ways to look."""

    GRID = "grid"
    WIPE = "wipe"
    BLINK = "blink"
    DIFFERENCE = "difference"
