import pytest
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QDialog

from qdit4sr_gui.window.screen_fit import fitted, open_dialog

SCREEN = QRect(0, 0, 960, 540)


@pytest.mark.parametrize(
    "window",
    [QRect(0, 0, 1440, 900), QRect(700, 400, 800, 500), QRect(-300, -80, 400, 300), QRect(5000, 0, 90, 90)],
)
def test_a_window_lies_inside_its_screen(window):
    room = fitted(window, SCREEN)
    assert SCREEN.contains(room)
    assert room.top() >= 20  # the title bar above can be taken hold of


def test_a_window_that_fits_stays_where_it_is():
    window = QRect(100, 60, 640, 400)
    assert fitted(window, SCREEN) == window


def test_a_dialog_is_not_larger_than_the_screen(qtbot):
    dialog = QDialog()
    qtbot.addWidget(dialog)
    dialog.resize(5000, 4000)
    open_dialog(dialog)
    screen = dialog.screen().availableGeometry()
    assert dialog.width() <= screen.width()
    assert dialog.height() < screen.height()
