"""Tick boxes and number fields with an outline on a dark window, where the style's own is darker still."""

from __future__ import annotations

from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox, QDoubleSpinBox, QSpinBox, QStyle, QStyleOptionButton, QWidget

from qdit4sr_gui.style.theme import field_outline, is_dark


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

    def paintEvent(self, event: QPaintEvent) -> None:
        """The field, and a frame around it."""
        super().paintEvent(event)
        _outline(self, self.rect(), field_outline(self.isEnabled()))


class DecimalBox(QDoubleSpinBox):
    """A number with decimals."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """The field, and a frame around it."""
        super().paintEvent(event)
        _outline(self, self.rect(), field_outline(self.isEnabled()))


def _outline(widget: QWidget, box: QRect, colour: QColor) -> None:
    if widget.hasFocus() or not is_dark(widget.palette()):
        return  # the style draws a frame that can be seen
    painter = QPainter(widget)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour, 1))
    painter.translate(0.5, 0.5)
    painter.drawRoundedRect(box.adjusted(0, 0, -1, -1), 2, 2)
    painter.end()
