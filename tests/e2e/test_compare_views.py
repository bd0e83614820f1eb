"""What the user does in the comparison view, with real mouse, wheel, key and drop events."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from qdit4sr_gui.state.view_image import ViewImage
from qdit4sr_gui.views.comparison_view import ComparisonView
from qdit4sr_gui.views.pair_row import PairRow
from qdit4sr_gui.views.pane import Pane
from qdit4sr_gui.views.view_mode import ViewMode

from .view_gestures import (
    HEIGHT,
    LEFT,
    NO_KEYS,
    WIDTH,
    drag,
    grabbed,
    pane_of,
    photo,
    pixels_of,
    wheel,
)


def test_every_image_has_a_named_pane(view: ComparisonView) -> None:
    names = [pane.accessibleName() for pane in view.grid.panes]
    assert names == ["Full precision", "RTN W4A4", "Same again", "Input (LR)"]
    assert pane_of(view, "fp").accessibleDescription() == "Reference. 320 by 240 pixels. NIQE 4.10"
    for widget in (
        view,
        view.grid,
        view.wipe,
        view.difference,
        view.difference.kind_box,
        view.difference.legend,
    ):
        assert widget.accessibleName()


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


def test_a_wider_view_gives_the_same_place_back(view: ComparisonView, settle: Callable[[], None]) -> None:
    view.set_scale(4.0)
    view.state.move_to(replace(view.state.viewport, centre_x=20.0, centre_y=30.0))
    before = view.state.viewport
    view.set_mode(ViewMode.WIPE)
    settle()
    view.set_mode(ViewMode.GRID)
    settle()
    assert view.state.viewport == before


def test_blink_changes_in_place_at_once(view: ComparisonView, images: list[ViewImage]) -> None:
    view.state.set_appearance(show_labels=False)
    view.set_mode("blink")
    view.set_scale(1.0)
    left, top = view.state.viewport.origin(view.state.pane)
    for number, index in ((1, 0), (2, 1), (1, 0), (3, 2)):
        view.select_number(number)
        shown = pixels_of(view.grab_view())
        assert (shown[top : top + HEIGHT, left : left + WIDTH] == images[index].pixels).all()
    view.next()
    assert view.selected == "lr"
    view.next()
    assert view.selected == "fp"


def test_automatic_blink_alternates_at_the_chosen_speed(view: ComparisonView, qtbot: QtBot) -> None:
    view.set_blinking(True)
    assert view.mode == ViewMode.BLINK
    view.blink_bar.speed.setValue(view.blink_bar.speed.maximum())
    assert view.blink.beat_milliseconds == 200
    qtbot.waitUntil(lambda: view.blink.peeking_at)
    qtbot.waitUntil(lambda: not view.blink.peeking_at)
    QTest.mouseClick(view.blink_bar.play, LEFT)
    assert not view.blink.beating
    assert not view.blinking


def test_both_sides_are_chosen_by_clicks_on_chips(view: ComparisonView) -> None:
    view.set_mode("wipe")
    QTest.mouseClick(view.wipe_bar.chip(0, "rtn"), LEFT)
    QTest.mouseClick(view.wipe_bar.chip(1, "same"), LEFT)
    assert (view.reference, view.selected) == ("rtn", "same")
    assert view.wipe.key == "same"
    ticked = [
        [key for key in ("fp", "rtn", "same", "lr") if view.blink_bar.chip(side, key).isChecked()]
        for side in (0, 1)
    ]
    assert ticked == [["rtn"], ["same"]]


def test_a_chip_carries_the_headline_number(view: ComparisonView) -> None:
    view.set_headlines({"rtn": "PSNR 25.1 dB, added 5.8 dB"})
    pane = pane_of(view, "rtn")
    assert pane.image.chip_line == "PSNR 25.1 dB, added 5.8 dB"
    assert "25.1 dB" in pane.accessibleDescription()
    assert pane_of(view, "fp").image.chip_line == "NIQE 4.10"
    assert "added 5.8 dB" in view.wipe_bar.chip(1, "rtn").toolTip()


def test_double_click_shows_one_image_and_back(view: ComparisonView) -> None:
    QTest.mouseDClick(pane_of(view, "rtn"), LEFT, NO_KEYS, QPoint(150, 150))
    assert (view.mode, view.selected) == (ViewMode.BLINK, "rtn")
    QTest.mouseDClick(view.blink, LEFT, NO_KEYS, QPoint(150, 150))
    assert view.mode == ViewMode.GRID


def test_wipe_shows_the_reference_left_of_the_line(view: ComparisonView, images: list[ViewImage]) -> None:
    view.state.set_appearance(show_labels=False)
    view.set_mode("wipe")
    view.select("rtn")
    view.set_scale(2.0)
    wipe = view.wipe
    line = wipe.width() // 2
    drag(wipe, QPoint(line, 40), QPoint(line + 100, 40))
    assert wipe.position == pytest.approx((line + 100) / wipe.width(), abs=0.01)
    shown = grabbed(wipe)
    for x, index in ((line + 60, 0), (line + 140, 1)):
        column, row = (int(value) for value in wipe.canvas_point(QPointF(x + 0.5, 100.5)))
        assert (shown[100, x] == images[index].pixels[row, column]).all()
    QTest.keyClick(view, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert wipe.position == pytest.approx((line + 100) / wipe.width() - 0.02, abs=0.01)


def test_the_view_stays_when_mode_and_images_change(
    view: ComparisonView, images: list[ViewImage], settle: Callable[[], None]
) -> None:
    view.set_scale(4.0)
    drag(pane_of(view, "fp"), QPoint(200, 150), QPoint(150, 130))
    before = view.state.viewport
    for mode in ("wipe", "blink", "difference", "grid"):
        view.set_mode(mode)
        settle()
        assert view.state.viewport == before
    view.set_images([images[0], ViewImage("rtn", "RTN W4A4", photo(9)), *images[2:]], (WIDTH, HEIGHT))
    settle()
    assert view.state.viewport == before


def test_differences_share_one_range_and_read_values(
    view: ComparisonView, images: list[ViewImage], settle: Callable[[], None]
) -> None:
    view.set_mode("difference")
    view.difference.set_kind("absolute")
    settle()
    assert [pane.key for pane in view.difference.grid.panes] == ["rtn", "same"]
    rtn, same = view.difference.grid.panes
    expected = np.abs(images[1].pixels[7, 5].astype(float) - images[0].pixels[7, 5]).mean()
    assert rtn.value_text(5, 7) == f"{expected:.2f} levels"
    assert same.value_text(5, 7) == "0.00 levels"
    assert same.shown.pixel(5, 7) == (0, 0, 4)
    assert view.difference.legend.tick_labels()[-1] == f"{view.difference.maps.limit:g} levels"
    view.difference.limit_box.setValue(10.0)
    settle()
    assert view.difference.maps.limit == 10.0
    assert not view.difference.automatic_box.isChecked()
    assert rtn.shown.pixel(5, 7) == ((252, 255, 164) if expected >= 10 else rtn.shown.pixel(5, 7))


def test_every_kind_of_difference_appears(view: ComparisonView, settle: Callable[[], None]) -> None:
    view.set_mode("difference")
    seen = set()
    for _ in range(view.difference.kind_box.count()):
        settle()
        assert all(pane.shown is not None for pane in view.difference.grid.panes)
        seen.add(grabbed(view.difference.grid.panes[0]).tobytes())
        view.difference.next_kind()
    assert len(seen) == 5


def test_no_difference_without_a_reference_image(view: ComparisonView, images: list[ViewImage]) -> None:
    view.set_images([ViewImage("fp", "Full precision", hint="Waiting"), *images[1:]], (WIDTH, HEIGHT))
    view.set_mode("difference")
    (pane,) = view.difference.grid.panes
    assert "reference has no image" in pane.accessibleDescription()


def test_dropped_files_arrive(view: ComparisonView) -> None:
    pane = pane_of(view, "lr")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile("/photos/a.png"), QUrl("https://example.org/b.png")])
    enter = QDragEnterEvent(QPoint(9, 9), Qt.DropAction.CopyAction, data, LEFT, NO_KEYS)
    QApplication.sendEvent(pane, enter)
    assert enter.isAccepted()
    assert pane.drop_target
    drop = QDropEvent(QPointF(9, 9), Qt.DropAction.CopyAction, data, LEFT, NO_KEYS)
    seen: list[object] = []
    view.filesDropped.connect(seen.append)
    view.filesDroppedOn.connect(lambda key, paths: seen.append((key, paths)))
    QApplication.sendEvent(pane, drop)
    assert seen == [["/photos/a.png"], ("lr", ["/photos/a.png"])]
    assert not pane.drop_target


def test_preview_progress_result_and_error_of_one_pane(
    view: ComparisonView, images: list[ViewImage], settle: Callable[[], None]
) -> None:
    def give(image: ViewImage) -> Pane:
        view.set_images([images[0], image], (WIDTH, HEIGHT))
        settle()
        return pane_of(view, "rtn")

    pane = give(ViewImage("rtn", "RTN W4A4", hint="Not run yet"))
    assert pane.shown is None
    assert pane.accessibleDescription() == "Not run yet"
    view.set_progress("rtn", 3, 20, "step 3 of 20")
    view.set_preview("rtn", images[2].pixels)
    settle()
    assert pane.shown.pixel(4, 4) == tuple(images[2].pixels[4, 4])
    assert pane.accessibleDescription() == "step 3 of 20"
    view.set_images(images[:2], (WIDTH, HEIGHT))
    assert pane.shown.pixel(4, 4) == tuple(images[2].pixels[4, 4])  # no blank moment before the result
    assert pane.progress is None
    settle()
    assert pane.shown.pixel(4, 4) == tuple(images[1].pixels[4, 4])
    pane = give(ViewImage("rtn", "RTN W4A4", error="The file is damaged."))
    assert pane.shown is None
    assert pane.accessibleDescription() == "Failed: The file is damaged."


def test_unusable_pixels_are_an_error_in_their_pane_only(
    view: ComparisonView, images: list[ViewImage], settle: Callable[[], None]
) -> None:
    view.set_images([images[0], ViewImage("bad", "Bad", np.zeros((4, 4), np.uint8))], (WIDTH, HEIGHT))
    settle()
    assert "Failed" in pane_of(view, "bad").accessibleDescription()
    assert pane_of(view, "fp").shown is not None


def test_a_larger_canvas_keeps_the_apparent_view(view: ComparisonView, images: list[ViewImage]) -> None:
    lr = ViewImage("lr", "Input", photo(4, 80, 60))
    view.set_images([lr])
    view.set_scale(8.0)
    assert view.canvas_size == (80, 60)
    view.set_images([lr, ViewImage("fp", "Full precision", photo(5))])
    assert view.canvas_size == (WIDTH, HEIGHT)
    assert view.scale == 2.0


def test_a_fitted_view_stays_fitted_when_the_window_changes(view: ComparisonView, qtbot: QtBot) -> None:
    view.fit()
    view.resize(1002, 752)
    qtbot.waitUntil(lambda: view.state.pane == (500, 375))
    assert view.scale == pytest.approx(375 / 240)


def test_no_images_again(view: ComparisonView) -> None:
    view.set_images([])
    assert view.grid.panes == [view.grid.empty]
    for mode in ViewMode:
        view.set_mode(mode)
        assert not view.grab_view().isNull()


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


def test_many_images_are_chosen_from_lists_and_the_window_stays_narrow(view: ComparisonView) -> None:
    many = [ViewImage(f"v{n}", f"Method number {n} W4A4", photo(n)) for n in range(20)]
    view.set_images(many, (WIDTH, HEIGHT))
    view.set_mode(ViewMode.WIPE)
    QApplication.processEvents()
    assert view.minimumSizeHint().width() < 500
    second = next(
        row for row in view.findChildren(PairRow) if row.isVisible() and row.list.currentIndex() == 1
    )
    assert second.list.isVisible()
    assert not second.chip("v1").isVisible()
    second.list.setCurrentIndex(second.list.findData("v7"))
    second.list.activated.emit(second.list.currentIndex())
    assert view.image_set.selected == "v7"
