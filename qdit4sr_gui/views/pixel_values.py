"""Writes red, green and blue into pixels that are enlarged enough to hold the three numbers."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFont, QFontMetrics, QGuiApplication, QImage, QPainter

from qdit4sr_core.colours import LUMA
from qdit4sr_gui.state.pyramid import Pyramid

VALUES_FROM = 32.0
"""Logical screen pixels per image pixel from which on values are written."""
SMALLEST_TEXT, LARGEST_TEXT = 9, 22
TEXT_SHARE = 0.28
"""Height of a digit's font over that of the pixel."""
BRIGHT = 140
"""Luma (0 to 255) from which on black text is easier to read than white."""
OPACITY = 0.9


def values_image(pyramid: Pyramid, strip: QRect, scale_x: float, scale_y: float) -> QImage | None:
    """The numbers of all pixels of the full image in a rectangle of the enlarged image, on nothing.

    `strip` counts device pixels from the image's corner, of which one image pixel takes
    `scale_x` x `scale_y`. None where no number is in the strip.
    """
    columns = np.arange(int(strip.left() / scale_x), min(int(strip.right() / scale_x) + 1, pyramid.width))
    rows = np.arange(int(strip.top() / scale_y), min(int(strip.bottom() / scale_y) + 1, pyramid.height))
    if not (columns.size and rows.size):
        return None
    size = int(min(max(min(scale_x, scale_y) * TEXT_SHARE, SMALLEST_TEXT), LARGEST_TEXT))
    stamps = number_stamps(size, QGuiApplication.font().family())
    high, wide = stamps.shape[1:]
    colours = pyramid.levels[0][rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    rgb = colours if colours.shape[2] == 3 else colours[..., 2::-1]
    # (rows, columns, 3, high, wide) to one tall block a pixel: its three numbers under one another
    blocks = stamps[rgb].transpose(0, 2, 3, 1, 4).reshape(rows.size * 3 * high, columns.size * wide)
    white = (rgb @ np.array(LUMA)) < BRIGHT
    light = np.where(white, 255, 0).astype(np.uint8).repeat(3 * high, axis=0).repeat(wide, axis=1)
    places_y = _places(rows, scale_y, 3 * high) - strip.top()
    places_x = _places(columns, scale_x, wide) - strip.left()
    inside_y = (places_y >= 0) & (places_y < strip.height())
    inside_x = (places_x >= 0) & (places_x < strip.width())
    alpha = blocks[inside_y][:, inside_x]
    target = np.ix_(places_y[inside_y], places_x[inside_x])
    shown = np.zeros((strip.height(), strip.width(), 4), np.uint8)
    shown[..., 3][target] = alpha
    grey = np.minimum(alpha, light[inside_y][:, inside_x])  # premultiplied: white is as bright as opaque
    for channel in range(3):
        shown[..., channel][target] = grey
    image = QImage(
        shown.data, strip.width(), strip.height(), shown.strides[0], QImage.Format.Format_ARGB32_Premultiplied
    )
    return image.copy()


@lru_cache(maxsize=32)
def number_stamps(size: int, family: str) -> NDArray[np.uint8]:
    """The opacity of the numbers 0 to 255, centred: (256, height, width) for a font of `size` pixels."""
    font = QFont(family)
    font.setPixelSize(size)
    metrics = QFontMetrics(font)
    wide, high = metrics.horizontalAdvance("255") + 2, metrics.ascent() + 1
    stamps = np.zeros((256, high, wide), np.uint8)
    image = QImage(wide, high, QImage.Format.Format_ARGB32_Premultiplied)
    painter = QPainter()
    for number in range(256):
        image.fill(0)
        painter.begin(image)
        painter.setFont(font)
        painter.setPen(Qt.GlobalColor.white)
        painter.setOpacity(OPACITY)
        text = str(number)
        painter.drawText((wide - metrics.horizontalAdvance(text)) // 2, high - 1, text)
        painter.end()
        flat = np.frombuffer(image.constBits(), np.uint8).reshape(high, image.bytesPerLine())
        stamps[number] = flat[:, 3 : 4 * wide : 4]
    return stamps


def _places(cells: NDArray[np.intp], scale: float, length: int) -> NDArray[np.intp]:
    """Device pixels of `length` pixels centred in each cell, one after the other."""
    starts = np.rint(cells * scale + (scale - length) / 2).astype(np.intp)
    return (starts[:, None] + np.arange(length)).reshape(-1)
