"""What is shown in a figure can be chosen; its list has the same edge on all sides."""

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QVBoxLayout, QWidget

from qdit4sr_gui.app import create_application
from qdit4sr_gui.dialogs.figure_contents import FigureContents
from qdit4sr_gui.style.theme import apply_theme


def test_the_list_has_no_edge_that_ends_at_its_foot(qtbot):
    apply_theme(create_application(), "dark")
    window = QWidget()
    qtbot.addWidget(window)
    contents = FigureContents(["LR photo", "RTN W4A4"], ["a"])
    QVBoxLayout(window).addWidget(contents)
    window.resize(300, 300)
    window.show()
    image = window.grab().toImage()
    shown = contents.panels
    left = shown.mapTo(window, QPoint(0, shown.height() // 2))
    foot = shown.mapTo(window, QPoint(shown.width() // 2, shown.height() - 1))
    beside = [image.pixelColor(left - QPoint(step, 0)).name() for step in range(3)]
    below = [image.pixelColor(foot + QPoint(0, step)).name() for step in range(3)]
    assert beside == below
