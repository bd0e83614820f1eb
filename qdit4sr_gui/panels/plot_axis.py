"""The horizontal axis of a plot: its ticks, all of them, and its title where there is room for that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter

ROOMY = 11
"""From so many lines of height on a plot has one for the title alone; else it stands at the upper right."""


@dataclass(frozen=True)
class HorizontalAxis:
    """Drawn under `area` of a plot of `width` x `height` pixels."""

    title: str
    width: float
    height: float
    metrics: QFontMetricsF

    @property
    def lines(self) -> int:
        """Lines of text that it needs under the area."""
        return 2 if self.height >= ROOMY * self.metrics.height() else 1

    def draw(self, painter: QPainter, area: QRectF, ticks: Sequence[tuple[float, float]]) -> None:
        """`ticks` are (value, place in pixels); a label stays within the plot."""
        line, top = self.metrics.height(), area.bottom() + 2
        taken = 0.0
        for value, x in ticks:
            text = f"{value:g}"
            wide = self.metrics.horizontalAdvance(text)
            left = min(x - wide / 2, self.width - wide - 2)
            if left >= taken:
                painter.drawText(QPointF(left, top + self.metrics.ascent()), text)
                taken = left + wide + 6
        high = top + line if self.lines == 2 else 0.0
        box = QRectF(4, high, self.width - 14, line + (0 if self.lines == 2 else 4))
        title = self.title if self.lines == 2 else f"{self.title} →"
        painter.drawText(box, Qt.AlignmentFlag.AlignRight, title)
