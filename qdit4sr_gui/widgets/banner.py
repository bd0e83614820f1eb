"""A low bar over the panes: a sentence with buttons beside it, or below it where there is little width."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QWidget

from .two_lines import TwoLines

NARROW = 100
"""Below so many letters of width, the buttons stand under the sentence."""


class Banner(QFrame):
    """Two lines of `text` and a row of controls; how they stand depends on the width, not on what is said."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAutoFillBackground(True)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.text = TwoLines()
        self._row = QHBoxLayout()
        self._row.addStretch(1)
        self._layout = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._layout.setContentsMargins(10, 4, 6, 4)
        self._layout.setSpacing(4)
        self._layout.addWidget(self.text, 1, Qt.AlignmentFlag.AlignVCenter)
        self._layout.addLayout(self._row)

    def add(self, *controls: QWidget) -> None:
        """Put controls at the end of the row."""
        for control in controls:
            self._row.addWidget(control)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Beside each other or one above the other."""
        super().resizeEvent(event)
        narrow = self.width() < NARROW * self.fontMetrics().averageCharWidth()
        way = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        if self._layout.direction() != way:
            self._layout.setDirection(way)
