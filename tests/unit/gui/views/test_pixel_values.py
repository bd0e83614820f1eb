"""Numbers written into enlarged pixels."""

import numpy as np
import pytest
from PySide6.QtCore import QRect

from qdit4sr_gui.state.pyramid import build_pyramid
from qdit4sr_gui.views.pixel_values import number_stamps, values_image

SIZE = 64


def written(pixels: np.ndarray, strip: QRect, scale: float, compact: bool = False) -> np.ndarray:
    image = values_image(build_pyramid(pixels, compact), strip, scale, scale)
    assert image is not None
    return np.array(image.constBits()).reshape(strip.height(), strip.width(), 4)


def test_dark_on_bright_and_bright_on_dark(qapp: object) -> None:
    pixels = np.zeros((2, 2, 3), np.uint8)
    pixels[:, 1] = 230
    shown = written(pixels, QRect(0, 0, 2 * SIZE, 2 * SIZE), SIZE)
    for left, brightness in ((0, 200), (SIZE, 0)):
        cell = shown[:SIZE, left : left + SIZE]
        inked = cell[cell[..., 3] > 200]
        assert len(inked) > 30
        assert (inked[:, 0] >= brightness).all() if brightness else (inked[:, 0] == 0).all()


@pytest.mark.parametrize("compact", [False, True])
def test_the_three_values_stand_in_their_order(qapp: object, compact: bool) -> None:
    pixels = np.array([[[7, 123, 255]]], np.uint8)
    shown = written(pixels, QRect(0, 0, SIZE, SIZE), SIZE, compact)[..., 3]
    stamps = number_stamps(int(SIZE * 0.28), qapp.font().family())
    high, wide = stamps.shape[1:]
    top, left = round((SIZE - 3 * high) / 2), round((SIZE - wide) / 2)
    for row, number in enumerate((7, 123, 255)):
        place = shown[top + row * high : top + (row + 1) * high, left : left + wide]
        assert (place == stamps[number]).all()


@pytest.mark.parametrize("scale", [32.0, 45.25, 64.0])
def test_strips_join_without_a_seam(qapp: object, scale: float) -> None:
    pixels = np.random.default_rng(3).integers(0, 256, (9, 12, 3), dtype=np.uint8)
    width, height = int(12 * scale), int(9 * scale)
    whole = written(pixels, QRect(0, 0, width, height), scale)
    parts = [written(pixels, QRect(x, 0, min(37, width - x), height), scale) for x in range(0, width, 37)]
    assert (np.concatenate(parts, axis=1) == whole).all()


def test_nothing_is_written_outside_the_image(qapp: object) -> None:
    pyramid = build_pyramid(np.zeros((2, 2, 3), np.uint8))
    assert values_image(pyramid, QRect(200, 0, 50, 50), 32.0, 32.0) is None
