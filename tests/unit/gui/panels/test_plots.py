"""Curves that are equal do not fill the plot."""

import numpy as np
import pytest
from PySide6.QtGui import QPainter, QPixmap

from qdit4sr_core.metrics.regions import Region
from qdit4sr_gui.panels.plots import LinePlot, PlotsPanel, _Drawing
from qdit4sr_gui.state.plot_data import REFERENCE, PlotData, PlotImage, Series
from tests.e2e.waiting import wait_until


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


def test_a_plot_says_of_what_place_it_is(qtbot):
    panel = PlotsPanel()
    qtbot.addWidget(panel)
    pixels = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    images = [PlotImage("fp", "Full precision", pixels, REFERENCE)]
    panel.kind.setCurrentIndex(panel.kind.findData("spectrum"))
    for region, place in ((None, "Whole image"), (Region(0, 0, 40, 40, "leaf"), "leaf")):
        panel.set_images(images, region)
        wait_until(lambda: not panel.busy)
        assert panel.plot._data.y_title == f"dB · {place}"
    panel.close_tasks()
