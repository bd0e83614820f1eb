"""An ellipsis where a combo box is too narrow for its text, which Qt cuts without a sign."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QHelpEvent, QPalette
from PySide6.QtWidgets import QComboBox, QStyle, QStyleOptionComboBox, QStylePainter, QToolTip

from qdit4sr_gui.style.plain_tip import plain_tip


class Ellipsis(QObject):
    """Draws its combo box; while the text is cut, the box's tip begins with the whole of it."""

    def __init__(self, box: QComboBox) -> None:
        super().__init__(box)
        box.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Painting, and what is told under the mouse."""
        if not isinstance(watched, QComboBox):
            return False
        if event.type() == QEvent.Type.Paint:
            _paint(watched)
            return True
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), whole_tip(watched), watched)
            return True
        return False


def shown_text(box: QComboBox) -> str:
    """The chosen entry as far as there is room for it."""
    option = _option(box)
    field = box.style().subControlRect(
        QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, box
    )
    room = field.width() - 2 - (option.iconSize.width() + 4 if not option.currentIcon.isNull() else 0)
    return box.fontMetrics().elidedText(box.currentText(), Qt.TextElideMode.ElideRight, room)


def whole_tip(box: QComboBox) -> str:
    """The box's tip, under its text where that is cut."""
    whole = box.currentText()
    return box.toolTip() if shown_text(box) == whole else plain_tip(f"{whole}\n{box.toolTip()}".strip())


def _option(box: QComboBox) -> QStyleOptionComboBox:
    option = QStyleOptionComboBox()
    box.initStyleOption(option)
    return option


def _paint(box: QComboBox) -> None:
    option = _option(box)
    option.currentText = shown_text(box)
    painter = QStylePainter(box)
    painter.setPen(box.palette().color(QPalette.ColorRole.Text))
    painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
    painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
    painter.end()
