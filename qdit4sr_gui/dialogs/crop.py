"""Chooses a part of a photo: with the mouse, or by numbers."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from qdit4sr_gui.state.workspace import SCALE
from qdit4sr_gui.style.rgb_image import rgb_image
from qdit4sr_gui.style.translation import tr
from qdit4sr_gui.widgets.controls import name_control
from qdit4sr_gui.widgets.outlined import NumberBox

_START = 256
"""Longer side of the part chosen at first, in pixels of the photo."""


class CropDialog(QDialog):
    """`chosen(x, y, width, height)` in pixels of the photo."""

    chosen = Signal(int, int, int, int)

    def __init__(self, pixels: np.ndarray, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Upscale only a part"))
        height, width = pixels.shape[:2]
        self.picture = _Picture(pixels)
        self.picture.dragged.connect(self._show)
        self.boxes = [NumberBox() for _ in range(4)]
        row = QHBoxLayout()
        for box, name, most in zip(
            self.boxes, (tr("x"), tr("y"), tr("Width"), tr("Height")), (width, height) * 2, strict=True
        ):
            box.setRange(0, most)
            box.setPrefix(f"{name} ")
            box.valueChanged.connect(self._typed)
            name_control(box, name)
            row.addWidget(box)
        self.result_size = QLabel()
        row.addStretch(1)
        row.addWidget(self.result_size)
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setText(tr("Use this part"))
        self.buttons.accepted.connect(self._accept)
        self.buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(QLabel(tr("Drag a rectangle; it becomes a photo of its own in the list.")))
        layout.addWidget(self.picture, 1)
        layout.addLayout(row)
        layout.addWidget(self.buttons)
        side = min(_START, width), min(_START, height)
        self._show(QRect((width - side[0]) // 2, (height - side[1]) // 2, *side))

    def part(self) -> QRect:
        """The part chosen now, inside the photo."""
        x, y, width, height = (box.value() for box in self.boxes)
        return QRect(x, y, width, height).intersected(self.picture.whole)

    @Slot(QRect)
    def _show(self, part: QRect) -> None:
        for box, value in zip(self.boxes, (part.x(), part.y(), part.width(), part.height()), strict=True):
            box.blockSignals(True)
            box.setValue(value)
            box.blockSignals(False)
        self._typed()

    @Slot()
    def _typed(self) -> None:
        part = self.part()
        self.picture.set_part(part)
        self.result_size.setText(
            tr("Result: {width} × {height}", width=SCALE * part.width(), height=SCALE * part.height())
        )
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(
            min(part.width(), part.height()) > 0
        )

    @Slot()
    def _accept(self) -> None:
        part = self.part()
        self.chosen.emit(part.x(), part.y(), part.width(), part.height())
        self.accept()


class _Picture(QWidget):
    """The photo, what is left out darkened."""

    dragged = Signal(QRect)

    def __init__(self, pixels: np.ndarray) -> None:
        super().__init__()
        height, width = pixels.shape[:2]
        self.whole = QRect(0, 0, width, height)
        self._part = QRect()
        self._from: QPoint | None = None
        image = rgb_image(pixels)
        keep, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        room = QSize(2000, 1400)  # twice the logical size of a large dialog: sharp where a pixel is two dots
        fits = width <= room.width() and height <= room.height()
        small = image if fits else image.scaled(room, keep, smooth)
        self._pixmap = QPixmap.fromImage(small)
        self.setMinimumSize(QSize(360, 240))
        self.setCursor(Qt.CursorShape.CrossCursor)
        name_control(self, tr("Part of the photo"), tr("Drag a rectangle over the part that is upscaled"))

    def sizeHint(self) -> QSize:
        """Large enough to aim with the mouse."""
        return QSize(600, 420)

    def set_part(self, part: QRect) -> None:
        """Mark another part."""
        self._part = part
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A rectangle begins."""
        self._from = self._pixel(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The rectangle grows."""
        if self._from is not None:
            self.dragged.emit(QRect(self._from, self._pixel(event)).normalized().intersected(self.whole))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: ARG002
        """The rectangle is done."""
        self._from = None

    def _place(self) -> QRectF:
        scale = min(self.width() / self.whole.width(), self.height() / self.whole.height())
        width, height = self.whole.width() * scale, self.whole.height() * scale
        return QRectF((self.width() - width) / 2, (self.height() - height) / 2, width, height)

    def _pixel(self, event: QMouseEvent) -> QPoint:
        place = self._place()
        x = (event.position().x() - place.left()) / place.width() * self.whole.width()
        y = (event.position().y() - place.top()) / place.height() * self.whole.height()
        return QPoint(
            min(max(int(x), 0), self.whole.width() - 1), min(max(int(y), 0), self.whole.height() - 1)
        )

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Photo, shade, frame."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        place = self._place()
        painter.drawPixmap(place.toRect(), self._pixmap)
        scale = place.width() / self.whole.width()
        part = self._part
        frame = QRectF(
            place.left() + part.x() * scale,
            place.top() + part.y() * scale,
            part.width() * scale,
            part.height() * scale,
        )
        shade = QColor(0, 0, 0, 140)
        painter.fillRect(QRectF(place.left(), place.top(), place.width(), frame.top() - place.top()), shade)
        painter.fillRect(
            QRectF(place.left(), frame.bottom(), place.width(), place.bottom() - frame.bottom()), shade
        )
        painter.fillRect(
            QRectF(place.left(), frame.top(), frame.left() - place.left(), frame.height()), shade
        )
        painter.fillRect(
            QRectF(frame.right(), frame.top(), place.right() - frame.right(), frame.height()), shade
        )
        painter.setPen(QPen(QColor("#ffb000"), 2))
        painter.drawRect(frame)
