"""Writes names of variants into a narrow column."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from .elided_name import elided_name


class NameDelegate(QStyledItemDelegate):
    """A name that does not fit loses what stands in brackets first."""

    def initStyleOption(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """The name, shortened to the cell's width once that is known."""
        super().initStyleOption(option, index)
        if option.rect.width() > 0:
            option.text = elided_name(option.text, option.fontMetrics, option.rect.width() - 8)
