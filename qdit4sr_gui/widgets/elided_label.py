"""A label that shows as much of its text as fits, and the rest in its tip."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel

from qdit4sr_gui.style.plain_tip import plain_tip


class ElidedLabel(QLabel):
    """One line that never widens its window; a cut text stands whole in the tool tip, which is empty else."""

    def minimumSizeHint(self) -> QSize:
        """Room for a few letters."""
        return QSize(4 * self.fontMetrics().averageCharWidth(), super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """The text, with an ellipsis where it is cut."""
        painter = QPainter(self)
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.rect(), int(self.alignment() | Qt.TextFlag.TextSingleLine), text)
        tip = plain_tip(self.text()) if text != self.text() else ""
        if self.toolTip() != tip:
            self.setToolTip(tip)
