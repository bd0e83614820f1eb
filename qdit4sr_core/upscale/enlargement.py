"""Small photos for models that have only seen a certain size: enlarged before, reduced again after.

As the published DiT4SR script does for photos whose shorter side is under 128 pixels.
"""

from __future__ import annotations

import numpy as np
from PIL import Image

from ..images import Pixels


def resize_bicubic(pixels: Pixels, shape: tuple[int, int]) -> Pixels:
    """(H, W, 3) uint8 to the (height, width) of `shape`, as Pillow does it; the same size stays as it is."""
    height, width = shape
    if pixels.shape[:2] == (height, width):
        return pixels
    return np.array(Image.fromarray(pixels).resize((width, height), Image.Resampling.BICUBIC))
