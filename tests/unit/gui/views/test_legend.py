"""The legend of a difference says what its end colours stand for."""

import numpy as np
import pytest

from qdit4sr_gui.views.difference import KINDS, colourize
from qdit4sr_gui.views.legend import Legend


@pytest.mark.parametrize(
    ("kind", "limit", "first", "last"),
    [
        ("texture", 8.0, "≤ −8", "≥ +8 dB"),
        ("texture", 40.0, "−40", "+40 dB"),
        ("absolute", 20.0, "0", "≥ 20 levels"),
        ("absolute", 255 / 16, "0", "≥ 15.94 levels"),
        ("ssim", 1.0, "0", "1"),
    ],
)
def test_values_beyond_the_range_are_said(qtbot, kind, limit, first, last):
    legend = Legend()
    qtbot.addWidget(legend)
    legend.set_scale(KINDS[kind], limit)
    labels = legend.tick_labels()
    assert (labels[0], labels[-1]) == (first, last)


@pytest.mark.parametrize("gamma", [0.5, 1.0, 4.0])
def test_the_bar_has_the_colours_of_the_map(qtbot, gamma):
    legend = Legend()
    qtbot.addWidget(legend)
    legend.resize(600, legend.sizeHint().height())
    legend.set_scale(KINDS["absolute"], 20.0)
    legend.set_scale(KINDS["absolute"], 20.0, gamma)
    picture = legend.grab().toImage()
    row = [picture.pixelColor(x, 8).getRgb()[:3] for x in range(picture.width())]
    map_of_middle = colourize(np.full((1, 1), 10.0), KINDS["absolute"], 20.0, gamma)[0, 0]
    left, right = legend.bar().left(), legend.bar().right()
    assert row[round((left + right) / 2)] == pytest.approx(tuple(map_of_middle.tolist()), abs=6)


@pytest.mark.parametrize(("width", "steps"), [(600, (0, 1, 2, 3, 4)), (200, (0, 2, 4)), (105, (0, 4))])
def test_numbers_of_a_narrow_bar_do_not_touch(qtbot, width, steps):
    legend = Legend()
    qtbot.addWidget(legend)
    legend.set_scale(KINDS["texture"], 8.0)
    legend.resize(width, legend.sizeHint().height())
    assert legend.steps_with_room() == steps
