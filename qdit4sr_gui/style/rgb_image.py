"""Pixels as Qt's images."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QImage


def rgb_image(pixels: np.ndarray) -> QImage:
    """uint8 (H, W, 3) as an image with memory of its own."""
    height, width = pixels.shape[:2]
    flat = np.ascontiguousarray(pixels)
    return QImage(flat.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()
