"""A row of controls that folds into two where it has little width."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLayout, QVBoxLayout, QWidget

from .events_first import EventsFirst


class FoldingRow(QWidget):
    """`first`, of which the last widget takes the room that is left, then `rest`: beside it, or below it."""

    def __init__(self, first: Sequence[QWidget], rest: Sequence[QWidget], margin: int = 8) -> None:
        super().__init__()
        EventsFirst(self, self._take_event)
        self._first, self._rest = tuple(first), tuple(rest)
        self._upper, self._lower = QHBoxLayout(), QHBoxLayout()
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(margin, margin // 2, margin, margin // 2)
        self._layout.setSpacing(4)
        self._layout.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)  # `minimumSizeHint` says it
        for row in (self._upper, self._lower):
            row.setSpacing(10 if margin else 6)
            self._layout.addLayout(row)
        for widget in self._first:
            self._upper.addWidget(widget)
        self._upper.setStretchFactor(self._first[-1], 1)
        for widget in self._rest:
            self._upper.addWidget(widget)
        self.folded = False

    def minimumSizeHint(self) -> QSize:
        """As wide as the wider of the two rows: it folds before it would need more."""
        width = max(self._width_of(self._first), self._width_of(self._rest))
        return QSize(width, super().minimumSizeHint().height())

    def _take_event(self, event: QEvent) -> bool:
        """Other controls are shown: they may need another row, or no longer."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._fold()
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:
        """One row or two."""
        super().resizeEvent(event)
        self._fold()

    def _fold(self) -> None:
        folded = self.width() < self._width_of((*self._first, *self._rest))
        if folded == self.folded:
            return
        self.folded = folded
        old, new = (self._upper, self._lower) if folded else (self._lower, self._upper)
        for widget in self._rest:
            old.removeWidget(widget)
            new.addWidget(widget)
        if folded:
            self._lower.addStretch(1)
        else:
            self._lower.takeAt(0)
        self.updateGeometry()

    def _width_of(self, widgets: Sequence[QWidget]) -> int:
        """What the shown ones need in one row, with its margins."""
        widths = [
            one.minimumWidth() or one.minimumSizeHint().width() for one in widgets if not one.isHidden()
        ]
        margins = self._layout.contentsMargins()
        spacing = self._upper.spacing() * max(0, len(widths) - 1)
        return sum(widths) + spacing + margins.left() + margins.right()
