"""The legend of a difference says what its end colours stand for."""

import pytest

from qdit4sr_gui.views.difference import KINDS
from qdit4sr_gui.views.legend import Legend


@pytest.mark.parametrize(
    ("kind", "limit", "first", "last"),
    [
        ("texture", 8.0, "≤ −8", "≥ +8 dB"),
        ("texture", 40.0, "−40", "+40 dB"),
        ("absolute", 20.0, "0", "≥ 20 levels"),
        ("ssim", 1.0, "0", "1"),
    ],
)
def test_values_beyond_the_range_are_said(qtbot, kind, limit, first, last):
    legend = Legend()
    qtbot.addWidget(legend)
    legend.set_scale(KINDS[kind], limit)
    labels = legend.tick_labels()
    assert (labels[0], labels[-1]) == (first, last)
