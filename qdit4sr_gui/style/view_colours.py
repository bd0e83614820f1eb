"""Colours of the views that follow the palette: a neutral grey around images, an accent, two text tones."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QColor, QPalette


@dataclass(frozen=True)
class Theme:
    """Colours for one palette. Surroundings are neutral so that they do not tint the judgement of colour."""

    dark: bool
    surround: QColor
    gap: QColor
    text: QColor
    faint: QColor
    accent: QColor
    error: QColor
    track: QColor


def theme_of(palette: QPalette) -> Theme:
    """Dark if the palette's window colour is."""
    accent = palette.color(QPalette.ColorRole.Highlight)
    if palette.color(QPalette.ColorRole.Window).lightness() < 128:
        return Theme(
            True,
            surround=QColor(36, 36, 36),
            gap=QColor(20, 20, 20),
            text=QColor(232, 232, 232),
            faint=QColor(160, 160, 160),
            accent=accent.lighter(130) if accent.lightness() < 110 else accent,
            error=QColor(255, 138, 128),
            track=QColor(80, 80, 80),
        )
    return Theme(
        False,
        surround=QColor(222, 222, 222),
        gap=QColor(186, 186, 186),
        text=QColor(28, 28, 28),
        faint=QColor(92, 92, 92),
        accent=accent,
        error=QColor(176, 24, 24),
        track=QColor(176, 176, 176),
    )
