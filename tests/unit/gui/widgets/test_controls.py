"""Buttons show their texts, and no icon that cannot be seen."""

import pytest
from PySide6.QtWidgets import QDialogButtonBox, QMessageBox, QPushButton

from qdit4sr_gui.widgets.controls import fit_text, without_icons


@pytest.mark.parametrize("text", ["Add", "Add many…", "添加多个…"])
def test_a_button_is_never_narrower_than_its_text(qtbot, text):
    button = QPushButton(text)
    qtbot.addWidget(button)
    fit_text(button)
    words = button.fontMetrics().horizontalAdvance(text)
    assert words + 10 <= button.minimumWidth() <= words + 30


@pytest.mark.parametrize("kind", [QDialogButtonBox, QMessageBox])
def test_close_has_no_icon(qtbot, kind):
    box = kind()
    qtbot.addWidget(box)
    button = box.addButton(kind.StandardButton.Close)
    without_icons(box)
    assert button.icon().isNull()
    assert button.text()
