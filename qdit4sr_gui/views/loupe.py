"""The loupe: the pixels around the cursor, enlarged, with the value of the middle one, in every pane."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from qdit4sr_gui.state.pyramid import Pyramid

from .decorations import CHIP_BACKGROUND, CHIP_FAINT, CHIP_TEXT, INSET, small_font
from .image_layer import qimage_of

REACH = 6
"""Pixels shown on each side of the middle one."""
CELL, SMALL_CELL = 9, 6
"""Logical screen pixels per image pixel, in roomy and in small panes."""
ROOMY = 480.0
WIDEST = "R 255  G 255  B 255"


def position_text(x: float, y: float, factor: float) -> str:
    """Where the cursor is in an image's own pixels.

    `factor` is canvas pixels per image pixel: on an image coarser than the canvas the cursor stands
    between pixels, so two decimals are given; on the canvas's own images whole numbers.
    """
    if abs(factor - 1.0) < 1e-6:
        return f"{int(x // 1)}, {int(y // 1)}"
    return f"{x / factor:.2f}, {y / factor:.2f}"


def colour_text(rgb: tuple[int, int, int]) -> str:
    """Red, green and blue as 8-bit values."""
    return f"R {rgb[0]}  G {rgb[1]}  B {rgb[2]}"


def loupe_rect(bounds: QRectF, cursor_x: float, cursor_y: float, width: float, height: float) -> QRectF:
    """The corner of a pane farthest from the cursor (lower right, else lower left)."""
    at_right = not (
        cursor_x > bounds.right() - width - 3 * INSET and cursor_y > bounds.bottom() - height - 3 * INSET
    )
    left = bounds.right() - INSET - width if at_right else bounds.left() + INSET
    return QRectF(left, bounds.bottom() - INSET - height, width, height)


def paint_loupe(
    painter: QPainter,
    bounds: QRectF,
    pyramid: Pyramid,
    cursor: tuple[float, float],
    pixel: tuple[float, float],
    position: str,
    value: str,
) -> None:
    """Draw the loupe of one pane.

    `cursor` is the place in the pane (logical pixels), `pixel` the same place in the image's pixels;
    `position` and `value` are the two lines under the enlarged pixels.
    """
    cell = CELL if bounds.width() >= ROOMY and bounds.height() >= 0.75 * ROOMY else SMALL_CELL
    side = (2 * REACH + 1) * cell
    if bounds.width() < side + 4 * INSET or bounds.height() < side + 80:
        return
    painter.save()
    painter.setFont(small_font(painter.font()))
    metrics = QFontMetricsF(painter.font())
    width = max(side + 2.0, metrics.horizontalAdvance(WIDEST) + 10)
    box = loupe_rect(bounds, cursor[0], cursor[1], width, side + 2 * metrics.height() + 8)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(CHIP_BACKGROUND)
    painter.drawRect(box)
    field = QRect(int(box.center().x() - side / 2), int(box.top()) + 1, side, side)
    column, row = int(pixel[0] // 1), int(pixel[1] // 1)
    image = qimage_of(pyramid)
    wanted = QRect(column - REACH, row - REACH, 2 * REACH + 1, 2 * REACH + 1)
    source = wanted & image.rect()
    painter.fillRect(field, QColor(60, 60, 60))
    if not source.isEmpty():
        target = QRect(
            field.left() + (source.left() - wanted.left()) * cell,
            field.top() + (source.top() - wanted.top()) * cell,
            source.width() * cell,
            source.height() * cell,
        )
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        painter.drawImage(target, image, source)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    middle = QRect(field.left() + REACH * cell, field.top() + REACH * cell, cell - 1, cell - 1)
    painter.setPen(QPen(QColor(0, 0, 0), 1))
    painter.drawRect(middle.adjusted(-1, -1, 1, 1))
    painter.setPen(QPen(QColor(255, 255, 255), 1))
    painter.drawRect(middle)
    line = QRectF(box.left() + 5, field.bottom() + 3, box.width() - 8, metrics.height())
    painter.setPen(CHIP_FAINT)
    painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, position)
    painter.setPen(CHIP_TEXT)
    line.translate(0, metrics.height())
    painter.drawText(
        line,
        Qt.AlignmentFlag.AlignVCenter,
        metrics.elidedText(value, Qt.TextElideMode.ElideRight, line.width()),
    )
    painter.restore()
