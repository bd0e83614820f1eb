"""Small photos are worked on at a model's minimum side."""

import numpy as np
import pytest

from qdit4sr_core.upscale.enlargement import resize_bicubic, working_shape


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ((64, 64), (128, 128)),
        ((100, 150), (128, 192)),
        ((77, 60), (164, 128)),
        ((128, 40), (409, 128)),
        ((128, 500), (128, 500)),
        ((300, 200), (300, 200)),
    ],
)
def test_the_shorter_side_reaches_the_minimum(shape, expected):
    assert working_shape(shape, 128) == expected


def test_models_without_a_minimum_take_photos_as_they_are(tiny_model):
    assert tiny_model.minimum_side == 0
    assert working_shape((1, 3), 0) == (1, 3)


def test_resizing():
    pixels = np.full((6, 4, 3), 90, dtype=np.uint8)
    assert resize_bicubic(pixels, (6, 4)) is pixels
    larger = resize_bicubic(pixels, (9, 7))
    assert larger.shape == (9, 7, 3)
    assert (larger == 90).all()
