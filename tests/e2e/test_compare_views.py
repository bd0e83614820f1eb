"""What the user does in the panes of the comparison view, with real mouse, wheel and key events."""

import subprocess
import sys
from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QCursor, QPalette
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from qdit4sr_gui.state.view_image import ViewImage
from qdit4sr_gui.views.comparison_view import ComparisonView

from .view_gestures import (
    HEIGHT,
    LEFT,
    WIDTH,
    device_point,
    drag,
    grabbed,
    pane_of,
    wheel,
)
from .waiting import wait_until


def test_the_wheel_zooms_about_the_cursor_in_all_panes(view: ComparisonView) -> None:
    pane = pane_of(view, "rtn")
    position = QPointF(120, 90)
    before = pane.canvas_point(position)
    wheel(pane, position, 240)
    after = pane.canvas_point(position)
    assert view.scale == 2.0  # two half octaves from the fitted 1.25 x: 1.41, 2
    assert after == pytest.approx(before, abs=1)
    assert {other.canvas_point(position) for other in view.grid.panes} == {after}


def test_shift_and_the_wheel_zoom_finely(view: ComparisonView) -> None:
    view.set_scale(1.3)
    wheel(pane_of(view, "fp"), QPointF(10, 10), 120, Qt.KeyboardModifier.ShiftModifier)
    assert view.scale == pytest.approx(1.3 * 2 ** (1 / 8))


@pytest.mark.parametrize("button", [LEFT, Qt.MouseButton.MiddleButton])
def test_dragging_pans_without_drift(view: ComparisonView, button: Qt.MouseButton) -> None:
    view.set_scale(4.0)
    pane = pane_of(view, "fp")
    before = pane.canvas_point(QPointF(200, 150))
    drag(pane, QPoint(200, 150), QPoint(160, 130), button)
    assert pane.canvas_point(QPointF(160, 130)) == pytest.approx(before)
    drag(pane, QPoint(160, 130), QPoint(200, 150), button)
    assert pane.canvas_point(QPointF(200, 150)) == pytest.approx(before)


def test_one_hundred_per_cent_shows_pixels_as_they_are(
    view: ComparisonView, images: list[ViewImage], settle: Callable[[], None]
) -> None:
    view.state.set_appearance(show_labels=False)
    view.set_scale(1.0)
    settle()
    shown = grabbed(pane_of(view, "rtn"))
    left, top = view.state.viewport.origin(view.state.pane)
    assert (shown[top : top + HEIGHT, left : left + WIDTH][4:-4, 4:-4] == images[1].pixels[4:-4, 4:-4]).all()


def test_the_small_input_covers_the_same_place(view: ComparisonView, images: list[ViewImage]) -> None:
    view.state.set_appearance(show_labels=False)
    view.set_scale(4.0)
    shown = grabbed(pane_of(view, "lr"))
    left, top = view.state.viewport.origin(view.state.pane)
    column, row = -left // 16 + 3, -top // 16 + 3  # a pixel of the small image is 16 device pixels
    assert (shown[top + row * 16 + 8, left + column * 16 + 8] == images[3].pixels[row, column]).all()


def test_the_cursor_reports_place_and_colour(
    view: ComparisonView, images: list[ViewImage], qtbot: QtBot
) -> None:
    view.set_scale(4.0)
    seen: list[tuple[float, float, object]] = []
    view.cursorMoved.connect(lambda x, y, rgb: seen.append((x, y, rgb)))
    QTest.mouseMove(pane_of(view, "rtn"), QPoint(101, 77))
    qtbot.waitUntil(lambda: bool(seen))
    x, y, rgb = seen[-1]
    assert rgb == tuple(int(value) for value in images[1].pixels[int(y), int(x)])
    QTest.mouseMove(view.grid.panes[0], QPoint(-50, -50))


def test_space_held_shows_the_reference_in_place(view: ComparisonView) -> None:
    view.state.set_appearance(show_labels=False)
    pane, reference = pane_of(view, "rtn"), pane_of(view, "fp")
    view.select("same")
    own = grabbed(pane)
    QTest.keyPress(view, Qt.Key.Key_Space)
    assert (grabbed(pane) == grabbed(reference)).all()
    QTest.keyRelease(view, Qt.Key.Key_Space)
    assert (grabbed(pane) == own).all()
    assert (own != grabbed(reference)).any()


