"""On a dark window the frame of a tick box and of a number field stands out from the window around it."""

import numpy as np
import pytest
from PySide6.QtWidgets import QVBoxLayout, QWidget

from qdit4sr_gui.app import create_application
from qdit4sr_gui.controllers.photos import pixels_of
from qdit4sr_gui.style.theme import apply_theme
from qdit4sr_gui.widgets.outlined import DecimalBox, NumberBox, TickBox, lowered_by


@pytest.mark.parametrize("kind", [TickBox, NumberBox, DecimalBox])
@pytest.mark.parametrize("theme", ["dark", "light"])
def test_the_frame_is_seen(qtbot, kind, theme):
    apply_theme(create_application(), theme)
    window = QWidget()
    qtbot.addWidget(window)
    field = kind()
    QVBoxLayout(window).addWidget(field)
    window.resize(200, 60)
    window.show()
    field.clearFocus()
    picture = pixels_of(window.grab().toImage()).astype(int)
    ground = picture[2, 2]
    line = picture[field.geometry().center().y()]  # across the left edge of the box
    first = next(pixel for pixel in line if np.abs(pixel - ground).max() > 2)
    if theme == "dark":
        assert (first - ground).min() >= 30  # brighter than the window, not a darker shade of it
    else:
        assert (ground - first).min() >= 30


def test_words_of_another_script_stand_at_the_height_of_labels(qtbot):
    box = NumberBox()
    qtbot.addWidget(box)
    assert box.sizeHint().height() >= box.fontMetrics().height() + 8
    before = box.sizeHint().height()
    box.setSpecialValueText("自动")
    box.grab()
    margins = box.lineEdit().textMargins()
    assert margins.top() == -margins.bottom() == lowered_by("自动", box.lineEdit())
    assert box.sizeHint().height() == before
    box.setValue(12)
    box.grab()
    assert box.lineEdit().textMargins().top() == lowered_by("12", box) == 0
