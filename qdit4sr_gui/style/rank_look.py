"""How best and second best look in the window's tables: as in reports, and in a colour each."""

from __future__ import annotations

from PySide6.QtGui import QColor, QFont, QPalette

from qdit4sr_core.metrics.ranking import BEST, SECOND

from .theme import accent


def ranked_font(font: QFont, rank: int | None) -> QFont:
    """`font` in bold for the best, underlined for the second best."""
    marked = QFont(font)
    marked.setBold(rank == BEST)
    marked.setUnderline(rank == SECOND)
    return marked


def rank_colour(palette: QPalette, rank: int | None) -> QColor | None:
    """Of the number, legible on the palette; None for all other ranks."""
    role = {BEST: "best", SECOND: "second"}.get(rank or 0)
    return None if role is None else accent(palette, role)
