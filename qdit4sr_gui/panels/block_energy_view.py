"""How much of a weight each local block of its H-SVD holds, as a map of the matrix."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QToolTip, QWidget

from qdit4sr_gui.style.translation import tr
from qdit4sr_gui.widgets.controls import name_control
from qdit4sr_gui.widgets.events_first import EventsFirst


class BlockEnergyView(QWidget):
    """One cell a block, rows and columns as in the weight; darker is more of the weight's energy."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        EventsFirst(self, self._take_event)
        self._energy: NDArray[np.float64] | None = None
        name_control(self, tr("Energy of the local blocks"))

    def show_energy(self, energy: NDArray[np.float64] | None) -> None:
        """Draw the (A, C) shares of the weight's energy: empty without a local branch, None: no layer yet."""
        self._energy = None if energy is None else np.asarray(energy, dtype=float)
        self.setAccessibleDescription("" if self._energy is None else self._words())
        self.update()

    def sizeHint(self) -> QSize:
        """Small: it stands under the spectrum."""
        return QSize(220, 90)

    def minimumSizeHint(self) -> QSize:
        """A line of words and a few cells."""
        return QSize(120, 56)

    def _words(self) -> str:
        if self._energy is None:
            return ""
        if not self._energy.size:
            return tr("This layer has no local blocks")
        rows, columns = self._energy.shape
        return tr(
            "{rows}×{columns} local blocks hold {share:.1f} % of the energy",
            rows=rows,
            columns=columns,
            share=100 * float(self._energy.sum()),
        )

    def _field(self) -> QRectF:
        line = self.fontMetrics().height() + 4
        return QRectF(6, line, self.width() - 12, max(4, self.height() - line - 6))

    def block_at(self, point: QPointF) -> tuple[int, int] | None:
        """Row and column of the block under a point."""
        field = self._field()
        if self._energy is None or not self._energy.size or not field.contains(point):
            return None
        rows, columns = self._energy.shape
        row = int((point.y() - field.top()) / field.height() * rows)
        column = int((point.x() - field.left()) / field.width() * columns)
        return min(row, rows - 1), min(column, columns - 1)

    def _take_event(self, event: QEvent) -> bool:
        """The share of the block under the mouse as a tool tip."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent) and self._energy is not None:
            block = self.block_at(QPointF(event.pos()))
            if block is not None:
                row, column = block
                share = 100 * float(self._energy[block])
                text = tr(
                    "Block {row}, {column}: {share:.2f} % of the weight's energy",
                    row=row + 1,
                    column=column + 1,
                    share=share,
                )
                QToolTip.showText(event.globalPos(), text, self)
                return True
        return False

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """The words, then the cells."""
        painter = QPainter(self)
        palette = self.palette()
        painter.fillRect(self.rect(), palette.base())
        painter.setPen(palette.placeholderText().color())
        head = QRectF(6, 2, self.width() - 12, self.fontMetrics().height())
        painter.drawText(head, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self._words())
        if self._energy is None or not self._energy.size:
            return
        field, energy = self._field(), self._energy
        rows, columns = energy.shape
        most = max(float(energy.max()), 1e-12)
        colour = palette.highlight().color()
        width, height = field.width() / columns, field.height() / rows
        for row in range(rows):
            for column in range(columns):
                box = QRectF(field.left() + column * width, field.top() + row * height, width, height)
                shade = QColor(colour)
                shade.setAlphaF(0.08 + 0.92 * float(energy[row, column]) / most)
                painter.fillRect(box, shade)
        painter.setPen(QPen(palette.mid().color(), 1))
        painter.drawRect(field)
