"""A combo box says that its text is cut."""

import pytest
from PySide6.QtWidgets import QComboBox

from qdit4sr_gui.widgets.controls import name_control, narrow
from qdit4sr_gui.widgets.ellipsis import shown_text, whole_tip

WHOLE = "Full precision (damage by quantization)"


@pytest.fixture
def box(qtbot):
    made = QComboBox()
    qtbot.addWidget(made)
    made.addItems([WHOLE, "Short"])
    narrow(made)
    name_control(made, "Against", "Measured against")
    return made


def test_a_cut_text_ends_with_an_ellipsis_and_is_whole_in_the_tip(box):
    box.resize(150, 26)
    assert shown_text(box).endswith("…")
    assert whole_tip(box) == f"{WHOLE}\nMeasured against"
    box.resize(600, 26)
    assert shown_text(box) == WHOLE
    assert whole_tip(box) == "Measured against"


def test_what_is_drawn_is_what_fits(box):
    box.resize(150, 26)
    cut = box.grab().toImage()
    same = QComboBox()
    same.addItem(shown_text(box))
    same.resize(150, 26)
    assert cut == same.grab().toImage()
