"""A small button that names an image: number, name, its headline number; ticked while it is chosen."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from qdit4sr_core.variant_text import short_label
from qdit4sr_gui.style.plain_tip import plain_tip

from .elided_name import elided_name

PADDING = 7


class Chip(QAbstractButton):
    """The name has the first right to the room, then the headline; what is cut stands whole in the tip."""

    def __init__(self, key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.key = key
        self._number = self._label = self._headline = ""
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setSizePolicy(policy)

    def describe(self, number: str, label: str, headline: str) -> None:
        """Show another name or number."""
        if (number, label, headline) == (self._number, self._label, self._headline):
            return
        self._number, self._label, self._headline = number, label, headline
        self.setAccessibleName(label)
        self.setAccessibleDescription(headline)
        self.setToolTip(plain_tip(" · ".join(part for part in (label, headline) if part)))
        self.updateGeometry()
        self.update()

    def _text(self) -> str:
        return " ".join(part for part in (self._number, self._label) if part)

    def sizeHint(self) -> QSize:
        """Room for number and short name; the whole name and the headline are shown where more is given."""
        metrics = QFontMetricsF(self.font())
        width = metrics.horizontalAdvance(short_label(self._text())) + 2 * PADDING
        return QSize(round(width) + 2, round(metrics.height()) + 8)

    def minimumSizeHint(self) -> QSize:
        """Room for the number and a short name."""
        metrics = QFontMetricsF(self.font())
        short = round(metrics.horizontalAdvance("8 Q-DiT4SR W")) + 2 * PADDING
        return QSize(min(short, self.sizeHint().width()), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """A rounded field, filled while ticked."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette = self.palette()
        on = self.isChecked()
        field = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.setPen(
            QPen(palette.highlight().color() if on or self.hasFocus() else palette.mid().color(), 1)
        )
        painter.setBrush(palette.highlight() if on else palette.button())
        painter.drawRoundedRect(field, 4, 4)
        metrics = QFontMetricsF(self.font())
        inner = field.adjusted(PADDING - 1, 0, -PADDING + 1, 0)
        text = palette.highlightedText().color() if on else palette.buttonText().color()
        faint = text if on else palette.placeholderText().color()
        tail = "  " + self._headline if self._headline else ""
        room = inner.width() - metrics.horizontalAdvance(tail)
        if room < metrics.horizontalAdvance(self._text()):
            tail, room = "", inner.width()
        name = elided_name(self._text(), metrics, room)
        painter.setPen(text)
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter, name)
        painter.setPen(faint)
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, tail.strip())
        painter.end()
