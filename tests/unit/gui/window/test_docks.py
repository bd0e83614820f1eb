"""The tool bar and the first widths of the docks."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMainWindow, QToolButton

from qdit4sr_gui.commands import menus
from qdit4sr_gui.commands.action_set import ActionSet
from qdit4sr_gui.commands.discovery import commands_in
from qdit4sr_gui.commands.registry import Registry
from qdit4sr_gui.style.theme import apply_theme
from qdit4sr_gui.window.docks import HANDLES, OVERFLOW, draw_icons, first_widths, make_toolbar
from tests.e2e.waiting import wait_until


@pytest.fixture
def application(qapp):
    yield qapp
    apply_theme(qapp, "light")


@pytest.mark.parametrize(("theme", "bright"), [("dark", True), ("light", False)])
@pytest.mark.parametrize("later", [False, True])
def test_the_button_for_what_has_no_room_is_seen_on_every_theme(
    studio, qtbot, application, theme, bright, later
):
    apply_theme(application, "light" if later else theme)
    window = QMainWindow()
    qtbot.addWidget(window)
    actions = ActionSet(Registry(commands_in(menus)), studio, window)
    bar = make_toolbar(window, actions)
    window.resize(1900, 300)
    window.show()
    window.resize(400, 300)
    application.processEvents()
    if later:
        apply_theme(application, theme)
        draw_icons(bar, actions)
        application.processEvents()
    (button,) = bar.findChildren(QToolButton, OVERFLOW)
    assert button.isVisible()
    drawn = button.icon().pixmap(18, 18).toImage()
    colours = [drawn.pixelColor(x, y) for x in range(drawn.width()) for y in range(drawn.height())]
    strokes = [colour.lightness() for colour in colours if colour.alpha() > 200]
    assert strokes
    assert (sum(strokes) / len(strokes) > 128) == bright


@pytest.mark.parametrize("width", [960, 1024, 1280, 1440, 2560])
def test_docks_leave_half_of_the_width(width):
    left, right = first_widths(width)
    assert left + right + HANDLES <= width / 2


def test_the_arrow_of_run_is_usable_where_nothing_is_missing(studio, fakes, qtbot, monkeypatch):
    window = QMainWindow()
    qtbot.addWidget(window)
    actions = ActionSet(Registry(commands_in(menus)), studio, window)
    button = make_toolbar(window, actions).findChild(QToolButton, "run")
    actions.refresh()
    assert not button.isEnabled()
    fakes.add_photo()
    actions.refresh()
    assert button.isEnabled()
    assert not button.icon().isNull()
    assert button.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonTextBesideIcon
    assert button.text() == "Run"
    pale = []
    for _ in range(2):
        pale.append(button.grab().toImage())
        studio.runs.run_current()
        wait_until(lambda: not studio.runs.busy)
        actions.refresh()
    assert not actions["run"].isEnabled()
    assert button.isEnabled()
    assert pale[0] != pale[1]
    shown = []
    monkeypatch.setattr(button, "showMenu", lambda: shown.append(True))
    button.click()
    assert shown
    button.menu().actions()[-1].trigger()
    assert studio.runs.running
    wait_until(lambda: not studio.runs.busy)
