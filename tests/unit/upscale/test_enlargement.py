"""Resizing photos before and after."""

import numpy as np

from qdit4sr_core.upscale.enlargement import resize_bicubic


def test_resizing():
    pixels = np.full((6, 4, 3), 90, dtype=np.uint8)
    assert resize_bicubic(pixels, (6, 4)) is pixels
    larger = resize_bicubic(pixels, (9, 7))
    assert larger.shape == (9, 7, 3)
    assert (larger == 90).all()