def test_space_is_let_go_when_the_focus_leaves(view: ComparisonView) -> None:
    QTest.keyPress(view, Qt.Key.Key_Space)
    assert pane_of(view, "rtn").peeking_at
    view.clearFocus()
    assert not pane_of(view, "rtn").peeking_at


def test_a_fitted_view_stays_fitted_when_the_window_changes(view: ComparisonView, qtbot: QtBot) -> None:
    view.fit()
    view.resize(1002, 752)
    qtbot.waitUntil(lambda: view.state.pane == (500, 375))
    assert view.scale == pytest.approx(375 / 240)


@pytest.mark.parametrize("dark", [False, True])
def test_the_surround_follows_the_palette(view: ComparisonView, dark: bool) -> None:
    view.setPalette(QPalette(QColor(30, 30, 30) if dark else QColor(240, 240, 240)))
    view.set_images([ViewImage("fp", "Full precision", hint="Not run yet")])
    corner = grabbed(view.grid.panes[0])[-30, 20]
    assert (corner < 80).all() if dark else (corner > 180).all()


def test_the_loupe_appears_in_all_panes(view: ComparisonView) -> None:
    view.state.set_appearance(loupe=True)
    view.set_scale(1.0)
    QTest.mouseMove(pane_of(view, "fp"), QPoint(60, 100))
    for key in ("fp", "rtn"):
        shown = grabbed(pane_of(view, key))
        assert (shown[-12:-9, -60:-20] < 60).all()  # the dark foot of the loupe's two lines


def test_two_device_pixels_a_logical_one() -> None:
    script = """
import numpy as np
from PySide6.QtWidgets import QApplication
from PySide6.QtTest import QTest
app = QApplication([])
from qdit4sr_gui.views.comparison_view import ComparisonView
from qdit4sr_gui.state.view_image import ViewImage
pixels = np.random.default_rng(0).integers(0, 256, (200, 300, 3), dtype=np.uint8)
view = ComparisonView(); view.resize(600, 300); view.show()
view.set_images([ViewImage("a", "", pixels)])
while view.image_set.busy:
    app.processEvents()
view.set_scale(1.0)
image = view.grab_view()
assert (image.width(), image.height()) == (1200, 600), image.size()
image = image.convertToFormat(image.Format.Format_RGB32)
shown = np.array(image.constBits()).reshape(600, 1200, 4)[..., 2::-1]
left, top = view.state.viewport.origin(view.state.pane)
assert (left, top) == (450, 200)
assert (shown[top:top + 200, left:left + 300] == pixels).all()
print("same")
"""
    environment = {"QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": "2", "PATH": "/usr/bin"}
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        timeout=120,
        env=environment,
        check=False,
    )
    assert done.stdout.strip() == "same", done.stderr


def test_the_cross_goes_with_the_pointer(view: ComparisonView) -> None:
    pane = pane_of(view, "fp")
    QTest.mouseMove(pane, device_point(view, 50, 50))
    assert view.state.cursor is not None
    drag(pane, device_point(view, 50, 50), QPoint(-40, 30))  # let go outside: no event says "left"
    assert view.state.cursor is None
    QTest.mouseMove(pane, device_point(view, 60, 50))
    assert view.state.cursor is not None
    QCursor.setPos(view.mapToGlobal(QPoint(view.width() + 50, 10)))  # away, without any event
    wait_until(lambda: view.state.cursor is None)
    QTest.mouseMove(pane, device_point(view, 60, 50))
    wait_until(lambda: view.state.cursor is not None)
    view.hide()  # with the pane under the pointer
    assert view.state.cursor is None


def test_a_number_shows_its_picture_large_and_the_same_number_all_of_them(view):
    for number, mode in ((2, "blink"), (2, "grid"), (3, "blink"), (1, "blink"), (1, "grid")):
        view.select_number(number)
        assert view.mode == mode
        assert view.selected == view.images[number - 1].key
    view.select_number(99)
    assert view.mode == "grid"
    view.set_mode("wipe")
    view.select_number(2)
    assert view.mode == "wipe"
