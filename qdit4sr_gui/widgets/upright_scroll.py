"""A frame that scrolls up and down where what it shows is too high."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget


class UprightScroll(QScrollArea):
    """Never narrower than what it shows and its bar beside that, and as low as the screen needs it."""

    def __init__(self, shown: QWidget) -> None:
        super().__init__()
        self._shown = shown
        self.setWidget(shown)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)

    def minimumSizeHint(self) -> QSize:
        """As wide as its widget needs."""
        width = self._shown.minimumSizeHint().width() + self.verticalScrollBar().sizeHint().width()
        return QSize(width, super().minimumSizeHint().height())
