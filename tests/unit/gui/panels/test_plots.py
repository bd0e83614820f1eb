"""Curves that are equal do not fill the plot."""

import numpy as np
import pytest
from PySide6.QtGui import QPainter, QPixmap

from qdit4sr_gui.panels.plots import LinePlot, _Drawing
from qdit4sr_gui.state.plot_data import PlotData, Series


@pytest.mark.parametrize(("values", "ends"), [([0.0, 0.0], (-1.1, 1.1)), ([0.0, 8.0], (0.0, 8.4))])
def test_the_vertical_axis_has_a_least_span(qtbot, values, ends):
    plot = LinePlot()
    qtbot.addWidget(plot)
    curve = Series("fp", "Full precision", np.array([0.1, 0.5]), np.array(values), 0)
    data = PlotData("t", "x", "dB", (curve,), x_range=(0.0, 0.5), least_span=2.0)
    pixmap = QPixmap(300, 200)
    painter = QPainter(pixmap)
    drawing = _Drawing(painter, plot, data, None)
    painter.end()
    assert drawing.y_range == pytest.approx(ends)
    assert drawing.x_range == (0.0, 0.5)
