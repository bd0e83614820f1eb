"""Panes side by side, all of exactly the same size, in the arrangement that shows the most.

A last row that is not full is centred, so that no cell looks forgotten.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from qdit4sr_gui.style.view_colours import theme_of

GAP = 2
STEADY = 0.9
"""Of the largest size: arrangements that show so much are not left for a better one."""


def shown_width(count: int, columns: int, width: int, height: int, aspect: float) -> float:
    """How wide an image of `aspect` (width / height) is drawn in so many columns."""
    rows = -(-count // columns)
    cell_width = (width - GAP * (columns - 1)) / columns
    cell_height = (height - GAP * (rows - 1)) / rows
    return min(cell_width, cell_height * aspect)


def best_columns(count: int, width: int, height: int, aspect: float, before: int = 0) -> int:
    """The number of columns in which an image of `aspect` (width / height) is drawn largest.

    Of equally good arrangements, the one with the fewest empty cells wins. The number `before`, if there is
    one, stays as long as its images are hardly smaller: panes keep their places when a bar comes and goes.
    """
    best, best_score = 1, (-1.0, 0)
    for columns in range(1, max(count, 1) + 1):
        shown = shown_width(count, columns, width, height, aspect)
        score = (round(shown, 3), count - columns * -(-count // columns))
        if shown > 0 and score > best_score:
            best, best_score = columns, score
    if before and shown_width(count, before, width, height, aspect) >= STEADY * best_score[0] > 0:
        return before
    return best


class Grid(QWidget):
    """Lays its panes out in rows. The panes are made and filled by the owner."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._panes: list[QWidget] = []
        self._aspect = 1.0
        self._last_row = 0
        """How many panes the last row has."""
        self._arranged: dict[tuple[int, float], int] = {}
        """In how many columns so many panes of an aspect stood last."""
        self.setAccessibleName(self.tr("Images side by side"))

    @property
    def panes(self) -> list[QWidget]:
        """The panes in reading order."""
        return list(self._panes)

    def set_panes(self, panes: Sequence[QWidget], keep: QWidget | None = None) -> None:
        """Show these panes, in this order; panes no longer listed are deleted.

        `keep` is not deleted but hidden, and comes back when there are no panes.
        """
        panes = panes or ([keep] if keep is not None else [])
        for gone in [pane for pane in self._panes if pane not in panes]:
            gone.hide()
            if gone is not keep:
                gone.deleteLater()
        self._panes = list(panes)
        for pane in panes:
            pane.setParent(self)
        self._place()
        for pane in panes:
            pane.show()

    def set_aspect(self, aspect: float) -> None:
        """Width over height of the images."""
        if aspect > 0 and aspect != self._aspect:
            self._aspect = aspect
            self._place()

    @property
    def columns(self) -> int:
        """Columns in use."""
        before = self._arranged.get((len(self._panes), self._aspect), 0)
        return best_columns(len(self._panes), self.width(), self.height(), self._aspect, before)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out again."""
        super().resizeEvent(event)
        self._place()

    def showEvent(self, event: QShowEvent) -> None:
        """From now on panes keep their places."""
        super().showEvent(event)
        self._place()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """The gaps between the panes, and the surround beside a last row that is not full."""
        painter = QPainter(self)
        theme = theme_of(self.palette())
        painter.fillRect(self.rect(), theme.gap)
        last = self._panes[-1].geometry() if self._panes else QRect()
        first = self._panes[-self._last_row].geometry() if self._panes else QRect()
        height = self.height() - last.top()
        painter.fillRect(0, last.top(), max(0, first.left() - GAP), height, theme.surround)
        painter.fillRect(last.right() + 1 + GAP, last.top(), self.width(), height, theme.surround)
        painter.end()

    def sizeHint(self) -> QSize:
        """A comfortable size."""
        return QSize(960, 640)

    def _place(self) -> None:
        if not self._panes:
            return
        columns = self.columns
        if self.isVisible():
            self._arranged[len(self._panes), self._aspect] = columns
        rows = -(-len(self._panes) // columns)
        width = (self.width() - GAP * (columns - 1)) // columns
        height = (self.height() - GAP * (rows - 1)) // rows
        spare_x = self.width() - GAP * (columns - 1) - width * columns
        spare_y = self.height() - GAP * (rows - 1) - height * rows
        self._last_row = len(self._panes) - columns * (rows - 1)
        indent = (columns - self._last_row) * (width + GAP) // 2
        for index, pane in enumerate(self._panes):
            row, column = divmod(index, columns)
            x = column * (width + GAP) + (spare_x * column // max(columns - 1, 1))
            x += indent if row == rows - 1 else 0
            y = row * (height + GAP) + (spare_y * row // max(rows - 1, 1))
            pane.setGeometry(x, y, max(width, 1), max(height, 1))
        self.update()  # the gaps lie elsewhere now, also where no pane was before or is now
