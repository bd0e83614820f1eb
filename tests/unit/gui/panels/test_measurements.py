"""The table of numbers and the regions it tells of."""

import pytest

from qdit4sr_gui.panels.measurements import MeasurementsPanel
from qdit4sr_gui.state.measurement_table import Block, Cell, MeasurementTable, Row
from qdit4sr_gui.state.regions import RegionsModel
from qdit4sr_gui.widgets.elided_name import elided_name


@pytest.fixture
def regions():
    model = RegionsModel()
    model.set_canvas(100, 100)
    model.add(1, 2, 30, 30)
    model.add(50, 50, 20, 20)
    return model


def test_a_click_on_a_regions_row_lets_it_be_edited(qtbot, regions):
    panel = MeasurementsPanel(regions)
    qtbot.addWidget(panel)
    rows = (Row("rtn", "RTN", {"psnr": Cell()}),)
    places = (None, *regions.regions)
    panel.show_table(
        MeasurementTable(("psnr",), "x", tuple(Block(r, r.name if r else "Whole", "", rows) for r in places))
    )
    for block, active in ((2, 1), (1, 0), (0, -1)):
        top = panel.tree.topLevelItem(block)
        for item in (top, top.child(0)):
            regions.activate(0 if active else 1)
            panel.tree.itemClicked.emit(item, 0)
            assert regions.active == active


def test_numbers_stay_whole_when_the_scroll_bar_comes(qtbot, regions):
    """Another region makes the table longer than the panel: the bar takes its width from the names."""
    metrics = ("psnr", "ssim", "texture_lost", "texture_added")
    cells = {name: Cell() for name in metrics}
    rows = tuple(Row(str(n), f"A method with a long name W4A{n}", cells) for n in range(4))
    panel = MeasurementsPanel(regions)
    qtbot.addWidget(panel)
    tree = panel.tree
    panel.resize(430, 330)
    panel.show()
    for count in (1, 2, 3, 8):
        blocks = tuple(Block(None, f"Place {n}", "", rows) for n in range(count))
        panel.show_table(MeasurementTable(metrics, "x", blocks))
        qtbot.waitUntil(
            lambda: tree.verticalScrollBar().isVisible() == (tree.verticalScrollBar().maximum() > 0)
        )
        qtbot.wait(50)
        last = tree.columnCount() - 1
        assert tree.columnViewportPosition(last) + tree.columnWidth(last) <= tree.viewport().width()
        assert not tree.horizontalScrollBar().isVisible()
    assert tree.verticalScrollBar().isVisible()


def test_names_of_variants_are_whole_before_numbers(qtbot, regions):
    metrics = ("psnr", "ssim", "stlpips", "texture_lost", "texture_added")
    cells = {name: Cell() for name in metrics}
    names = ("Full precision", "SVDQuant (g64, signed, GPTQ) W4A4", "Q-DiT4SR W4A4")
    panel = MeasurementsPanel(regions)
    qtbot.addWidget(panel)
    panel.resize(270, 330)
    panel.show()
    rows = tuple(Row(name, name, cells) for name in names)
    panel.show_table(MeasurementTable(metrics, "x", (Block(None, "Whole image", "", rows),)))
    qtbot.wait(50)
    room = panel.tree.columnWidth(0) - panel.tree.indentation() - 8
    shown = [elided_name(name, panel.fontMetrics(), room) for name in names]
    assert shown == ["Full precision", "SVDQuant W4A4", "Q-DiT4SR W4A4"]
