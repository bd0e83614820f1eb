"""Draws the box of a ticked list's entries so that an empty one can be seen on every theme."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QApplication, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from .elided_name import elided_name


class TickDelegate(QStyledItemDelegate):
    """Fusion outlines the box in a shade of the window's colour, which is no outline on a dark list."""

    def initStyleOption(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """In a list that does not wrap, names that do not fit lose what stands in brackets first."""
        super().initStyleOption(option, index)
        widget = getattr(option, "widget", None)
        if not isinstance(widget, QListView) or index.data(Qt.ItemDataRole.CheckStateRole) is None:
            return
        if widget.wordWrap():
            return
        box = widget.style().subElementRect(QStyle.SubElement.SE_ItemViewItemText, option, widget)
        option.text = elided_name(option.text, option.fontMetrics, widget.viewport().width() - box.left() - 8)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """A little air between the lines."""
        return super().sizeHint(option, index) + QSize(0, 4)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """The entry, and a frame around its box."""
        super().paint(painter, option, index)
        if index.data(Qt.ItemDataRole.CheckStateRole) is None:
            return
        full = QStyleOptionViewItem(option)
        self.initStyleOption(full, index)
        widget = getattr(option, "widget", None)
        style = widget.style() if widget is not None else QApplication.style()
        box = style.subElementRect(QStyle.SubElement.SE_ItemViewItemCheckIndicator, full, widget)
        painter.save()
        painter.setPen(QPen(full.palette.placeholderText().color(), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box.adjusted(0, 0, -1, -1))
        painter.restore()
