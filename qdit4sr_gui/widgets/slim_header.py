"""A table's head that is as wide as its letters: Qt keeps room for bold ones."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHeaderView, QStyle, QWidget


class SlimHeader(QHeaderView):
    """Horizontal; nothing in it becomes bold. `clickable` where a click sorts."""

    def __init__(self, clickable: bool, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setSectionsClickable(clickable)
        self.setHighlightSections(False)

    def sectionSizeFromContents(self, logicalIndex: int) -> QSize:
        """Its widest line with the style's margins, and the sign of the order where a click sorts."""
        size = super().sectionSizeFromContents(logicalIndex)
        text = str(self.model().headerData(logicalIndex, self.orientation()) or "")
        letters = max(self.fontMetrics().horizontalAdvance(line) for line in text.split("\n"))
        margin = 2 * (self.style().pixelMetric(QStyle.PixelMetric.PM_HeaderMargin, None, self) + 1)
        sign = self.style().pixelMetric(QStyle.PixelMetric.PM_HeaderMarkSize, None, self)
        shown = self.isSortIndicatorShown() and self.sortIndicatorSection() == logicalIndex
        return QSize(letters + margin + (sign + margin if shown else 0), size.height())
