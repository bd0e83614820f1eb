"""The loupe shows the same part of the scene of a coarse image and of a fine one."""

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from qdit4sr_gui.state.pyramid import build_pyramid
from qdit4sr_gui.views.loupe import REACH, cell_for, paint_loupe

PANE = (420, 360)


def painted(pixels, canvas_point, factor):
    image = QImage(*PANE, QImage.Format.Format_RGB32)
    image.fill(0)
    painter = QPainter(image)
    at = (canvas_point[0] / factor, canvas_point[1] / factor)
    bounds = QRectF(0, 0, *PANE)
    paint_loupe(painter, bounds, build_pyramid(pixels), (5.0, 5.0), at, (factor, factor), "", "")
    painter.end()
    view = np.frombuffer(image.constBits(), np.uint8).reshape(PANE[1], PANE[0], 4)
    return view[..., 2::-1].copy()


@pytest.mark.parametrize("point", [(70.5, 61.2), (64.0, 64.0), (67.9, 63.9)])
def test_an_input_shows_the_same_part_as_its_result(qapp, point):
    low = np.random.default_rng(0).integers(80, 256, (32, 40, 3)).astype(np.uint8)
    high = low.repeat(4, 0).repeat(4, 1)
    coarse, fine = painted(low, point, 4.0), painted(high, point, 1.0)
    cell = cell_for(QRectF(0, 0, *PANE))
    alike = (coarse == fine).all(axis=2).mean()
    assert alike > 1 - (5 * cell) ** 2 / (PANE[0] * PANE[1])  # all but the marks of the middle pixel


def test_the_loupe_is_filled_and_shows_some_dozens_of_pixels(qapp):
    white = np.full((200, 200, 3), 255, np.uint8)
    shown = painted(white, (100.5, 100.5), 1.0)
    cell = cell_for(QRectF(0, 0, *PANE))
    bright = (shown == 255).all(axis=2)
    columns, rows = np.flatnonzero(bright.any(axis=0)), np.flatnonzero(bright.any(axis=1))
    assert rows[-1] - rows[0] + 1 >= 25 * cell == (2 * REACH + 1) * cell
    right = np.flatnonzero(shown.any(axis=(0, 2)))[-1]
    assert right - columns[-1] <= 2
    assert np.flatnonzero(shown.any(axis=(0, 2)))[0] >= columns[0] - 2


@pytest.mark.parametrize(
    ("width", "height", "cell"), [(900, 700, 6), (340, 260, 5), (250, 180, 3), (90, 90, 0)]
)
def test_small_panes_have_a_small_loupe(width, height, cell):
    assert cell_for(QRectF(0, 0, width, height)) == cell
