"""The loupe: the pixels around the cursor, enlarged, with the value of the middle one, in every pane."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from qdit4sr_gui.state.pyramid import Pyramid

from .decorations import CHIP_BACKGROUND, CHIP_FAINT, CHIP_TEXT, INSET, small_font
from .image_layer import qimage_of

REACH = 12
"""Output pixels shown above and below the middle one."""
CELLS = (6, 5, 3)
"""Logical screen pixels per output pixel, from roomy to small panes."""
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


def cell_for(bounds: QRectF) -> int:
    """How large an output pixel is drawn in a pane of this size; 0 where there is no room for a loupe."""
    for cell in CELLS:
        side = (2 * REACH + 1) * cell
        last = cell == CELLS[-1]
        width, height = (side + 4 * INSET, side + 80) if last else (2.5 * side, 2 * side)
        if bounds.width() >= width and bounds.height() >= height:
            return cell
    return 0


def paint_loupe(
    painter: QPainter,
    bounds: QRectF,
    pyramid: Pyramid,
    cursor: tuple[float, float],
    pixel: tuple[float, float],
    factor: tuple[float, float],
    position: str,
    value: str,
) -> None:
    """Draw the loupe of one pane.

    `cursor` is the place in the pane (logical pixels), `pixel` the same place in the image's pixels, each
    of which is `factor` output pixels wide and high: every image shows the same part of the scene.
    `position` and `value` are the two lines under the enlarged pixels.
    """
    cell = cell_for(bounds)
    if not cell:
        return
    side = (2 * REACH + 1) * cell
    painter.save()
    painter.setFont(small_font(painter.font()))
    metrics = QFontMetricsF(painter.font())
    width = max(side + 2.0, metrics.horizontalAdvance(WIDEST) + 10)
    box = loupe_rect(bounds, cursor[0], cursor[1], width, side + 2 * metrics.height() + 8)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(CHIP_BACKGROUND)
    painter.drawRect(box)
    field = QRect(int(box.left()) + 1, int(box.top()) + 1, int(width) - 2, side)
    painter.fillRect(field, QColor(60, 60, 60))
    _paint_pixels(painter, field, pyramid, pixel, (factor[0] * cell, factor[1] * cell), cell)
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


def _paint_pixels(
    painter: QPainter,
    field: QRect,
    pyramid: Pyramid,
    pixel: tuple[float, float],
    size: tuple[float, float],
    cell: int,
) -> None:
    """The image's pixels, each of `size` on the screen, around the output pixel in the middle."""
    image = qimage_of(pyramid)
    # the edge of the output pixel under the cursor lies half a cell left of and above the middle
    middle = field.left() + (field.width() - cell) // 2, field.top() + (field.height() - cell) // 2
    outputs = [int(pixel[i] * size[i] / cell // 1) for i in (0, 1)]
    zero = [middle[i] - outputs[i] * cell for i in (0, 1)]
    first = [int((edge - zero[i]) / size[i] // 1) for i, edge in enumerate((field.left(), field.top()))]
    count = [int(length / size[i]) + 2 for i, length in enumerate((field.width(), field.height()))]
    source = QRect(first[0], first[1], count[0], count[1]) & image.rect()
    painter.save()
    painter.setClipRect(field)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
    if not source.isEmpty():
        target = QRectF(
            zero[0] + source.left() * size[0],
            zero[1] + source.top() * size[1],
            source.width() * size[0],
            source.height() * size[1],
        )
        painter.drawImage(target, image, QRectF(source))
    left, top = (zero[i] + int(pixel[i] // 1) * size[i] for i in (0, 1))
    mark = QRectF(left, top, size[0] - 1, size[1] - 1)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(0, 0, 0), 1))
    painter.drawRect(mark.adjusted(-1, -1, 1, 1))
    painter.setPen(QPen(QColor(255, 255, 255), 1))
    painter.drawRect(mark)
    painter.restore()
