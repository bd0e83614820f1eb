"""A label of two lines that never takes more: what does not fit stands in its tip."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QTextLayout
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from qdit4sr_gui.style.plain_tip import plain_tip
from qdit4sr_gui.style.unbroken import shown, unbroken

LINES = 2


class TwoLines(QLabel):
    """Always as high as two lines, so that nothing below moves with its text, and as wide as it is given."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Two lines."""
        return QSize(40 * self.fontMetrics().averageCharWidth(), LINES * self.fontMetrics().lineSpacing())

    def minimumSizeHint(self) -> QSize:
        """Two lines of some words."""
        return QSize(20 * self.fontMetrics().averageCharWidth(), LINES * self.fontMetrics().lineSpacing())

    def shown_lines(self) -> list[str]:
        """What is painted: the text in at most two lines, the last one with an ellipsis where it is cut."""
        text = unbroken(self.text())
        lines: list[str] = []
        layout = QTextLayout(text, self.font())
        layout.beginLayout()
        while (line := layout.createLine()).isValid():
            line.setLineWidth(max(1, self.width()))
            start = line.textStart()
            if len(lines) == LINES - 1:
                right = Qt.TextElideMode.ElideRight
                lines.append(self.fontMetrics().elidedText(shown(text[start:]).rstrip(), right, self.width()))
                break
            lines.append(shown(text[start : start + line.textLength()]).rstrip())
        layout.endLayout()
        return lines

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """The lines, in the middle of the height."""
        painter, step, lines = QPainter(self), self.fontMetrics().lineSpacing(), self.shown_lines()
        painter.setPen(self.palette().color(self.foregroundRole()))
        top = (self.height() - len(lines) * step) / 2 + self.fontMetrics().ascent()
        for number, line in enumerate(lines):
            painter.drawText(QPointF(0, top + number * step), line)
        tip = plain_tip(self.text()) if lines and lines[-1].endswith("…") else ""
        if self.toolTip() != tip:
            self.setToolTip(tip)
