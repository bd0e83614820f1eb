"""Tick boxes and number fields with an outline on a dark window, where the style's own is darker still.

Number fields also write words of other scripts ("自动") at the height of the labels beside them.
"""

from __future__ import annotations

import math

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen, QTextLayout
from PySide6.QtWidgets import (
    QCheckBox,
    QDoubleSpinBox,
    QLineEdit,
    QSpinBox,
    QStyle,
    QStyleOptionButton,
    QWidget,
)

from qdit4sr_gui.style.theme import field_outline, is_dark

HEADROOM = 8
"""What a field is higher than its letters: Chinese ones would be cut in one of the style's height."""


class TickBox(QCheckBox):
    """A check box whose empty box can be seen."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """The box and its text, and a frame around the box."""
        super().paintEvent(event)
        option = QStyleOptionButton()
        self.initStyleOption(option)
        box = self.style().subElementRect(QStyle.SubElement.SE_CheckBoxIndicator, option, self)
        _outline(self, box, self.palette().placeholderText().color())


class NumberBox(QSpinBox):
    """A whole number."""

    def sizeHint(self) -> QSize:
        """High enough for letters that are higher than the font's own."""
        return super().sizeHint().expandedTo(QSize(0, self.fontMetrics().height() + HEADROOM))

    def minimumSizeHint(self) -> QSize:
        """The same height."""
        return super().minimumSizeHint().expandedTo(QSize(0, self.fontMetrics().height() + HEADROOM))

    def paintEvent(self, event: QPaintEvent) -> None:
        """The field, and a frame around it."""
        _level(self.lineEdit())
        super().paintEvent(event)
        _outline(self, self.rect(), field_outline(self.isEnabled()))


class DecimalBox(QDoubleSpinBox):
    """A number with decimals."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """The field, and a frame around it."""
        super().paintEvent(event)
        _outline(self, self.rect(), field_outline(self.isEnabled()))


def lowered_by(text: str, field: QWidget) -> int:
    """Pixels by which a line edit writes a text higher than a label does, which centres the whole line.

    Not 0 where letters come from another font than the field's own, which is higher.
    """
    layout = QTextLayout(text, field.font())
    layout.beginLayout()
    line = layout.createLine()
    layout.endLayout()
    if not line.isValid():
        return 0
    metrics = QFontMetricsF(field.font())
    higher = (line.ascent() - line.descent() - metrics.ascent() + metrics.descent()) / 2
    return max(0, math.ceil(higher - 0.1))


def _level(edit: QLineEdit) -> None:
    down = lowered_by(edit.text(), edit)
    if edit.textMargins().top() != down:
        edit.setTextMargins(0, down, 0, -down)


def _outline(widget: QWidget, box: QRect, colour: QColor) -> None:
    if widget.hasFocus() or not is_dark(widget.palette()):
        return  # the style draws a frame that can be seen
    painter = QPainter(widget)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour, 1))
    painter.translate(0.5, 0.5)
    painter.drawRoundedRect(box.adjusted(0, 0, -1, -1), 2, 2)
    painter.end()
