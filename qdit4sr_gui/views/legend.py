"""The colour bar of a difference: its colours, its range, its unit."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from PySide6.QtCore import QCoreApplication, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from qdit4sr_gui.style.view_colours import theme_of

from .difference import DifferenceKind, colourize

BAR_HEIGHT = 12


class Legend(QWidget):
    """Paints the colours from the lower to the upper end of the range with five labelled ticks."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind: DifferenceKind | None = None
        self._limit = self._gamma = 1.0
        self._words = ["", ""]
        self._bar = QImage()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Colour range of the difference"))

    def set_scale(self, kind: DifferenceKind, limit: float, gamma: float = 1.0) -> None:
        """Show the colours of `kind` from -limit (or 0) to limit, bent as `colourize` bends them."""
        if kind is not self._kind or gamma != self._gamma:
            values = np.linspace(-1.0 if kind.diverging else 0.0, 1.0, 256, dtype=np.float32)
            row = colourize(values[None], kind, 1.0, gamma)
            self._bar = QImage(row.tobytes(), 256, 1, 768, QImage.Format.Format_RGB888).copy()
        self._kind, self._limit, self._gamma = kind, limit, gamma
        self._words = [QCoreApplication.translate("difference", word) if word else "" for word in kind.ends]
        self.setAccessibleDescription(" ".join((kind.label, *self._words, *self.tick_labels())))
        self.update()

    def tick_labels(self) -> list[str]:
        """The numbers at the five ticks, the last with the unit.

        Short of the kind's largest value the ends say that their colours stand for what is beyond, too.
        """
        if self._kind is None:
            return []
        start = -self._limit if self._kind.diverging else 0.0
        values = [start + (self._limit - start) * step / 4 for step in range(5)]
        labels = [f"{value:+.4g}" if self._kind.diverging and value else f"{value:.4g}" for value in values]
        if self._limit < self._kind.most:
            labels[-1] = f"≥ {labels[-1]}"
            if self._kind.diverging:
                labels[0] = f"≤ {labels[0]}"
        labels[-1] = f"{labels[-1]} {self._kind.unit}".rstrip()
        return [label.replace("-", "−") for label in labels]

    def sizeHint(self) -> QSize:
        """Wide and low."""
        return QSize(360, BAR_HEIGHT + self.fontMetrics().height() + 10)

    def minimumSizeHint(self) -> QSize:
        """Room for five numbers."""
        return QSize(150, self.sizeHint().height())

    def bar(self) -> QRectF:
        """Where the colours are, with room beside them for the words and half of the outer numbers."""
        labels, metrics = self.tick_labels() or [""], self.fontMetrics()
        side = max(metrics.horizontalAdvance(labels[0]), metrics.horizontalAdvance(labels[-1])) / 2 + 2
        first, last = (metrics.horizontalAdvance(word) + 8 if word else 0 for word in self._words)
        left, right = max(side, first), max(side, last)
        return QRectF(left, 3, self.width() - left - right, BAR_HEIGHT)

    def steps_with_room(self) -> tuple[int, ...]:
        """Which of the five ticks are drawn: fewer where their numbers would touch."""
        labels, metrics, width = self.tick_labels(), self.fontMetrics(), self.bar().width()
        for steps in ((0, 1, 2, 3, 4), (0, 2, 4)):
            room = width / (len(steps) - 1) - 6
            wide = [metrics.horizontalAdvance(labels[step]) for step in steps]
            if all((one + two) / 2 <= room for one, two in pairwise(wide)):
                return steps
        return (0, 4)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """The bar and its ticks."""
        if self._kind is None:
            return
        painter = QPainter(self)
        theme = theme_of(self.palette())
        labels = self.tick_labels()
        metrics = painter.fontMetrics()
        bar = self.bar()
        left, right = bar.left(), self.width() - bar.right()
        painter.setPen(theme.text)
        centre = int(Qt.AlignmentFlag.AlignVCenter)
        beside = QRectF(0, bar.center().y() - metrics.height() / 2, left - 6, metrics.height())
        painter.drawText(beside, centre | int(Qt.AlignmentFlag.AlignRight), self._words[0])
        beside = QRectF(bar.right() + 6, beside.top(), right - 6, metrics.height())
        painter.drawText(beside, centre | int(Qt.AlignmentFlag.AlignLeft), self._words[1])
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(bar, self._bar)
        painter.setPen(QPen(theme.faint, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(bar)
        for step in self.steps_with_room():
            label = labels[step]
            x = bar.left() + bar.width() * step / 4
            painter.setPen(QPen(QColor(theme.faint), 1))
            painter.drawLine(int(x), int(bar.bottom()), int(x), int(bar.bottom()) + 3)
            painter.setPen(theme.text)
            width = metrics.horizontalAdvance(label) + 2
            box = QRectF(x - width / 2, bar.bottom() + 4, width, metrics.height())
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, label)
        painter.end()
