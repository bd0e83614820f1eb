"""The table of means says of how many photos a number is."""

import math

import numpy as np
import pytest
from PySide6.QtGui import QColor, QPalette

from qdit4sr_core.compare import VariantResult
from qdit4sr_core.evaluate import MeasuredResult, evaluation_of_results, summarize
from qdit4sr_core.quantize.variants import parse_variant
from qdit4sr_gui.panels.summary import SummaryPanel


def summary_of(distances):
    """A photo for each distance of RTN at four bits; None where it is not measured."""
    photos = {}
    for number, distance in enumerate(distances):
        items = []
        for spec, value in (("fp", 0.0), ("rtn-w4a4", distance), ("rtn-w8a8", 0.9)):
            variant = parse_variant(spec)
            result = VariantResult(variant, np.zeros((4, 4, 3), np.uint8), 1.0, weight_bytes=10)
            values = {"stlpips_fp": value} if value is not None else {}
            items.append(MeasuredResult(variant.key, result, values, {}))
        photos[f"photo{number}"] = items
    return summarize(evaluation_of_results(photos, ["stlpips"], {}))


@pytest.fixture
def panel(qtbot):
    made = SummaryPanel()
    qtbot.addWidget(made)
    return made


def cell_of(panel, name):
    heads = [panel.table.horizontalHeaderItem(c).text() for c in range(panel.table.columnCount())]
    column = next(n for n, head in enumerate(heads) if head.startswith("ST-LPIPS"))
    rows = range(panel.table.rowCount())
    return next(panel.table.item(r, column) for r in rows if panel.table.item(r, 0).text() == name)


def test_a_mean_of_fewer_photos_says_so(panel):
    panel.show_summary(summary_of([0.2, 0.4, None]))
    cell = cell_of(panel, "RTN W4A4")
    assert cell.text() == "~0.300"
    assert "Mean over 2 of 3 photos" in cell.toolTip()
    assert "those with ~ over fewer" in panel.head.text()
    panel.show_summary(summary_of([0.2, 0.4, 0.6]))
    assert cell_of(panel, "RTN W4A4").text() == "0.400"
    assert "~" not in panel.head.text()


def test_a_value_that_is_infinite_is_no_photo_more(panel):
    panel.show_summary(summary_of([math.inf, 0.4, None]))
    cell = cell_of(panel, "RTN W4A4")
    assert cell.text() == "~0.400‡"  # the mark of a mean without its infinite values
    assert "Mean over 2 of 3 photos" in cell.toolTip()


def test_colours_of_ranks_follow_the_theme(panel):
    panel.show_summary(summary_of([0.2]))
    before = cell_of(panel, "RTN W4A4").foreground().color()
    palette = QPalette(panel.palette())
    for role, colour in ((QPalette.ColorRole.Base, "#111"), (QPalette.ColorRole.Window, "#222")):
        palette.setColor(role, QColor(colour))
    palette.setColor(QPalette.ColorRole.Text, QColor("#eee"))
    palette.setColor(QPalette.ColorRole.WindowText, QColor("#eee"))
    panel.setPalette(palette)
    after = cell_of(panel, "RTN W4A4").foreground().color()
    assert after.lightness() > before.lightness()
