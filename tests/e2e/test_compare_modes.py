"""Wipe, blink and difference, one image and back: the modes of the comparison view, with real events."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from qdit4sr_gui.state.view_image import ViewImage
from qdit4sr_gui.views.comparison_view import ComparisonView
from qdit4sr_gui.views.pair_row import PairRow
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
)


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


def test_the_wipe_line_goes_through_the_active_region(view: ComparisonView) -> None:
    def share(axis: int) -> float:
        region = view.state.regions.active_region
        assert region is not None
        middle = (region.x + region.width / 2, region.y + region.height / 2)
        device = view.state.viewport.to_device(*middle, view.state.pane)
        return device[axis] / view.state.pane[axis]

    view.state.regions.add(10, 20, 40, 60)
    view.set_mode("wipe")
    assert view.wipe.position == pytest.approx(share(0))
    assert share(0) < 0.45  # not in the middle by chance
    view.wipe.set_position(share(0) + 0.01)
    view.set_mode("grid")
    view.set_mode("wipe")
    assert view.wipe.position == pytest.approx(share(0) + 0.01)  # it went through the region already
    view.wipe.set_upright(False)
    assert view.wipe.position == pytest.approx(share(1))
    view.wipe.set_upright(True)
    view.state.regions.add(WIDTH - 40, 20, 40, 60)
    view.centre_on(view.regions[1], 0.2)
    assert view.wipe.position == pytest.approx(share(0))


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
    on_macos = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
    QTest.keyClick(view, Qt.Key.Key_Left, on_macos)
    assert wipe.position == pytest.approx((line + 100) / wipe.width() - 0.04, abs=0.01)
    QTest.keyClick(view, Qt.Key.Key_Left)
    assert wipe.position == pytest.approx((line + 100) / wipe.width() - 0.04, abs=0.01)


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


def test_a_wider_view_gives_the_same_place_back(view: ComparisonView, settle: Callable[[], None]) -> None:
    view.set_scale(4.0)
    view.state.move_to(replace(view.state.viewport, centre_x=20.0, centre_y=30.0))
    before = view.state.viewport
    view.set_mode(ViewMode.WIPE)
    settle()
    view.set_mode(ViewMode.GRID)
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
    assert view.difference.legend.tick_labels()[-1] == f"≥ {view.difference.maps.limit:g} levels"
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


def test_a_wipe_says_which_side_is_the_reference(
    view: ComparisonView, images: list[ViewImage], monkeypatch: pytest.MonkeyPatch
) -> None:
    from qdit4sr_gui.views import wipe

    def badges() -> list[tuple[str, str]]:
        told: list[tuple[str, str]] = []
        monkeypatch.setattr(wipe, "paint_chip", lambda *given, **_: told.append((given[3], given[4])))
        view.wipe.grab()
        return told

    view.set_mode("wipe")
    assert [badge for _, badge in badges()] == ["reference", ""]
    view.resize(300, 400)  # too narrow for a name and more
    assert [badge for _, badge in badges()] == ["", ""]
    view.resize(802, 602)
    nameless = [replace(image, nameless=True, label="") for image in images]
    view.set_images(nameless)
    assert {badge for _, badge in badges()} == {""}


@pytest.mark.parametrize("mode", ["wipe", "blink"])
def test_choosing_the_other_side_s_image_changes_places(view: ComparisonView, mode: str) -> None:
    view.set_mode(mode)
    bar = view.wipe_bar if mode == "wipe" else view.blink_bar
    view.set_reference("fp")
    view.select("rtn")

    def pair() -> tuple[str, str]:
        return view.image_set.reference, view.image_set.counterpart()

    QTest.mouseClick(bar.chip(0, "rtn"), LEFT)
    assert (pair(), view.selected) == (("rtn", "fp"), "fp")
    QTest.mouseClick(bar.chip(1, "rtn"), LEFT)
    assert (pair(), view.selected) == (("fp", "rtn"), "rtn")
    assert [key for key in ("fp", "rtn", "same", "lr") if bar.chip(1, key).isChecked()] == ["rtn"]
